"""The workbench is made of panels that the contexts register; the console knows none of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

Build = Callable[[Any, datetime], Mapping[str, Any] | None]


@dataclass(frozen=True, slots=True)
class Panel:
    """A region of the workbench for staff who hold `permission`.

    `build(staff, now)` gives the template its variables, or None to stay away today. A variable `urgent`
    (int) is the number of things to do today; the heading of the workbench is their sum.
    """

    name: str
    template: str
    permission: str
    build: Build
    order: int = 100
    column: Literal["main", "side"] = "main"


@dataclass(frozen=True, slots=True)
class Rendered:
    """A panel as HTML, with what it counts as urgent."""

    panel: Panel
    html: SafeString
    urgent: int


_panels: dict[str, Panel] = {}


def register(*panels: Panel) -> None:
    """Add panels, from `AppConfig.ready()`; a name registered twice is replaced."""
    _panels.update((panel.name, panel) for panel in panels)


def registered() -> list[Panel]:
    """Every panel, in the order of the page."""
    return sorted(_panels.values(), key=lambda panel: (panel.order, panel.name))


def rendered_for(request: HttpRequest, staff: Any, now: datetime) -> list[Rendered]:
    """The panels that `staff` sees now."""
    found = []
    for panel in registered():
        values = panel.build(staff, now) if staff.may(panel.permission) else None
        if values is not None:
            html = render_to_string(panel.template, {"panel": panel, **values}, request)
            found.append(Rendered(panel, html, int(values.get("urgent", 0))))
    return found
