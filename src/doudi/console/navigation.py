"""The left navigation: every context adds its entries, everybody sees only the entries that they may open."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from django.db.models import TextChoices
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


class Group(TextChoices):
    """The headings of the navigation, in their order; TOP stands above them without a heading."""

    TOP = "", ""
    CASEWORK = "经办", _("经办")
    SUBJECTS = "对象", _("对象")
    MONEY = "资金与服务", _("资金与服务")
    INSIGHT = "分析与规则", _("分析与规则")
    MANAGEMENT = "管理", _("管理")


class StaffLike(Protocol):
    """What the shell needs to know about a member of staff."""

    name: str
    office: str

    @property
    def is_authenticated(self) -> bool: ...

    @property
    def may(self) -> Callable[..., bool]: ...


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry: opens `url_name` for staff who hold `permission`; `key` is the letter after G, if any.

    An `urgent` one also stands in the head of every page, and its letter works alone.
    """

    url_name: str
    label: Text
    icon: str
    permission: str
    group: str = Group.CASEWORK
    order: int = 100
    key: str = ""
    urgent: bool = False

    @property
    def url(self) -> str | None:
        """The address, or None as long as the URL does not exist."""
        try:
            return reverse(self.url_name)
        except NoReverseMatch:
            return None


@dataclass(frozen=True, slots=True)
class NavLink:
    """An entry as shown to one person on one page."""

    item: NavItem
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class NavGroup:
    """A heading with the entries below it."""

    label: Text
    links: list[NavLink]


_items: dict[str, NavItem] = {}


def register(*items: NavItem) -> None:
    """Add entries, from `AppConfig.ready()`; a URL name registered twice is replaced."""
    for item in items:
        Group(item.group)  # an unknown heading stops the start, not the first page
        _items[item.url_name] = item


def registered() -> list[NavItem]:
    """Every entry, in the order of the page."""
    headings = list(Group.values)
    return sorted(_items.values(), key=lambda item: (headings.index(item.group), item.order))


def navigation_for(staff: StaffLike | Any, path: str = "") -> list[NavGroup]:
    """The groups that `staff` sees, without empty ones; the entry whose page contains `path` is current."""
    visible = [(item, url) for item in registered() if staff.may(item.permission) and (url := item.url)]
    current = max((url for _item, url in visible if _contains(url, path)), key=len, default=None)
    return list(_grouped([NavLink(item, url, url == current) for item, url in visible]))


def _contains(url: str, path: str) -> bool:
    return path == url or (url != "/" and path.startswith(url))


def _grouped(links: list[NavLink]) -> Iterator[NavGroup]:
    for group in Group:
        members = [link for link in links if link.item.group == group.value]
        if members:
            yield NavGroup(group.label, members)
