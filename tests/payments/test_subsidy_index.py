"""An index: entered by one, confirmed by another, corrected by a further row; files of months."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
import xlsxwriter
from django.db import DatabaseError, IntegrityError, connection, transaction

from doudi.accounts.models import Staff
from doudi.accounts.scope import NotPermitted
from doudi.payments.actions import subsidy_import, subsidy_index
from doudi.payments.actions.subsidy_starting import start_subsidy
from doudi.payments.kinds import RunKind
from doudi.payments.models import IndexRelease, PaymentRun
from doudi.payments.queries.subsidy_index import Level, deciding
from doudi.payments.queries.subsidy_months import to_confirm
from doudi.registry.actions.refusal import Refused
from doudi.registry.imports.reading import Unreadable

from .runs_world import People
from .subsidy_world import NOVEMBER, PAID, SOURCE, a_list, confirmed, dibao, entered, family, figures
from .world import COUNTY, at

ON = date(2026, 12, 11)
HEAD = "月份,居民消费价格,食品价格,公布日期"


def enter(by: Staff, **changes: Any) -> IndexRelease:
    said: dict[str, Any] = {"county": COUNTY, "level": Level.PREFECTURE, "month": NOVEMBER, "figures": figures()}
    return subsidy_index.enter(**(said | changes), by=by, on=ON, at=at(ON))


def correct(release: IndexRelease, by: Staff, cpi: int = 20, food: int = 20, because: str = "录错") -> IndexRelease:
    return subsidy_index.correct(
        release=release, figures=figures(cpi, food), because=because, by=by, on=ON, at=at(ON)
    )  # fmt: skip


def test_an_index_waits_for_the_second_person(people: People, county_clerk: Staff) -> None:
    row = entered(county_clerk)
    assert (row.confirmed_by_id, to_confirm(COUNTY)) == (None, [row])
    row = subsidy_index.confirm(release=row, by=people.reviewer, at=at(ON))
    assert (row.confirmed_by_id, to_confirm(COUNTY)) == (people.reviewer.pk, [])


def test_only_the_county_clerk_enters_and_only_the_reviewer_confirms(people: People, county_clerk: Staff) -> None:
    for other in (people.clerk, people.maker, people.reviewer, people.finance):
        with pytest.raises(NotPermitted):
            enter(other)
    with pytest.raises(NotPermitted):
        subsidy_index.confirm(release=entered(county_clerk), by=county_clerk, at=at(ON))


@pytest.mark.planted
def test_the_database_refuses_a_confirmation_by_who_entered_it(county_clerk: Staff) -> None:
    row = entered(county_clerk)
    with pytest.raises(IntegrityError, match="index_confirmed_by_another"), transaction.atomic():
        IndexRelease.objects.filter(pk=row.pk).update(confirmed_by_id=county_clerk.pk, confirmed_at=at(ON))
    assert IndexRelease.objects.get().confirmed_by_id is None


@pytest.mark.planted
@pytest.mark.parametrize("statement", ["SET cpi = 99", "SET food_cpi = NULL", "SET source = 'x'"])
def test_a_figure_is_never_edited_not_even_by_the_owner(people: People, county_clerk: Staff, statement: str) -> None:
    confirmed(people, county_clerk)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE payments_indexrelease {statement}")
    assert (IndexRelease.objects.get().cpi, IndexRelease.objects.get().source) == (36, SOURCE)


@pytest.mark.planted
def test_a_confirmation_is_not_taken_back(people: People, county_clerk: Staff) -> None:
    confirmed(people, county_clerk)
    with pytest.raises(DatabaseError, match="stands"), transaction.atomic():
        IndexRelease.objects.update(confirmed_by_id=None, confirmed_at=None)
    assert to_confirm(COUNTY) == []


@pytest.mark.planted
@pytest.mark.parametrize("how", ["unconfirmed", "nation", "other month"])
def test_no_run_rests_on_an_index_that_does_not_decide(people: People, county_clerk: Staff, how: str) -> None:
    level = Level.NATION if how == "nation" else Level.PREFECTURE
    row = entered(county_clerk, level=level) if how != "other month" else confirmed(people, county_clerk)
    said = {"county": COUNTY, "division_code": COUNTY.ljust(12, "0"), "made_by_id": people.maker.pk, "made_at": at(ON)}
    month = date(2026, 10, 1) if how == "other month" else NOVEMBER
    with pytest.raises(IntegrityError, match="confirmed index"), transaction.atomic():
        PaymentRun.objects.create(
            **said, number="BT-1", kind=RunKind.PRICE_SUBSIDY, month=month, pay_by=ON, release=row
        )
    assert not PaymentRun.objects.exists()


def test_everything_that_is_wrong_is_said_at_once(county_clerk: Staff) -> None:
    with pytest.raises(Refused) as refused:
        enter(county_clerk, figures=figures(None, None, NOVEMBER, ""))
    assert set(refused.value.by_field) == {"cpi", "released_on", "source"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"month": date(2026, 12, 1)}, "month"), ({"month": date(2026, 11, 2)}, "month"),
     ({"month": date(2016, 7, 1)}, "month"), ({"figures": figures(1000, 61)}, "cpi"),
     ({"figures": figures(36, -1000)}, "food_cpi"), ({"figures": figures(released_on=None)}, "released_on"),
     ({"figures": figures(released_on=date(2026, 11, 30))}, "released_on"),
     ({"figures": figures(released_on=date(2026, 12, 12))}, "released_on")],
)  # fmt: skip
def test_a_wrong_entry_is_refused_at_its_field(county_clerk: Staff, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        enter(county_clerk, **changes)
    assert list(refused.value.by_field) == [field]


def test_the_nations_index_needs_no_day_and_decides_nothing(county_clerk: Staff) -> None:
    enter(county_clerk, level=Level.NATION, figures=figures(99, 99, None))
    assert deciding(COUNTY, NOVEMBER) is None


def test_the_same_month_is_entered_once(county_clerk: Staff) -> None:
    entered(county_clerk)
    with pytest.raises(Refused, match="已经录入"):
        enter(county_clerk)


def test_a_correction_is_a_further_row_that_is_confirmed_anew(people: People, county_clerk: Staff) -> None:
    old = confirmed(people, county_clerk)
    new = correct(old, county_clerk)
    old.refresh_from_db()
    assert (new.replaces, new.confirmed_by_id, old.replaced_at, old.cpi) == (old, None, at(ON), 36)
    found = deciding(COUNTY, NOVEMBER)
    assert found is not None
    assert found.release == new


def test_a_correction_says_why_and_is_not_made_twice(people: People, county_clerk: Staff) -> None:
    old = confirmed(people, county_clerk)
    with pytest.raises(Refused, match="更正的原因"):
        correct(old, county_clerk, because=" ")
    correct(old, county_clerk)
    with pytest.raises(Refused, match="刚被更正"):
        correct(old, county_clerk)


def test_while_a_list_is_made_its_index_is_not_corrected(county: People, county_clerk: Staff) -> None:
    dibao(county, family(county))
    run = a_list(county)
    with pytest.raises(Refused, match=run.number):
        correct(IndexRelease.objects.get(), county_clerk)


@pytest.mark.parametrize(("cpi", "food", "why"), [(34, 59, "没有达到"), (None, 90, "没有录全")])
def test_what_is_not_triggered_is_not_begun(
    people: People, county_clerk: Staff, cpi: int | None, food: int, why: str
) -> None:
    confirmed(people, county_clerk, cpi, food)
    with pytest.raises(Refused, match=why):
        start_subsidy(county=COUNTY, month=NOVEMBER, by=people.maker, on=PAID, at=at(PAID))


def test_an_unconfirmed_index_begins_nothing(people: People, county_clerk: Staff) -> None:
    entered(county_clerk)
    with pytest.raises(Refused, match="请先复核"):
        start_subsidy(county=COUNTY, month=NOVEMBER, by=people.maker, on=PAID, at=at(PAID))


def test_the_provinces_index_begins_a_list_only_with_consent(county: People, county_clerk: Staff) -> None:
    december = date(2026, 12, 1)
    dibao(county, family(county))
    confirmed(county, county_clerk, 40, 70, month=december, level=Level.PROVINCE, released_on=date(2027, 1, 12))
    said = {"county": COUNTY, "month": december, "by": county.maker, "on": date(2027, 1, 14), "at": at(ON)}
    with pytest.raises(Refused, match="请勾选确认"):
        start_subsidy(**said)
    run = start_subsidy(**said, stands_in_accepted=True)
    assert run.release is not None
    assert run.release.area == "53"


def test_only_who_makes_lists_begins_one(county: People, county_clerk: Staff) -> None:
    for other in (county_clerk, county.reviewer, county.checker, county.finance):
        with pytest.raises(NotPermitted):
            start_subsidy(county=COUNTY, month=NOVEMBER, by=other, on=PAID, at=at(PAID))


def seen(text: str, **changes: Any) -> subsidy_import.Preview:
    said: dict[str, Any] = {"county": COUNTY, "level": Level.PREFECTURE, "source": SOURCE, "on": ON}
    return subsidy_import.preview(text.encode(), **(said | changes))


def test_a_file_of_months_is_read_and_entered(county_clerk: Staff) -> None:
    found = seen(
        f"{HEAD.replace('价格,', '价格同比（%）,', 1)}\n2026-10,3.5,−0.2,2026-11-10\n2026年11月,3.6%,6.1,2026/12/10\n"
    )
    assert (found.wrong, [(r.cpi, r.food) for r in found.rows]) == (0, [(35, -2), (36, 61)])
    rows = subsidy_import.import_months(
        county=COUNTY, level=Level.PREFECTURE, source=SOURCE, rows=found.rows, by=county_clerk, on=ON, at=at(ON)
    )
    assert [row.month for row in rows] == [date(2026, 10, 1), NOVEMBER]


def test_a_bad_row_is_named_and_nothing_is_entered(county_clerk: Staff) -> None:
    bad = ["2026-10,3.55,6,2026-11-10", "2026-13,1,1,2026-11-10", "2026-09,1,1,"]
    found = seen("\n".join([HEAD, *bad, "2026-11,1,1,2026-12-10", "2026-11,1,1,2026-12-10"]))
    assert [bool(row.problems) for row in found.rows] == [True, True, True, False, True]
    assert "一位小数" in found.rows[0].problems[0]
    with pytest.raises(Refused, match="要改的行"):
        subsidy_import.import_months(
            county=COUNTY, level=Level.PREFECTURE, source=SOURCE, rows=found.rows, by=county_clerk, on=ON, at=at(ON)
        )
    assert not IndexRelease.objects.exists()


def test_a_spreadsheet_is_read_as_it_is_shown(db: None) -> None:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True, "default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEAD.split(","))
        sheet.write_row(1, 0, ["2026-10", 3.5, -0.3, date(2026, 11, 10)])
    said = {"county": COUNTY, "level": Level.PROVINCE, "source": SOURCE, "on": ON}
    (row,) = subsidy_import.preview(stream.getvalue(), **said).rows
    assert (row.cpi, row.food, row.released_on, row.problems) == (35, -3, date(2026, 11, 10), [])


@pytest.mark.parametrize("text", ["", "甲,乙\n1,2\n", "月份,居民消费价格\n", "月份\n2026-10\n"])
def test_a_file_that_is_no_table_of_months_is_refused_whole(db: None, text: str) -> None:
    with pytest.raises(Unreadable):
        seen(text)
