"""What the shared templates are fed with: small frozen values, so that no page invents its own markup."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from django.core.paginator import Page
from django.http import QueryDict
from django.utils.functional import Promise

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Tab:
    """A saved view with its live count; `bad` is for the count of overdue things only. For `_tabs.html`."""

    label: Text
    url: str
    count: int | None = None
    current: bool = False
    bad: bool = False


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter. Applied (`on`): `url` removes it. Available: `url` applies it, or `options` open a menu."""

    label: Text
    url: str = ""
    on: bool = False
    options: Sequence[Chip] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """A term and its value, for `_kv.html`."""

    term: Text
    value: object


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a log, for `_log.html`: what happened, and below it who did it and on what ground."""

    at: date | datetime | None
    text: Text
    notes: Sequence[Text] = ()
    todo: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """One event of a chain, for `_chain.html`; `gap` is the time to the next event in words."""

    title: Text
    note: Text = ""
    state: Literal["done", "now", "todo"] = "done"
    gap: Text = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """A long job, for `_job.html`. `seconds_left` is an estimate; `poll_url` answers with `_job.html`."""

    title: Text
    state: Literal["waiting", "running", "done", "failed", "cancelled"]
    done: int = 0
    total: int | None = None
    unit: Text = ""
    seconds_left: int | None = None
    poll_url: str = ""
    cancel_url: str = ""
    result_url: str = ""
    result_label: Text = ""
    error: Text = ""

    @property
    def is_open(self) -> bool:
        """Whether there is anything left to wait for."""
        return self.state in ("waiting", "running")

    @property
    def minutes_left(self) -> int:
        """The estimate in whole minutes, rounded up."""
        return -(-(self.seconds_left or 0) // 60)


@dataclass(frozen=True, slots=True)
class Pager:
    """Where this page stands in the list, for `_pages.html`; unknown numbers are None (keyset paging)."""

    previous: str = ""
    next: str = ""
    first: int | None = None
    last: int | None = None
    total: int | None = None
    number: int | None = None
    pages: int | None = None


def pager_of(page: Page, query: QueryDict, key: str = "page") -> Pager:
    """The pager of a page of Django's Paginator; the other parameters of the address are kept."""

    def address(number: int) -> str:
        kept = query.copy()
        kept[key] = str(number)
        return f"?{kept.urlencode()}"

    return Pager(
        previous=address(page.previous_page_number()) if page.has_previous() else "",
        next=address(page.next_page_number()) if page.has_next() else "",
        first=page.start_index(),
        last=page.end_index(),
        total=page.paginator.count,
        number=page.number,
        pages=page.paginator.num_pages,
    )
