"""Lists out with a reason, files in after a look."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from python_calamine import CalamineWorkbook

from doudi.accounts.roles import Role
from doudi.audit.models import AuditEvent
from doudi.jobs import runner
from doudi.jobs.files import open_file
from doudi.jobs.models import Job, JobFile
from doudi.registry.models import Person
from tests.registry.world import number

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path) -> None:
    settings.DOUDI_DATA_DIR = tmp_path


def csv_of(*rows: str) -> SimpleUploadedFile:
    text = "户编号,村,姓名,身份证号,与户主关系\n" + "\n".join(rows)
    return SimpleUploadedFile("名册.csv", text.encode("gbk"), content_type="text/csv")


def upload(page, *rows: str):
    return page("/households/import/", {"file": csv_of(*rows)})


@pytest.mark.parametrize("reason", ["", "看看", "   看   ", "a\x00bcdef"])
def test_an_export_without_a_reason_is_refused(reason, home, page) -> None:
    assert page("/households/export/", {"reason": reason}).status_code == 422
    assert not Job.objects.exists()


def test_an_export_holds_what_was_asked_for_masked_and_marked(home, clerk, page) -> None:
    answer = page("/households/export/?members=minor", {"reason": "年度复核用"})
    job = Job.objects.get()
    assert answer["Location"] == f"/jobs/{job.pk}/"
    runner.run(job.pk)
    content = b"".join(open_file(JobFile.objects.get(job=job, role="result")))
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert rows[1][0] == home.number
    assert home.head.resident_id not in str(rows)
    assert "用途：年度复核用" in rows[-1][0]


def test_an_export_is_recorded_with_its_reason(home, page) -> None:
    page("/households/export/?category=dibao", {"reason": "年度复核用"})
    event = AuditEvent.objects.get(action="list.export")
    assert (event.purpose, event.detail["category"]) == ("年度复核用", "dibao")


def test_a_role_without_the_right_exports_nothing(home, staff_with, signed_in, as_web) -> None:
    someone = staff_with(Role.LIAISON_DISABLED)
    with as_web(someone):
        assert signed_in(someone).post("/households/export/", {"reason": "年度复核用"}).status_code == 403


def test_a_file_is_shown_with_its_errors_before_anything_is_saved(divisions, page) -> None:
    answer = upload(page, f"1,弄恩村,排志明,{number()},户主", "2,弄恩村,孔腊保,533103199901010011,户主")
    shown = page(answer["Location"]).content.decode()
    assert "孔腊保" in shown
    assert "校验" in shown
    assert "导入正确的 1 人" in shown
    assert not Person.objects.exists()


def test_the_bad_rows_come_back_as_a_spreadsheet(divisions, page) -> None:
    where = upload(page, "2,弄恩村,孔腊保,533103199901010011,户主")["Location"]
    answer = page(f"{where}correction.xlsx")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert "孔腊保" in rows[1]


def test_confirming_starts_the_import(divisions, page) -> None:
    where = upload(page, f"1,弄恩村,排志明,{number()},户主")["Location"]
    assert page(where, {}).status_code == 302
    assert Job.objects.get().kind == "registry.import"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.csv", b""),
        ("x.csv", b"a,b\n1,2"),
        ("x.xlsx", b"PK\x03\x04broken"),
        ("x.exe", b"MZ\x90"),
        ("x.csv", b"\x00\xff\xfe"),
    ],
)
def test_what_is_no_list_is_refused_in_words(name, content, divisions, page) -> None:
    answer = page("/households/import/", {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 422


def test_no_file_is_refused(divisions, page) -> None:
    assert page("/households/import/", {}).status_code == 422


def test_somebody_elses_upload_is_not_found(divisions, page, staff_with, signed_in, as_web) -> None:
    where = upload(page, f"1,弄恩村,排志明,{number()},户主")["Location"]
    other = staff_with(Role.TOWNSHIP_CLERK, "533103103")
    with as_web(other):
        assert signed_in(other).get(where).status_code == 404
