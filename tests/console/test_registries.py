"""Contexts add to the shell; everybody sees only what they may open."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from django.test import RequestFactory

from doudi.console import navigation, panels
from doudi.console.navigation import Group, NavItem
from doudi.console.panels import Panel

pytestmark = pytest.mark.urls("tests.console.urls")

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


def staff(*held: str) -> SimpleNamespace:
    return SimpleNamespace(name="杨晓芸", office="", is_authenticated=True, may=lambda permission: permission in held)


@pytest.fixture(autouse=True)
def _empty_registries(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(navigation, "_items", {})
    monkeypatch.setattr(panels, "_panels", {})
    return


def labels(*held: str, path: str = "/") -> list[str]:
    return [str(link.item.label) for group in navigation.navigation_for(staff(*held), path) for link in group.links]


WORKBENCH = NavItem("console:workbench", "工作台", "home", "self", Group.TOP, 0)
HELP = NavItem("console:help", "帮助", "q", "audit.read", Group.MANAGEMENT, 5)


def test_an_entry_is_hidden_from_staff_without_its_permission() -> None:
    navigation.register(WORKBENCH, HELP)
    assert labels("self") == ["工作台"]
    assert labels("self", "audit.read") == ["工作台", "帮助"]


def test_an_entry_whose_page_does_not_exist_is_not_shown() -> None:
    navigation.register(NavItem("nowhere:list", "无", "home", "self"))
    assert labels("self") == []


def test_a_group_without_entries_has_no_heading() -> None:
    navigation.register(WORKBENCH, HELP)
    assert [str(group.label) for group in navigation.navigation_for(staff("audit.read"))] == ["管理"]


def test_entries_stand_in_the_order_of_the_headings_then_their_own() -> None:
    late = NavItem("console:help", "后", "q", "self", Group.CASEWORK, 9)
    first = NavItem("console:workbench", "先", "q", "self", Group.CASEWORK, 1)
    navigation.register(late, first)
    assert labels("self") == ["先", "后"]


def test_the_current_entry_is_the_one_whose_page_contains_this_one() -> None:
    navigation.register(WORKBENCH, HELP)
    groups = navigation.navigation_for(staff("self", "audit.read"), "/help/keys/")
    assert [str(link.item.label) for group in groups for link in group.links if link.current] == ["帮助"]


def test_the_workbench_is_not_current_on_every_other_page() -> None:
    navigation.register(WORKBENCH)
    assert not navigation.navigation_for(staff("self"), "/households/")[0].links[0].current


def test_an_unknown_heading_stops_the_start() -> None:
    with pytest.raises(ValueError, match="杂项"):
        navigation.register(NavItem("console:help", "帮助", "q", "self", "杂项"))


def panel(name: str, values: dict | None, **more: object) -> Panel:
    return Panel(name, "console/_empty.html", "self", lambda _staff, _now: values, **more)  # type: ignore[arg-type]


def rendered(*held: str) -> list[panels.Rendered]:
    return panels.rendered_for(RequestFactory().get("/"), staff(*held), NOON)


def test_a_panel_is_drawn_with_what_its_context_built() -> None:
    panels.register(panel("due", {"title": "到期三件", "urgent": 3}))
    (found,) = rendered("self")
    assert "到期三件" in found.html
    assert found.urgent == 3


def test_a_panel_may_stay_away_today() -> None:
    panels.register(panel("quiet", None))
    assert rendered("self") == []


def test_a_panel_is_not_even_built_for_staff_without_its_permission() -> None:
    def build(_staff: object, _now: datetime) -> dict:
        raise AssertionError("built for somebody who may not see it")

    panels.register(Panel("secret", "console/_empty.html", "audit.read", build))
    assert rendered("self") == []


def test_panels_stand_in_their_order() -> None:
    panels.register(panel("b", {"title": "乙"}, order=2), panel("a", {"title": "甲"}, order=1))
    assert [one.panel.name for one in rendered("self")] == ["a", "b"]
