"""Files as offices and attackers send them: refused in words, or read with the bad rows named; nothing half-saved."""

from __future__ import annotations

import io
import zipfile
from datetime import date, timedelta

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from python_calamine import CalamineWorkbook

from doudi.documents.models import Document
from doudi.jobs import runner
from doudi.jobs.files import open_file
from doudi.jobs.models import Job, JobFile
from doudi.kernel.resident_id import impossible_id
from doudi.registry.exports import write_csv, write_xlsx
from doudi.registry.models import Household, Person
from tests.access.world import fingerprint
from tests.registry.world import number

pytestmark = pytest.mark.django_db
IMPORT = "/households/import/"
HEADINGS = ["户编号", "村", "姓名", "身份证号", "与户主关系"]
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # what a workbook with a password is inside
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64
FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", "=cmd|' /C calc'!A0"]


def xlsx(*rows: list) -> bytes:
    """A workbook with these rows."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        page = book.add_worksheet()
        for line, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                page.write_string(line, column, cell)
    return stream.getvalue()


def zipped(**members: bytes) -> bytes:
    """An archive that may call itself a workbook."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/"), content)
    return stream.getvalue()


def sent(page, content: bytes, name: str = "名册.xlsx"):
    """The answer to an upload."""
    return page(IMPORT, {"file": SimpleUploadedFile(name, content)})


def row(name: str, household: str = "1", relation: str = "户主", **changes: str) -> list[str]:
    return [household, changes.get("village", "弄恩村"), name, changes.get("id", number()), relation]


UNREADABLE = {
    "nothing at all": ("名册.xlsx", b"", "空"),
    "blanks": ("名册.csv", b" \r\n ", "空"),
    "broken workbook": ("名册.xlsx", b"PK\x03\x04" + b"\x07" * 500, "损坏"),
    "cut workbook": ("名册.xlsx", xlsx(HEADINGS, ["1"] * 5)[:-200], "损坏"),
    "picture": ("名册.xlsx", PNG, "xlsx"),
    "password": ("名册.xlsx", OLE + b"\0" * 4096, "密码"),
    "archive": ("名册.xlsx", zipped(a=b"b"), "打不开"),
    "program": ("名册.xlsx", b"MZ\x90\0" + b"\0" * 100, "表格"),
    "no headings": ("名册.xlsx", xlsx(["甲", "乙"], ["1", "2"]), "表头"),
    "no rows": ("名册.xlsx", xlsx(HEADINGS), "没有一行"),
    "UTF-16": ("名册.csv", "\n".join(["姓名,村,身份证号", "岳勒旺,弄恩村,"]).encode("utf-16"), "UTF-8"),
    "web page": ("名册.csv", b"<html><script>alert(1)</script></html>", ""),
    "neither UTF-8 nor GBK": ("名册.csv", "姓名,身份证号\n".encode() + b"\xff\x81\x20\xff", "编码"),
    "NUL in text": ("名册.csv", "姓名,身份证号\n岳\0勒,1".encode(), "表格"),
}


@pytest.mark.parametrize("what", UNREADABLE)
def test_a_file_that_is_no_list_is_refused_in_words(what, divisions, page) -> None:
    name, content, words = UNREADABLE[what]
    before = fingerprint()
    answer = sent(page, content, name)
    assert answer.status_code == 422
    assert words in answer.content.decode().split('id="errors"')[1].split("</ul>")[0]
    assert (Document.objects.count(), Job.objects.count(), fingerprint()) == (0, 0, before)


def test_an_archive_that_would_fill_the_memory_is_not_unpacked(divisions, page) -> None:
    bomb = zipped(**{"[Content_Types].xml": b"<x/>", "xl__workbook.xml": b"<x/>", "xl__sheet.xml": b"\0" * 400_000_000})
    assert len(bomb) < 1_000_000
    assert "过大" in sent(page, bomb).content.decode()


def preview(page, content: bytes, name: str = "名册.xlsx") -> str:
    """The page that shows what was understood."""
    answer = sent(page, content, name)
    assert answer.status_code == 302, answer.content.decode()
    return page(answer["Location"]).content.decode()


def test_a_hundred_columns_are_read_and_the_unknown_ones_named(divisions, page) -> None:
    extra = [f"列{n}" for n in range(95)]
    shown = preview(page, xlsx(HEADINGS + extra, row("岳勒旺") + ["x"] * 95))
    assert "导入正确的 1 人" in shown
    assert "列94" in shown


def test_a_missing_heading_is_a_problem_of_every_row_with_its_name(divisions, page) -> None:
    shown = preview(page, xlsx(["姓名", "身份证号"], ["岳勒旺", number()]))
    assert "请填写村" in shown
    assert "导入正确的" not in shown


def test_of_a_heading_that_stands_twice_the_first_counts(divisions, page) -> None:
    shown = preview(page, xlsx([*HEADINGS, "姓名"], [*row("岳勒旺"), "别人"]))
    assert "岳勒旺" in shown
    assert "导入正确的 1 人" in shown


