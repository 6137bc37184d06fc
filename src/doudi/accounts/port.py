"""What `accounts` needs from rooms above it, which it may not import: they plug themselves in when the apps are ready.

`audit` plugs in the log, `places` the names of divisions. The wiring is explicit: one function each, called once, and a
missing log is an error instead of an unrecorded change. See docs/decisions/0021.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from .models import Staff

State = Mapping[str, Any] | None


class Listener(Protocol):
    """Takes every event of this context, inside the transaction that caused it."""

    def __call__(
        self,
        *,
        by: Staff | None,
        action: str,
        subject_kind: str,
        subject_id: str,
        place: str,
        purpose: str,
        before: State,
        after: State,
        detail: State,
    ) -> None: ...


class Gazetteer(Protocol):
    """Knows the divisions."""

    def name(self, code: str) -> str:
        """The name of a division, empty if there is none with this code."""

    def options(self, prefix: str, digits: int) -> Sequence[tuple[str, str]]:
        """Code and full name of the open divisions within a prefix whose codes have so many digits."""


class NotPlugged(RuntimeError):
    """A change was about to happen that nobody would have recorded."""


_listeners: list[Listener] = []
_gazetteers: list[Gazetteer] = []
_demo: list[Callable[[], Sequence[tuple[str, str, str]]]] = []


def on_event(listener: Listener) -> None:
    """Plug in a log; it replaces the one before."""
    _listeners[:] = [listener]


def announce(
    *,
    by: Staff | None,
    action: str,
    subject_kind: str = "",
    subject_id: str = "",
    place: str = "",
    purpose: str = "",
    before: State = None,
    after: State = None,
    detail: State = None,
) -> None:
    """Tell the log what was done. NotPlugged if there is none: nothing happens unrecorded."""
    if not _listeners:
        raise NotPlugged("No log is plugged in: doudi.audit must be among INSTALLED_APPS.")
    for listener in _listeners:
        listener(
            by=by,
            action=action,
            subject_kind=subject_kind,
            subject_id=subject_id,
            place=place,
            purpose=purpose,
            before=before,
            after=after,
            detail=detail,
        )


def use_gazetteer(gazetteer: Gazetteer) -> None:
    """Plug in the divisions; it replaces the one before."""
    _gazetteers[:] = [gazetteer]


def place_name(code: str) -> str:
    """The name of a division, or its code where nobody knows a name."""
    return next((name for g in _gazetteers if (name := g.name(code))), code)


def place_exists(code: str) -> bool:
    """Whether a division has this code."""
    return any(g.name(code) for g in _gazetteers)


def scope_name(code: str) -> str:
    """A place of work in words: a county and above is 全市, 全县, 全州, 全省; below it is the name."""
    name = place_name(code)
    return f"全{name[-1]}" if len(code) <= 6 and name != code else name


def place_options(prefix: str, digits: int) -> list[tuple[str, str]]:
    """Code and full name of the open divisions within a prefix at one level."""
    return [option for g in _gazetteers for option in g.options(prefix, digits)]


def on_demo_sign_ins(source: Callable[[], Sequence[tuple[str, str, str]]]) -> None:
    """Plug in the sign-ins of the demo county: role in words, user name, password."""
    _demo[:] = [source]


def demo_sign_ins() -> list[tuple[str, str, str]]:
    """What the sign-in page of a demo shows."""
    return [entry for source in _demo for entry in source()]
