"""The limits as the law states them, written down a second time by hand from the rulebook, beside the table."""

from __future__ import annotations

from datetime import date

import pytest

from doudi.casework.limits import LIMITS, Course, ExtensionGround, Unit, limits_of
from doudi.casework.programmes import Programme

P, C, W, D, H = Programme, Course, Unit.WORKDAYS, Unit.DAYS, Unit.HOURS
NOW = "2026-11-02"
DIBAO = (P.HOUSEHOLD_DIBAO, P.INDIVIDUAL_DIBAO, P.NEAR_THRESHOLD)
# Programmes, day of acceptance, course, limit, days, unit, clause (rulebook.md §1.1, §1.2, §3).
LAW = [
    *[(p, NOW, C.COUNTY, "survey_start", 3, W, "M57-15") for p in DIBAO],
    *[(p, NOW, C.COUNTY, "verification_start", 3, W, "M57-17") for p in DIBAO],
    *[(p, NOW, C.COUNTY, "notice", 7, D, "M57-19") for p in DIBAO],
    *[(p, NOW, C.COUNTY, "decision", 10, W, "M57-20") for p in DIBAO],
    *[(p, NOW, C.COUNTY, "refusal_letter", 3, W, "M57-21") for p in DIBAO],
    *[(p, NOW, C.COUNTY, "total", 30, W, "M57-22") for p in DIBAO],
    *[(p, NOW, C.EXTENDED, "total", 45, W, "N22-四(一)") for p in DIBAO],
    *[(p, NOW, C.DELEGATED, "total", 20, W, "N22-四(一)") for p in DIBAO],
    (P.HOUSEHOLD_DIBAO, "2021-07-01", C.COUNTY, "total", 30, W, "M57-22"),
    (P.HOUSEHOLD_DIBAO, "2022-10-19", C.DELEGATED, "total", 30, W, "M57-22"),
    (P.HOUSEHOLD_DIBAO, "2022-10-20", C.DELEGATED, "total", 20, W, "N22-四(一)"),
    (P.HOUSEHOLD_DIBAO, "2022-10-19", C.EXTENDED, "total", 45, W, "M57-22"),
    (P.TEKUN, NOW, C.COUNTY, "opinion", 15, W, "M43-13"),
    (P.TEKUN, NOW, C.COUNTY, "opinion_after_objection", 15, W, "M43-15"),
    (P.TEKUN, NOW, C.COUNTY, "notice", 7, D, "M43-15"),
    (P.TEKUN, NOW, C.COUNTY, "decision", 15, W, "M43-16"),
    (P.TEKUN, NOW, C.COUNTY, "refusal_letter", 3, W, "M43-18"),
    (P.RIGID_EXPENDITURE, "2025-01-01", C.COUNTY, "total", 30, W, "RIGID-8"),
    (P.RIGID_EXPENDITURE, "2025-01-01", C.DELEGATED, "total", 30, W, "RIGID-8"),
    (P.RIGID_EXPENDITURE, "2025-01-01", C.EXTENDED, "total", 45, W, "RIGID-8"),
    (P.TEMPORARY_EMERGENCY, "2026-01-28", C.COUNTY, "relief", 24, H, "D649-48"),
    (P.TEMPORARY_EMERGENCY, "2026-01-29", C.COUNTY, "relief", 3, D, "TR26-小额快救"),
    (P.TEMPORARY_EMERGENCY, "2026-01-28", C.COUNTY, "papers", 10, W, "D649-48"),
    (P.TEMPORARY_EMERGENCY, NOW, C.COUNTY, "papers", 10, W, "D649-48"),
]


@pytest.mark.parametrize(("programme", "on", "course", "key", "length", "unit", "clause"), LAW)
def test_each_limit_is_as_long_as_the_law_says(programme, on, course, key, length, unit, clause) -> None:
    (found,) = [one for one in limits_of(programme, date.fromisoformat(on), course) if one.key == key]
    assert (found.length, found.unit) == (length, unit)
    assert clause in {article.key for article in found.basis}


def test_no_limit_of_today_that_cites_a_law_is_left_out_of_the_list() -> None:
    listed = {(programme, key, course) for programme, _on, course, key, *_ in LAW}
    today = date.fromisoformat(NOW)
    stated = {
        (p, one.key, C.COUNTY if one.course is C.ANY else one.course)
        for p in P
        for course in C
        for one in limits_of(p, today, course)
        if not one.assumed
    }
    assert stated <= listed


def test_a_limit_without_a_number_in_the_law_is_marked_as_assumed() -> None:
    numbered = {clause for *_, clause in LAW if not clause.startswith("D649")}
    for limit in LIMITS:
        assert limit.assumed or {article.key for article in limit.basis} & numbered, limit.key


def test_more_time_has_the_four_grounds_of_the_notice_of_2022() -> None:
    assert [g.label for g in ExtensionGround] == [
        "公示有异议", "人户分离", "异地申办", "家庭经济状况调查难度较大",
    ]  # fmt: skip