@pytest.mark.parametrize("encoding", ["gbk", "gb18030", "utf-8", "utf-8-sig"])
def test_a_csv_is_read_in_the_encoding_it_comes_in(encoding, divisions, page) -> None:
    text = "\n".join(",".join(r) for r in (HEADINGS, row("岳勒旺")))
    assert "导入正确的 1 人" in preview(page, text.encode(encoding), "名册.csv")


@pytest.mark.parametrize("name", ["岳𬭚", "罕·相"])
def test_rare_characters_come_through_gb18030(name, divisions, page) -> None:
    text = "\n".join(",".join(r) for r in (HEADINGS, row(name)))
    assert name in preview(page, text.encode("gb18030"), "名册.csv")


def run_of(page, content: bytes) -> Job:
    """Upload, confirm, and let the worker do it."""
    where = sent(page, content)["Location"]
    page(where, {})
    job = Job.objects.latest("pk")
    runner.run(job.pk)
    job.refresh_from_db()
    return job


def corrections(job: Job) -> list[list]:
    content = b"".join(open_file(JobFile.objects.get(job=job, role=JobFile.Role.CORRECTION)))
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def test_bad_rows_in_the_middle_come_back_and_the_others_are_saved(divisions, page) -> None:
    rows = [row(f"岳{chr(0x4E00 + n)}", str(n)) for n in range(60)]
    rows[30][3] = "533103199901010011"
    rows[31][2] = "岳😀"
    job = run_of(page, xlsx(HEADINGS, *rows))
    assert (job.result, Person.objects.count(), Household.objects.count()) == ({"saved": 58, "bad": 2}, 58, 58)
    table = corrections(job)
    assert [line[-1] for line in table[1:]] == [32, 33]
    assert "校验" in table[1][-2]


def test_a_household_whose_head_is_wrong_waits_whole(divisions, page) -> None:
    rows = [row("岳勒旺", id="1"), row("排木果", relation="妻"), row("岳小南", relation="子")]
    job = run_of(page, xlsx(HEADINGS, *rows))
    assert (job.result, Person.objects.count()) == ({"saved": 0, "bad": 3}, 0)


def test_an_import_confirmed_twice_runs_once(divisions, page) -> None:
    where = sent(page, xlsx(HEADINGS, row("岳勒旺")))["Location"]
    first, second = page(where, {}), page(where, {})
    assert first["Location"] == second["Location"]
    assert Job.objects.count() == 1


def test_formulas_in_a_file_come_back_as_text(divisions, page) -> None:
    job = run_of(page, xlsx(HEADINGS, *[row(f, str(n)) for n, f in enumerate(FORMULAS)]))
    assert all(not line[2].startswith(("=", "+", "-", "@")) for line in corrections(job)[1:])


@pytest.mark.parametrize("text", FORMULAS)
def test_no_formula_leaves_in_an_export(text) -> None:
    stream = io.BytesIO()
    write_xlsx(stream, ["住址"], [[text]])
    table = CalamineWorkbook.from_filelike(io.BytesIO(stream.getvalue())).get_sheet_by_index(0).to_python()
    assert table[1] == [f"'{text}"]
    assert b"<f>" not in zipfile.ZipFile(stream).read("xl/worksheets/sheet1.xml")
    assert f"'{text}" in b"".join(write_csv(["住址"], iter([[text]]))).decode()


@pytest.mark.parametrize("name", ["../../etc/passwd.xlsx", "a" * 300 + ".xlsx", "名\u202e册.xlsx", "=cmd().xlsx"])
def test_a_file_name_is_only_a_name(name, divisions, page) -> None:
    shown = preview(page, xlsx(HEADINGS, row("岳勒旺")), name)
    assert "/etc/" not in shown
    assert "\u202e" not in shown


def test_papers_of_a_household_are_checked_by_their_bytes(home, page) -> None:
    for name, content in (
        ("证.jpg", b"MZ\x90\0"),
        ("证.pdf", PNG),
        ("证.png", b""),
        ("证.svg", b"<svg onload=alert(1)>"),
    ):
        file = SimpleUploadedFile(name, content)
        answer = page(f"/documents/add/household/{home.pk}/", {"kind": "hukou", "file": file})
        assert answer.status_code == 422, name
    assert not Document.objects.exists()


def test_one_bad_row_among_five_thousand_is_found_before_anything_is_saved(divisions, page) -> None:
    rows = [
        row("岳勒旺", str(n), id=impossible_id(date(1950, 1, 1) + timedelta(days=n), 1, 7).number) for n in range(5000)
    ]
    rows[2500][3] = "533103199901010011"
    shown = preview(page, xlsx(HEADINGS, *rows))
    assert "导入正确的 4,999 人" in shown
    assert 'data-label="第几行">2502<' in shown
    assert not Person.objects.exists()
