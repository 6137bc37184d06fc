"""What the coverage of the law calls done exists: every action, page and table is looked up by its name."""

from importlib import import_module

import pytest
from django.urls import get_resolver

from doudi.policy.coverage import Status, counted, coverage
from doudi.policy.law import Door, Plan, instruments

DOORS = sorted({door.name for row in coverage() for door in row.doors})


def exists(name: str) -> bool:
    """Whether there is a page `app:name`, or an action, a table or a function `app.module.name`."""
    if ":" in name:
        space, _, page = name.partition(":")
        namespaces = get_resolver().namespace_dict
        return space in namespaces and page in namespaces[space][1].reverse_dict
    module, _, thing = name.rpartition(".")
    try:
        return hasattr(import_module(f"doudi.{module}"), thing)
    except ModuleNotFoundError:
        return False


@pytest.mark.parametrize("name", DOORS)
def test_what_an_article_is_done_by_exists(name: str) -> None:
    assert exists(name)


@pytest.mark.parametrize("name", ["audit:nothing", "nowhere:list", "registry.actions.nothing", "nowhere.actions.act"])
def test_what_is_not_there_would_be_found_out(name: str) -> None:
    assert not exists(name)


def test_the_pages_of_staff_say_what_a_door_or_a_plan_is_for() -> None:
    assert all(door.what for row in coverage() for door in row.doors)
    assert all(plan.what and plan.issue >= 0 for row in coverage() for plan in row.plans)


def test_an_article_is_done_planned_or_left_out_with_a_reason() -> None:
    rows = {f"{row.instrument}-{row.article}": row for row in coverage()}
    assert rows["M57-7"].status == Status.DONE
    assert rows["M57-25"].status == Status.DONE
    assert rows["M57-37"].status == Status.PLANNED
    assert rows["M57-1"].status == Status.LEFT_OUT
    assert rows["M43-21"].partly
    assert not rows["M57-7"].partly
    assert rows["M57-37"].told == "待实现：实名举报（尚未排期）"
    assert rows["M57-36"].told == "待实现：服务热线（尚未排期）"
    assert rows["LAW26-19"].told == "已实现：标准由两人核对后发布（rulebook.actions.publish）"
    assert rows["M43-21"].told.endswith("；部分待实现：自理能力评估表（尚未排期）")


def test_the_report_counts_every_article_once() -> None:
    rows = coverage()
    by = {status: sum(row.status == status for row in rows) for status in Status}
    assert sum(by.values()) == len(rows)
    assert by[Status.UNEXPLAINED] == 0
    assert counted(rows).startswith(f"共 {len(rows)} 条：已实现 {by[Status.DONE]}（")
    assert f"待实现 {by[Status.PLANNED]}" in counted(rows)


def test_a_plan_without_an_issue_says_so() -> None:
    assert (Plan(5, "x").said, Plan(0, "x").said) == ("x（issue 5）", "x（尚未排期）")
    assert Door("a", "b") == Door("a", "b")


def test_what_nobody_has_read_is_said() -> None:
    notes = {each.key for each in instruments() if each.note}
    assert notes == {"N22", "PR16", "PR21", "PR22", "RIGID", "TR14", "TR18", "TR26"}
    assert all("待核" in each.note for each in instruments() if each.note)
