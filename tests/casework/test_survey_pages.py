"""Pages of the survey: a visit with signature, photos and figures; a word from outside; missing papers; drawn cases."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from doudi.accounts.roles import Role
from doudi.casework.models import Application, CheckDraw, Enquiry, GapNotice, HomeVisit
from doudi.casework.programmes import Programme
from doudi.casework.stages import Stage
from doudi.documents.models import Document
from doudi.registry.models import Statement
from doudi.verification.models import Signature
from tests.casework.known import a_poor_family
from tests.casework.test_notices import posted
from tests.casework.world import TUESDAY, a_draft, an_accepted
from tests.documents.samples import PNG

__all__ = ["posted"]


@pytest.fixture
def case(clerk) -> Application:
    return an_accepted(clerk, household=a_poor_family(clerk, wage=120_000))


def said(case: Application, **changes) -> dict:
    return {
        "version": case.version, "kind": "home", "on": "2026-10-27", "time": "10:30", "place": "弄恩村三组",
        "first_name": "方小娥", "second_name": "瞿金凤", "p_dwelling": "砖木结构", "p_income": "打零工",
        "result": "differs", "signer": case.household.head_id, "sign_method": "typed",
        "sign_name": case.household.head.name,
    } | changes  # fmt: skip


def test_a_visit_keeps_signature_photos_and_the_figure_that_was_otherwise(clerk, case, signed_in) -> None:
    head = case.household.head_id
    photo = SimpleUploadedFile("屋前.png", PNG, "image/png")
    answer = signed_in(clerk).post(
        f"/cases/{case.number}/visit/", said(case, photos=photo, **{f"v-{head}-wage_income": "6000"})
    )
    assert answer.status_code == 302, answer.content.decode()
    visit = HomeVisit.objects.get()
    assert str(visit.findings) == "居住：砖木结构\n收入来源：打零工"
    assert "砖木结构" in str(Signature.objects.get(pk=visit.family_signature).text_shown)
    assert Document.objects.of("application", str(case.pk)).get().kind == "photo"
    newest = Statement.objects.known().filter(person=head, kind="wage_income", source="visit").order_by("-pk").first()
    assert (newest.amount, newest.ends_on) == (600_000, TUESDAY)


def test_a_figure_found_on_a_visit_is_the_one_that_decides(clerk, case, signed_in) -> None:
    head = case.household.head_id
    signed_in(clerk).post(f"/cases/{case.number}/visit/", said(case, **{f"v-{head}-wage_income": "6000"}))
    page = signed_in(clerk).get(f"/cases/{case.number}/").content.decode()
    assert "60.00" in page  # 560 less 6,000 a year
    assert "与申报不一致" in page


def test_a_visit_refused_keeps_what_was_typed_and_nothing_else(clerk, case, signed_in) -> None:
    answer = signed_in(clerk).post(f"/cases/{case.number}/visit/", said(case, second_name="方小娥"))
    assert answer.status_code == 422
    assert "砖木结构" in answer.content.decode()
    assert Signature.objects.filter(text_key="home_visit").count() == HomeVisit.objects.count() == 0


def test_a_visit_without_signature_says_why(clerk, case, signed_in) -> None:
    answer = signed_in(clerk).post(
        f"/cases/{case.number}/visit/", said(case, sign_name="", unsigned_because="户主手伤")
    )
    assert answer.status_code == 302
    assert HomeVisit.objects.get().unsigned_because == "户主手伤"


def test_a_file_that_is_no_photo_is_refused_in_words(clerk, case, signed_in) -> None:
    paper = SimpleUploadedFile("x.pdf", b"%PDF-1.4\n%%EOF\n", "application/pdf")
    answer = signed_in(clerk).post(f"/cases/{case.number}/visit/", said(case, photos=paper))
    assert answer.status_code == 422


def test_the_step_of_the_bar_leads_to_the_page_of_the_visit(clerk, case, signed_in) -> None:
    answer = signed_in(clerk).get(f"/cases/{case.number}/steps/record_visit/")
    assert answer["Location"] == f"/cases/{case.number}/visit/"


def test_the_form_of_a_visit_offers_the_clerk_the_address_and_the_declared(clerk, case, signed_in) -> None:
    page = signed_in(clerk).get(f"/cases/{case.number}/visit/").content.decode()
    assert f'value="{clerk.name}"' in page
    assert "弄恩村三组 12 号" in page
    assert "工资性收入" in page


def test_an_appraisal_is_recorded_with_its_votes(clerk, case, signed_in) -> None:
    words = {"kind": "appraisal", "on": "2026-10-27", "asked": "评议小组", "said": "情况属实"}
    client = signed_in(clerk)
    assert client.post(f"/cases/{case.number}/enquiry/", words).status_code == 422
    client.post(f"/cases/{case.number}/enquiry/", words | {"votes_for": 7, "votes_against": 1})
    assert Enquiry.objects.get().votes_for == 7


def test_what_is_missing_is_told_once_and_printed(clerk, signed_in) -> None:
    application = a_draft(clerk)
    Application.objects.filter(pk=application.pk).update(stage=Stage.SUBMITTED, submitted_on=TUESDAY)
    client, url = signed_in(clerk), f"/cases/{application.number}/gaps/"
    assert "还缺" in client.get(url).content.decode()
    assert client.post(url, {"version": application.version}).status_code == 302
    assert GapNotice.objects.count() == 1
    assert client.get(f"/cases/{application.number}/papers/gaps.pdf").content.startswith(b"%PDF")
    assert client.post(url, {"version": application.version + 1}).status_code == 422


def test_a_proxy_brings_the_authorisation_later(clerk, signed_in) -> None:
    application = a_draft(clerk, origin="proxy", proxy="赵小满", proxy_relation="邻居")
    paper = SimpleUploadedFile("委托书.png", PNG, "image/png")
    answer = signed_in(clerk).post(f"/cases/{application.number}/authorisation/", {"file": paper})
    assert answer.status_code == 302
    assert Application.objects.get(pk=application.pk).proxy_document == Document.objects.get().pk


def test_a_draw_is_made_shown_and_drawn_again(clerk, staff_with, signed_in) -> None:
    for _n in range(4):
        application = an_accepted(clerk)
        Application.objects.filter(pk=application.pk).update(stage=Stage.COUNTY, programme=Programme.TEKUN)
    client = signed_in(staff_with(Role.COUNTY_CLERK))
    words = {"programme": "tekun", "share_percent": 29, "seed": "26135"}
    assert "百分之三十" in client.post("/cases/checks/", words).content.decode()
    answer = client.post("/cases/checks/", words | {"share_percent": 30})
    page = client.get(answer["Location"]).content.decode()
    assert page.count("抽中") == len(CheckDraw.objects.get().chosen) == 2
    assert "完全一致" in page
    assert "不一致" in client.get(f"{answer['Location']}?seed=1").content.decode()


def test_the_county_records_its_own_visit(clerk, staff_with, signed_in, case) -> None:
    Application.objects.filter(pk=case.pk).update(stage=Stage.CHECK)
    county = staff_with(Role.COUNTY_CLERK)
    answer = signed_in(county).post(f"/cases/{case.number}/visit/county/", said(case, kind="county"))
    assert answer.status_code == 302
    assert HomeVisit.objects.get().kind == "county"


def test_notices_and_letters_are_printed_by_the_batch(clerk, posted, signed_in) -> None:
    client = signed_in(clerk)
    assert client.post("/cases/notices/print/", {"pick": []}).status_code == 422
    page = client.get("/cases/notices/").content.decode()
    picked = re.findall(r'name="pick" value="(\d+)"', page)
    assert client.post("/cases/notices/print/", {"pick": picked}).content.startswith(b"%PDF")


def test_other_papers_of_a_case_are_there_when_they_are(clerk, case, signed_in) -> None:
    client, url = signed_in(clerk), f"/cases/{case.number}/papers/"
    for form in ("application", "slip", "procedure", "hearing"):
        assert client.get(f"{url}{form}.pdf").content.startswith(b"%PDF")
    assert client.get(f"{url}certificate.pdf").status_code == 404
    assert client.get(f"{url}nonsense.pdf").status_code == 404
    assert client.get(f"/cases/{case.number}/visit/blank.pdf").content.startswith(b"%PDF")
