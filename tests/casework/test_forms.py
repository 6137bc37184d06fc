"""The papers of a case: each parsed again; the last day, the figures, the masks, and what must never be on them."""

from __future__ import annotations

import os
import re
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

from doudi.accounts.roles import Role
from doudi.casework.actions import determining, gaps, notices, visits
from doudi.casework.actions.accepting import submit
from doudi.casework.models import Application, GapNotice, HomeVisit, Publication, PublicNotice
from doudi.casework.printing import (
    acceptance_slip,
    application_form,
    certificate,
    confirmation_sheet,
    gap_notice,
    hearing_record,
    notice_sheet,
    publication,
    visit_form,
)
from doudi.casework.queries.outgoing import leaks
from doudi.documents.forms import PrintStamp
from doudi.registry.actions.refusal import Refused
from tests.casework.known import a_poor_family
from tests.casework.test_determinations import before_the_county, in_review, judged
from tests.casework.test_visits import seen
from tests.casework.world import TUESDAY, a_draft, an_accepted, at

FULL_NUMBER = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")


def stamp_of(staff) -> PrintStamp:
    return PrintStamp("遮放镇人民政府", staff.name, staff.pk, at(TUESDAY), "http://localhost")


def read(pdf: bytes, name: str = "") -> str:
    """The words of a PDF without line breaks; kept in the folder DOUDI_FORMS to be looked at."""
    if name and (folder := os.environ.get("DOUDI_FORMS")):
        Path(folder, f"{name}.pdf").write_bytes(pdf)
    shown = subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    return re.sub("[\u2060\u200b\\s]", "", shown)


@pytest.fixture
def case(clerk) -> Application:
    return an_accepted(clerk, household=a_poor_family(clerk, wage=120_000))


@pytest.fixture
def posted(clerk) -> PublicNotice:
    application = in_review(clerk, a_poor_family(clerk))
    judged(application, clerk)
    return notices.propose_grant(application=application, by=clerk, on=TUESDAY, at=at(TUESDAY))


@pytest.fixture
def granted(clerk, staff_with):
    application = in_review(clerk, a_poor_family(clerk))
    judged(application, clerk)
    reviewer = staff_with(Role.COUNTY_REVIEWER)
    return determining.confirm(application=before_the_county(application), by=reviewer, on=TUESDAY, at=at(TUESDAY))


def test_the_application_shows_who_what_and_what_was_signed(clerk, case) -> None:
    text = read(application_form.print_application(case, stamp_of(clerk)), "application")
    for words in (case.number, "岳勒旺", "最低生活保障", "户籍所在地", "承诺书", "工资性收入1,200.00元"):
        assert words in text
    assert re.search(r"\d{6}\*{8}\d{3}[\dX]", text)
    assert not FULL_NUMBER.search(text)


def test_the_slip_names_the_last_day_of_the_law(clerk, case) -> None:
    text = read(acceptance_slip.print_slip(case, stamp_of(clerk), today=TUESDAY, now=at(TUESDAY)), "slip")
    assert "最晚2026年12月8日告诉您结果" in text  # thirty working days after 2026-10-27
    assert "30个工作日" in text
    assert "第22条" in text


def test_the_notice_of_gaps_lists_them_once_in_words(clerk) -> None:
    application = a_draft(clerk)
    application = submit(application=application, by=clerk, on=TUESDAY, at=at(TUESDAY))
    gaps.list_gaps(application=application, by=clerk, on=TUESDAY, at=at(TUESDAY))
    text = read(gap_notice.print_gaps(GapNotice.objects.get(), stamp_of(clerk)), "gaps")
    assert "还缺下面2样" in text
    assert "核对授权书：岳勒旺签名" in text
    assert "如实申报承诺书" in text


def test_the_visit_form_is_blank_for_carrying_and_filled_afterwards(clerk, case) -> None:
    blank = read(visit_form.print_visit(case, None, stamp_of(clerk), by=clerk, on=TUESDAY), "visit-blank")
    assert "□与申报一致" in blank
    visits.record_visit(application=case, seen=seen(), by=clerk, on=TUESDAY, at=at(TUESDAY))
    filled = read(visit_form.print_visit(case, HomeVisit.objects.get(), stamp_of(clerk), by=clerk, on=TUESDAY), "visit")
    for words in ("方小娥", "瞿金凤", "砖木结构，户主骨折", "未签名：户主手伤"):
        assert words in filled
        assert words not in blank


