"""What every page of the console has at hand."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import cached_property

from .forms import RevealReason
from .navigation import NavGroup, NavLink, navigation_for

FINDS = "person.read"  # the permission of the search page


class Shell:
    """The frame around a page: who works here, what they see in the navigation, how they like it shown."""

    reveal_reasons = RevealReason.choices

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def staff(self) -> Any | None:
        """The member of staff who is signed in, or None."""
        user = getattr(self._request, "user", None)
        return user if user is not None and user.is_authenticated else None

    @cached_property
    def navigation(self) -> list[NavGroup]:
        """The navigation of this person, with the current page marked."""
        return navigation_for(self.staff, self._request.path) if self.staff else []

    @property
    def urgent(self) -> NavLink | None:
        """What cannot wait: one press away on every page, for those who may."""
        links = (link for group in self.navigation for link in group.links)
        return next((link for link in links if link.item.urgent and not link.current), None)

    @property
    def searches(self) -> bool:
        """Whether this person finds people at all: others see no box that would only refuse them."""
        return self.staff is not None and bool(self.staff.may(FINDS))

    @property
    def preferences(self) -> dict[str, str]:
        """size, density, language, keys; missing means the usual."""
        return getattr(self.staff, "preferences", None) or {}

    @property
    def scope(self) -> str:
        """Where this person works, in words."""
        words = getattr(self.staff, "scope_words", None)
        return str(words() if callable(words) else words or getattr(self.staff, "office", ""))

    @property
    def idle_minutes(self) -> int:
        """After how many minutes without a request the session ends."""
        return int(getattr(settings, "DOUDI_IDLE_MINUTES", 30))

    @property
    def is_demo(self) -> bool:
        """Whether everybody on these pages is made up."""
        return bool(getattr(settings, "DOUDI_DEMO", False))


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `shell` (see Shell) and `today`, the day in this county."""
    return {"shell": Shell(request), "today": timezone.localdate()}
