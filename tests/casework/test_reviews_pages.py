"""The pages of reviews, conferences and transfers; the letter and the package on paper."""

from __future__ import annotations

import re
import subprocess
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from doudi.accounts.roles import Role
from doudi.awards.months import next_month
from doudi.casework.actions import transfers
from doudi.casework.models import CaseConference, ChangeReport, JobOffer, PeriodicReview, Transfer
from doudi.casework.models.reviews import Outcome, ReviewStage
from doudi.casework.queries.determinations import evidence_of
from tests.casework.known import a_poor_family, earns
from tests.casework.reviewed import a_review, an_award, decided, heard, proposed
from tests.casework.world import an_accepted, at
from tests.conftest import FAR_VILLAGE

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d4944415478da63fccfc0500f0004850180842dcf3b0000000049454e44ae426082"
)


@pytest.fixture
def reviewer(staff_with):
    return staff_with(Role.COUNTY_REVIEWER)


@pytest.fixture
def home(clerk):
    return a_poor_family(clerk)


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def review(home, reviewer, today) -> PeriodicReview:
    """An open review of an award that began this month."""
    start = today.replace(day=1)
    granted = today - timedelta(days=1)  # known before the pages act, whatever the hour
    return a_review(an_award(reviewer, home, fen=50_000, on=granted, start=start), on=today)


def read(pdf: bytes) -> str:
    told = subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True)
    return re.sub("[\u2060\u200b\\s]", "", told.stdout.decode())


def test_the_list_and_the_page_show_old_new_and_who_is_next(review, clerk, signed_in) -> None:
    client = signed_in(clerk)
    assert review.household.head.name in client.get(reverse("casework:reviews")).content.decode()
    page = client.get(reverse("casework:review", args=[review.pk])).content.decode()
    assert "500" in page
    assert "560" in page
    assert "提出处理意见" in page


def test_a_review_is_proposed_and_decided_on_its_pages(review, clerk, reviewer, signed_in, today) -> None:
    url = reverse("casework:review_deed", args=[review.pk, "propose"])
    said = {"outcome": "raise", "reason": "review", "from_month": f"{next_month(today):%Y-%m}", "version": 1}
    assert signed_in(clerk).post(url, said).status_code == 302
    url = reverse("casework:review_deed", args=[review.pk, "decide"])
    assert signed_in(reviewer).post(url, {"version": 2}).status_code == 302
    review.refresh_from_db()
    assert (review.stage, review.decision.after_fen) == (ReviewStage.DECIDED, 56_000)


def test_what_is_refused_stands_beside_its_field_and_nothing_typed_is_lost(review, clerk, signed_in, today) -> None:
    url = reverse("casework:review_deed", args=[review.pk, "propose"])
    said = {"outcome": "reduce", "reason": "review", "from_month": f"{next_month(today):%Y-%m}", "note": "少给一点"}
    answer = signed_in(clerk).post(url, said)
    assert answer.status_code == 422
    assert "不能减发" in answer.content.decode()
    assert "少给一点" in answer.content.decode()


def test_whoever_came_second_is_told(review, clerk, signed_in, today) -> None:
    url = reverse("casework:review_deed", args=[review.pk, "propose"])
    said = {"outcome": "raise", "reason": "review", "from_month": f"{next_month(today):%Y-%m}", "version": 0}
    assert signed_in(clerk).post(url, said).status_code == 409


def test_a_hearing_is_signed_on_its_page(review, home, clerk, signed_in, today) -> None:
    earns(home, clerk, 90_000_00)
    proposed(review, clerk, Outcome.END, on=today)
    url = reverse("casework:review_deed", args=[review.pk, "hear"])
    name = home.head.name
    said = {"person": home.head_id, "way": "home", "said": "没有意见", "sign_method": "typed", "sign_name": name}
    client = signed_in(clerk)
    assert "终止，自" in client.get(url).content.decode()
    assert client.post(url, said).status_code == 302
    assert review.hearings.get().heard


def test_the_clerk_cannot_decide_and_another_township_sees_nothing(review, clerk, staff_with, signed_in) -> None:
    url = reverse("casework:review_deed", args=[review.pk, "decide"])
    assert signed_in(clerk).get(url).status_code == 403
    far = signed_in(staff_with(Role.TOWNSHIP_CLERK, FAR_VILLAGE[:9]))
    assert far.get(reverse("casework:review", args=[review.pk])).status_code == 404


def test_the_letter_of_an_end_says_reason_month_hearing_help_and_remedy(
    review, home, clerk, reviewer, signed_in, today
) -> None:
    earns(home, clerk, 90_000_00)
    review = proposed(review, clerk, Outcome.END, on=today)
    heard(review, clerk, on=today)
    decided(review, reviewer, on=today)
    answer = signed_in(clerk).get(reverse("casework:review_letter", args=[review.pk]))
    words, begins = read(answer.content), next_month(today)
    for said in (
        "待遇终止通知书", f"自{begins.year}年{begins.month}月起，终止发放", "定期核查", "不符合以下条件", "没有意见",
        "临时救助", "行政复议", "560.00元", "《社会救助法》第48条", "《最低生活保障审核确认办法》第31条",
    ):  # fmt: skip
        assert said in words, said