def test_the_notice_sheet_is_a3_and_says_three_things(clerk, posted) -> None:
    pdf = notice_sheet.print_notices([posted], stamp_of(clerk))
    text = read(pdf, "notice")
    for words in ("岳勒旺", "560.00", "2026年10月27日至11月3日"):
        assert words in text
    size = subprocess.run(["pdfinfo", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    assert re.search(r"Page size:\s+1190\.\d+ x 841\.\d+ pts \(A3\)", size)


def lines_of(pdf: bytes) -> list[str]:
    shown = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True).stdout
    return [re.sub("[\u2060\u200b]", "", line) for line in shown.decode().splitlines() if "核验码" not in line]


def test_nothing_on_the_boards_of_a_village_leaks(clerk, posted, granted) -> None:
    sheets = [
        notice_sheet.print_notices([posted], stamp_of(clerk)),
        publication.print_publication(granted.division_code, list(Publication.objects.all()), TUESDAY, stamp_of(clerk)),
    ]
    for pdf in sheets:
        assert [leak for line in lines_of(pdf) for leak in leaks(line)] == []


LEAKS = ("岳勒旺 533103197901010011", "岳勒旺13887654321", "岳勒旺（肺癌）", "岳勒旺 三组12号")


@pytest.mark.planted
@pytest.mark.parametrize("name", LEAKS)
def test_a_leak_written_into_a_notice_never_reaches_paper(clerk, posted, name) -> None:
    posted.name = name
    with pytest.raises(Refused, match="不能公开"):
        notice_sheet.print_notices([posted], stamp_of(clerk))


@pytest.mark.planted
@pytest.mark.parametrize("name", LEAKS)
def test_a_leak_written_into_a_publication_never_reaches_paper(clerk, granted, name) -> None:
    line = Publication.objects.get()
    line.name = name
    with pytest.raises(Refused, match="不能公开"):
        publication.print_publication(granted.division_code, [line], TUESDAY, stamp_of(clerk))


@pytest.mark.planted
@pytest.mark.parametrize("paper", ["application", "visit", "hearing"])
@pytest.mark.parametrize("leak", ["533103197901010011", "６２１７００１２３４５６７８９０１２３", "138 8765 4321"])
def test_a_number_typed_into_any_field_of_a_case_never_reaches_paper(clerk, case, leak, paper) -> None:
    case.cause, stamp = f"联系 {leak}", stamp_of(clerk)
    printed = {
        "application": lambda: application_form.print_application(case, stamp),
        "visit": lambda: print_with_findings(clerk, leak, case),
        "hearing": lambda: hearing_record.print_hearing(case, stamp, heard={"said": leak}),
    }
    with pytest.raises(Refused, match="不能公开"):
        printed[paper]()


def print_with_findings(clerk, leak: str, case: Application) -> bytes:
    visit = HomeVisit(
        application=case, kind="home", on=TUESDAY, at=at(TUESDAY), place="村", first_name="甲", second_name="乙",
        findings=leak, result="matches", unsigned_because="手伤", recorded_at=at(TUESDAY),
    )  # fmt: skip
    return visit_form.print_visit(case, visit, stamp_of(clerk), by=clerk, on=TUESDAY)


def test_the_sheet_of_the_procedure_shows_who_did_what_and_the_rulebook(clerk, granted) -> None:
    text = read(confirmation_sheet.print_sheet(granted.application, stamp_of(clerk)), "sheet")
    for words in (
        granted.number,
        "560.00",
        "审核确认",
        granted.rulebook_version.replace(" ", ""),
        "成立",
        "2026年11月",
    ):
        assert words in text


def test_a_certificate_says_that_and_since_when_and_not_why(clerk, granted) -> None:
    pdf = certificate.print_certificate(granted, stamp_of(clerk), on=TUESDAY + timedelta(days=30))
    text = read(pdf, "certificate")
    assert "最低生活保障" in text
    assert "2026年10月27日确认" in text
    assert "核验码" in text
    assert not FULL_NUMBER.search(text)


def test_a_hearing_record_can_be_taken_down_by_hand(clerk, granted) -> None:
    assert "当事人的意见" in read(hearing_record.print_hearing(granted.application, stamp_of(clerk)), "hearing")
