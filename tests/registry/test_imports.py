"""The files that offices really send."""

from __future__ import annotations

import io
from datetime import date, datetime, time
from typing import Any

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from doudi.accounts.roles import Role
from doudi.jobs import runner
from doudi.jobs.models import Job, JobFile, State
from doudi.registry import actions
from doudi.registry.imports import Unreadable, correction_file, preview, start_import
from doudi.registry.imports.cells import CellProblem, date_of
from doudi.registry.models import Household, Membership, Person
from tests.conftest import VILLAGE

from .world import DAY, a_household, at, number, people_of

pytestmark = pytest.mark.django_db
MIDNIGHT = datetime.combine(date(1979, 1, 31), time())
HEADINGS = ["户编号", "姓名", "身份证号码", "与户主关系", "村（社区）", "家庭住址", "联系电话", "民族"]


def xlsx(*rows: list[Any], merge: tuple[int, int, int, int, str] | None = None) -> bytes:
    """A workbook of these rows; texts are texts, numbers numbers."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"strings_to_formulas": False}) as book:
        page = book.add_worksheet()
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for line, row in enumerate(rows):
            for column, cell in enumerate(row):
                page.write(line, column, cell, day if isinstance(cell, datetime) else None)
        if merge:
            page.merge_range(*merge)
    return stream.getvalue()


def row(name: str = "岳勒旺", relation: str = "户主", household: str = "A1", **changes: Any) -> list[Any]:
    """One person of the file, in the order of HEADINGS."""
    sex = 2 if relation in ("妻", "女", "母亲") else 1
    said = {
        "number": household, "name": name, "id": number(date(1980, 1, 1), sex), "relation": relation,
        "village": "弄恩村", "address": "三组", "phone": "13800000000", "ethnicity": "景颇族",
    }  # fmt: skip
    return list((said | changes).values())


def seen(content: bytes, clerk, **changes: Any):
    return preview(content, by=clerk, on=DAY, **changes)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_a_csv_is_read_in_every_encoding_offices_use(clerk, encoding) -> None:
    text = "\r\n".join(",".join(r) for r in (HEADINGS, row(), row("排木果", "妻")))
    found = seen(text.encode(encoding), clerk)
    assert [r.texts["name"] for r in found.good] == ["岳勒旺", "排木果"]


def test_rare_characters_of_four_bytes_survive_gb18030(clerk) -> None:
    text = "\n".join(",".join(r) for r in (HEADINGS, row("岳𬭚")))
    assert seen(text.encode("gb18030"), clerk).good[0].texts["name"] == "岳𬭚"


def test_titles_above_merged_headings_and_totals_below_are_no_people(clerk) -> None:
    upper = ["户编号", "家庭成员", "", "", "村", "住址", "电话", "民族"]
    lower = ["", "姓名", "身份证号", "与户主关系", "", "", "", ""]
    title = ["遮放镇低收入人口名册"]
    found = seen(xlsx(title, upper, lower, row(), row("排木果", "妻"), ["合计", "2 人"]), clerk)
    assert (len(found.good), found.skipped) == (2, (6,))
    assert found.rows[0].number == 4


def test_merged_household_cells_hold_for_the_rows_below(clerk) -> None:
    below = row("排木果", "妻", household="", village="", address="")
    found = seen(xlsx(HEADINGS, row(), below, merge=(1, 0, 2, 0, "A1")), clerk)
    assert len(found.households()) == 1
    assert (found.rows[1].place, found.rows[1].address) == (VILLAGE, "三组")


def test_a_number_rounded_by_the_spreadsheet_is_recognised_and_never_guessed(clerk) -> None:
    for damaged in (533199198001010000.0, "5.33199E+17"):
        problem = seen(xlsx(HEADINGS, row(id=damaged)), clerk).errors[0].problems
        assert [(p.field, "后几位已丢失" in p.message) for p in problem] == [("resident_id", True)]


def test_full_width_digits_and_a_forcing_apostrophe_are_read(clerk) -> None:
    whole = number(date(1980, 1, 1))
    wide = "".join(chr(ord(c) + 0xFEE0) for c in whole)
    found = seen(xlsx(HEADINGS, row(id=wide), row("岳二", household="B", id=f"'{number(date(1980, 1, 1))}")), clerk)
    assert not found.errors


@pytest.mark.parametrize(
    "cell",
    ["1979-01-31", "1979/1/31", "1979.1.31", "19790131", "1979年1月31日", "１９７９-０１-３１", 28886, 28886.0,
     MIDNIGHT, date(1979, 1, 31), "1979-01-31 00:00:00", 19790131.0],
)  # fmt: skip
def test_a_date_is_read_in_every_spelling(cell) -> None:
    assert date_of(cell) == date(1979, 1, 31)


@pytest.mark.parametrize("cell", ["1979-02-30", "79-1-31", "1979年1月", "昨天", "31/1/1979", 19791301])
def test_what_is_no_full_date_is_refused(cell) -> None:
    with pytest.raises(CellProblem):
        date_of(cell)


def test_every_problem_of_a_row_is_named_with_its_field(clerk) -> None:
    bad = row("😀", "三姑", id="123", village="没有村", phone="1", ethnicity="火星族")
    problems = seen(xlsx(HEADINGS, row(), bad), clerk).errors[0].problems
    fields = {p.field for p in problems}
    assert {"name", "relation", "resident_id", "village", "phone", "ethnicity"} <= fields


def test_a_village_outside_the_scope_is_named_in_its_row(clerk) -> None:
    problem = seen(xlsx(HEADINGS, row(village="勐戛村")), clerk).errors[0].problems[0]
    assert (problem.field, "不在您的辖区" in problem.message) == ("village", True)


def test_a_number_twice_in_the_file_and_one_already_registered_are_reported(clerk) -> None:
    there = a_household(clerk).head.resident_id
    same = number(date(1980, 1, 1))
    content = xlsx(HEADINGS, row(id=same), row("岳二", "子", id=same), row("岳三", household="B", id=there))
    first, second = seen(content, clerk).errors
    assert "同一身份证号" in first.problems[0].message
    assert "MS-ZF-000001" in second.problems[0].message


@pytest.mark.parametrize("content", [b"", b"\0\1\2\3" * 9, b"PK\x03\x04 broken", "没有,表头\n甲,乙".encode()])
def test_a_file_that_is_no_roster_is_refused_with_what_to_do(clerk, content) -> None:
    with pytest.raises(Unreadable):
        seen(content, clerk)


def cells_of(content: bytes) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def test_the_correction_file_has_only_the_bad_rows_and_says_what_to_do(clerk) -> None:
    found = seen(xlsx(HEADINGS, row(), row("=cmd()", "妻")), clerk)
    table = cells_of(correction_file(found))
    assert table[0][-2:] == ["错误说明", "原文件行号"]
    assert (len(table), table[1][1], table[1][-1]) == (2, "'=cmd()", 3)
    assert "姓名" in table[1][-2]


def test_a_corrected_file_can_be_imported_as_it_is(clerk) -> None:
    found = seen(xlsx(HEADINGS, row("1", "户主")), clerk)
    table = cells_of(correction_file(found))
    table[1][1] = "岳勒旺"
    assert len(seen(xlsx(*table), clerk).good) == 1


def run_import(content: bytes, clerk, settings, tmp_path) -> Job:
    settings.DOUDI_DATA_DIR = tmp_path
    job = start_import(content=content, file_name="名册.xlsx", by=clerk, on=DAY, at=at())
    runner.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.message) == (State.DONE, "")
    return job


def test_good_rows_are_saved_and_bad_ones_come_back(clerk, settings, tmp_path) -> None:
    content = xlsx(
        HEADINGS, row(), row("排木果", "妻"), row("1", "子"), row("岳二", household="B"), row("9", household="C"),
        row("早昆", "妻", household="C"),
    )  # fmt: skip
    job = run_import(content, clerk, settings, tmp_path)
    assert job.result == {"saved": 3, "bad": 3}
    assert Household.objects.count() == 2
    assert [e["row"] for e in job.errors] == [4, 6, 7]
    assert JobFile.objects.filter(job=job, role=JobFile.Role.CORRECTION).exists()


def test_importing_the_same_file_again_registers_nobody_twice(clerk, settings, tmp_path) -> None:
    content = xlsx(HEADINGS, row(), row("排木果", "妻"))
    run_import(content, clerk, settings, tmp_path)
    again = run_import(content, clerk, settings, tmp_path)
    assert (again.result, Person.objects.count()) == ({"saved": 0, "bad": 2}, 2)


def test_a_killed_import_goes_on_and_registers_each_row_once(clerk, settings, tmp_path) -> None:
    settings.DOUDI_DATA_DIR = tmp_path
    rows = [row(f"岳{c}", household=c) for c in "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥天地"]
    job = start_import(content=xlsx(HEADINGS, *rows), file_name="名册.xlsx", by=clerk, on=DAY, at=at())
    asked = iter([False, False, True])
    runner.run(job.pk, stopping=lambda: next(asked))
    assert Person.objects.count() == 20
    runner.run(job.pk)
    assert Person.objects.count() == 24


def test_rows_with_a_registered_number_join_that_household(clerk, settings, tmp_path) -> None:
    household = a_household(clerk)
    run_import(xlsx(HEADINGS, row("排木果", "妻", household=household.number)), clerk, settings, tmp_path)
    assert [p.name for p in people_of(household)] == ["岳勒旺", "排木果"]
    assert Membership.objects.known().count() == 2


def test_importing_needs_the_right_to_import(staff_with) -> None:
    from doudi.accounts.scope import NotPermitted

    with pytest.raises(NotPermitted):
        start_import(content=b"x", file_name="x", by=staff_with(Role.COORDINATOR), on=DAY, at=at())


def test_a_file_that_cannot_be_read_starts_no_job(clerk) -> None:
    with pytest.raises(actions.Refused):
        start_import(content=b"x", file_name="x", by=clerk, on=DAY, at=at())
    assert not Job.objects.exists()