def test_a_family_reports_a_change_and_jobs_are_recorded(review, home, clerk, signed_in, today) -> None:
    client = signed_in(clerk)
    said = {"kind": "income", "since": today, "text": "到糖厂上班", "reporter": "岳勒旺", "way": "phone"}
    assert client.post(reverse("casework:report", args=[home.number]), said).status_code == 302
    assert ChangeReport.objects.get().reviews.count() == 1
    said = {"offered_on": today, "employer": "糖厂", "job": "装卸", "suitable_because": "离家近", "answer": "refused"}
    url = reverse("casework:jobs", args=[home.head_id])
    assert client.post(url, said).status_code == 422
    assert client.post(url, said | {"reason": "嫌远不愿意去"}).status_code == 302
    assert JobOffer.objects.count() == 1
    assert "糖厂" in client.get(url).content.decode()


def conference(**changes) -> dict[str, object]:
    said = {
        "held_on": timezone.localdate(),
        "question": "存款是否为代管",
        "participants": "方小娥 镇民政办\n瞿金凤 村委会",
        "opinions": "都认为是代管",
        "conclusion": "不计入家庭财产",
        "file": SimpleUploadedFile("minutes.png", PNG, "image/png"),
    }
    return said | changes


def test_a_conference_is_held_with_minutes_and_becomes_evidence(clerk, signed_in, today) -> None:
    application = an_accepted(clerk, on=today)
    url = reverse("casework:conference", args=[application.number])
    client = signed_in(clerk)
    assert "至少两人" in client.post(url, conference(participants="方小娥 镇民政办")).content.decode()
    assert client.post(url, conference()).status_code == 302
    held = CaseConference.objects.get()
    assert {"kind": "conference", "id": held.number, "digest": held.minutes_digest} in evidence_of(application)


def test_a_conference_about_a_review_is_shown_on_it(review, clerk, signed_in) -> None:
    client = signed_in(clerk)
    assert client.post(reverse("casework:review_conference", args=[review.pk]), conference()).status_code == 302
    assert "不计入家庭财产" in client.get(reverse("casework:review", args=[review.pk])).content.decode()


def test_a_family_is_handed_over_within_the_county_on_a_page(review, home, staff_with, signed_in) -> None:
    county = staff_with(Role.COUNTY_CLERK)
    url = reverse("casework:hand_over", args=[home.number, "within"])
    assert signed_in(county).post(url, {"to_code": FAR_VILLAGE, "reason": "随女儿居住"}).status_code == 302
    review.refresh_from_db()
    assert review.division_code == FAR_VILLAGE


def test_a_transfer_out_is_begun_taken_and_completed_on_its_pages(
    review, home, reviewer, staff_with, signed_in, today
) -> None:
    client = signed_in(staff_with(Role.COUNTY_CLERK))
    said = {"to_place": "瑞丽市", "reason": "迁往瑞丽居住"}
    assert client.post(reverse("casework:hand_over", args=[home.number, "out"]), said).status_code == 302
    row = Transfer.objects.get()
    assert client.get(reverse("casework:transfer", args=[row.pk])).status_code == 200
    package = client.get(reverse("casework:transfer_json", args=[row.pk]))
    assert package.json()["format"] == "doudi.transfer/1"
    words = read(client.get(reverse("casework:transfer_pdf", args=[row.pk])).content)
    assert review.award.number in words
    assert str(home.head.resident_id) not in words
    begins = {"first_month": f"{next_month(today):%Y-%m}"}
    url = reverse("casework:transfer_complete", args=[row.pk])
    assert signed_in(reviewer).post(url, begins).status_code == 302
    review.award.refresh_from_db()
    assert review.award.ends_on == next_month(today)


def test_a_family_from_another_county_is_taken_in_on_a_page(home, clerk, signed_in) -> None:
    url = reverse("casework:hand_over", args=[home.number, "in"])
    said = {"place": "瑞丽市", "programme": "dibao", "number": "RLDB-0012", "yuan": "480.50", "last_month": "2026-10"}
    assert signed_in(clerk).post(url, said).status_code == 302
    assert Transfer.objects.get().before_fen == 48_050


def test_a_cancelled_transfer_says_why(home, staff_with, signed_in, today) -> None:
    county = staff_with(Role.COUNTY_CLERK)
    row = transfers.begin_out(household=home, to_place="瑞丽市", reason="迁往瑞丽", by=county, on=today, at=at(today))
    url = reverse("casework:transfer_cancel", args=[row.pk])
    assert signed_in(county).post(url, {"reason": "家庭决定不搬了"}).status_code == 302
    assert "家庭决定不搬了" in signed_in(county).get(reverse("casework:transfer", args=[row.pk])).content.decode()


def test_one_who_looks_ahead_sees_a_review_before_its_day(review, clerk, signed_in, today) -> None:
    PeriodicReview.objects.filter(pk=review.pk).update(due_on=today + timedelta(days=3))
    assert "最晚" in signed_in(clerk).get(reverse("casework:reviews")).content.decode()


def test_the_households_page_leads_to_reviews_reports_jobs_and_transfers(
    review, home, clerk, staff_with, signed_in
) -> None:
    page = signed_in(clerk).get(reverse("registry:household", args=[home.number])).content.decode()
    for address in (
        reverse("casework:review", args=[review.pk]),
        reverse("casework:report", args=[home.number]),
    ):
        assert address in page
    report = signed_in(clerk).get(reverse("casework:report", args=[home.number])).content.decode()
    assert reverse("casework:jobs", args=[home.head_id]) in report
    assert reverse("casework:hand_over", args=[home.number, "out"]) not in page
    county = signed_in(staff_with(Role.COUNTY_CLERK)).get(reverse("registry:household", args=[home.number]))
    assert reverse("casework:hand_over", args=[home.number, "out"]) in county.content.decode()
