"""The pages of verification, as a township clerk and the county see them, behind row-level security."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from pypdf import PdfReader

from doudi.accounts.roles import Role
from doudi.documents.models import Document
from doudi.verification import queries
from doudi.verification.actions import consents, pledges, requests
from doudi.verification.actions.signing import Signing
from doudi.verification.connectors.port import Value
from doudi.verification.models import CorrectionRequest, Objection, Pledge, Reason, Request, VerificationConsent
from doudi.verification.sources import ALL
from tests.registry.world import DAY, at
from tests.verification.world import MATTER, asked, consent, couple, drawn, png, reply, typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit(client, as_web):
    """Ask for a page as somebody."""

    def ask(staff, address: str, data: dict | None = None):
        client.force_login(staff, backend="doudi.accounts.backend.StaffBackend")
        with as_web(staff):
            answer = client.post(address, data) if data is not None else client.get(address)
            answer.shown = b"".join(answer.streaming_content) if answer.streaming else answer.content
        return answer

    return ask


def fresh(by, home, person):
    """A consent that is live on the day the tests run."""
    today = timezone.localdate()
    return consent(by, home, person, on=today, starts_on=today, ends_on=today + timedelta(days=300), at=timezone.now())


def text(answer) -> str:
    return answer.shown.decode()


def form_of(person, **changes):
    today = timezone.localdate()
    said = {
        "signer": person.pk, "sources": ALL, "purpose": "application", "starts_on": today,
        "ends_on": today + timedelta(days=365), "sign_method": "typed", "sign_name": person.name, "sign_image": "",
    }  # fmt: skip
    return said | changes


def test_the_page_says_who_has_signed_and_who_is_missing(clerk, visit) -> None:
    home, head, wife = couple(clerk)
    fresh(clerk, home, head)
    page = text(visit(clerk, f"/verification/households/{home.number}/"))
    assert head.name in page
    assert wife.name in page
    assert page.count("未签") == 1
    assert "15 个来源" in page


def test_somebody_signs_by_drawing(clerk, visit) -> None:
    home, head, _wife = couple(clerk)
    address = f"/verification/households/{home.number}/sign/{head.pk}/"
    assert "非银行支付" in text(visit(clerk, address))
    answer = visit(clerk, address, form_of(head, sign_method="drawn", sign_image=drawn().image, sign_name=""))
    assert answer.status_code == 302, text(answer)
    assert VerificationConsent.objects.get().signature.method == "drawn"


def test_what_was_refused_stands_beside_its_field_and_the_drawing_is_kept(clerk, visit) -> None:
    home, head, _wife = couple(clerk)
    address = f"/verification/households/{home.number}/sign/{head.pk}/"
    image = drawn().image
    answer = visit(clerk, address, form_of(head, sign_method="drawn", sign_image=image, sources=[]))
    assert answer.status_code == 422
    assert "请至少选择一个来源" in text(answer)
    assert image in text(answer)


def test_a_signature_of_50_mb_is_refused_in_words_without_being_read(clerk, visit) -> None:
    home, head, _wife = couple(clerk)
    address = f"/verification/households/{home.number}/sign/{head.pk}/"
    large = "data:image/png;base64," + "A" * (50 * 1024 * 1024)
    answer = visit(clerk, address, form_of(head, sign_method="drawn", sign_image=large))
    assert answer.status_code == 413
    assert "签名图片不超过 512 KB" in text(answer)
    assert not VerificationConsent.objects.exists()


def test_a_signature_of_600_kb_is_refused_at_its_field(clerk, visit) -> None:
    home, head, _wife = couple(clerk)
    address = f"/verification/households/{home.number}/sign/{head.pk}/"
    large = "data:image/png;base64," + "A" * (800 * 1024)
    answer = visit(clerk, address, form_of(head, sign_method="drawn", sign_image=large))
    assert answer.status_code == 422
    assert "512 KB" in text(answer)


def test_withdrawing_needs_no_reason(clerk, visit) -> None:
    home, head, _wife = couple(clerk)
    given = fresh(clerk, home, head)
    assert "立即生效" in text(visit(clerk, f"/verification/consents/{given.pk}/withdraw/"))
    assert visit(clerk, f"/verification/consents/{given.pk}/withdraw/", {"because": ""}).status_code == 302
    given.refresh_from_db()
    assert given.withdrawn_by_id == clerk.pk
    assert visit(clerk, f"/verification/consents/{given.pk}/withdraw/", {"because": ""}).status_code == 409


def test_the_family_pledges_for_a_matter(clerk, visit) -> None:
    home, head, _wife = couple(clerk)
    address = f"/verification/households/{home.number}/pledge/?matter=application:7"
    said = {"signer": head.pk, "statements": ["employment"], "more": "", "sign_method": "typed", "sign_name": head.name}
    assert visit(clerk, address, said | {"matter": "application:7"}).status_code == 302
    assert Pledge.objects.get().matter == "application:7"


def test_a_township_asks_and_the_county_starts(clerk, county, visit) -> None:
    home, head, _wife = couple(clerk)
    fresh(clerk, home, head)
    answer = visit(clerk, f"/verification/households/{home.number}/ask/", {"members": [head.pk], "because": ""})
    found = Request.objects.get()
    assert answer["Location"] == f"/verification/requests/{found.pk}/"
    assert "待市级查询" in text(visit(clerk, answer["Location"]))
    assert visit(clerk, f"/verification/requests/{found.pk}/start/", {}).status_code == 403
    assert visit(county, f"/verification/requests/{found.pk}/start/", {}).status_code == 302
    found.refresh_from_db()
    assert found.run_by_id == county.pk


def test_without_a_consent_the_form_says_so(clerk, visit) -> None:
    home, head, _wife = couple(clerk)
    answer = visit(clerk, f"/verification/households/{home.number}/ask/", {"members": [head.pk]})
    assert answer.status_code == 422
    assert "没有任何有效的核对授权" in text(answer)


@pytest.fixture
def reported(county, network, runs):
    """A report with one difference of wage."""
    from doudi.registry.actions import state_amount

    home, head, wife = couple(county)
    state_amount(kind="wage_income", amount=1_440_000, source="declared", as_of=DAY, person=head, by=county, on=DAY,
                 at=at())  # fmt: skip
    fresh(county, home, head)
    consent(county, home, head)
    network.answer = lambda t: [reply(t, *([Value("wage_income", 1_920_000)] if t.question.source == "tax" else []))]
    request = asked(county, home, [head, wife])
    runs(request)
    return queries.current_report(MATTER)


def item_of(report):
    return next(i for i in queries.report_items(report) if i.differs)


def test_the_evidence_table_shows_the_difference_and_the_reasons(reported, clerk, visit) -> None:
    page = text(visit(clerk, f"/verification/requests/{reported.request_id}/"))
    assert re.search(r"少报.{0,40}4,800", page, re.S)
    for words in (
        "家庭漏报并已补充承诺",
        "核对数据有误申请复核",
        "收入已停止按证明采信",
        "1 处待说明",
        "没有授权，未查询",
    ):
        assert words in page


def said(item, **fields):
    return {f"i{item.id}-{name}": value for name, value in fields.items()}


def test_a_reason_is_written_down_and_a_missing_one_is_asked_for(reported, clerk, visit) -> None:
    item = item_of(reported)
    address = f"/verification/items/{item.id}/reason/"
    refused = visit(clerk, address, said(item, code="left_out"))
    assert refused.status_code == 422
    assert "请先由家庭签署补充承诺" in text(refused)
    paper = SimpleUploadedFile("离职证明.png", png())
    assert visit(clerk, address, said(item, code="stopped", file=paper)).status_code == 302
    assert Reason.objects.get().document.kind == "income"
    assert "差异都已说明" in text(visit(clerk, f"/verification/requests/{reported.request_id}/"))


def test_a_paper_of_a_refused_reason_is_not_kept(reported, clerk, visit) -> None:
    item = item_of(reported)
    paper = SimpleUploadedFile("证明.png", png())
    answer = visit(clerk, f"/verification/items/{item.id}/reason/", said(item, code="other", file=paper))
    assert answer.status_code == 422
    assert not Document.objects.exists()


def test_an_objection_needs_evidence_and_starts_a_recheck(reported, clerk, visit) -> None:
    address = f"/verification/reports/{reported.pk}/objection/"
    assert "请附上证据" in text(visit(clerk, address, {"words": "没有这么多"}))
    paper = SimpleUploadedFile("工资单.png", png())
    answer = visit(clerk, address, {"words": "没有这么多", "file": paper})
    assert answer.status_code == 302
    assert Objection.objects.get().recheck.round == 2
    assert "家庭有异议，正在复核" in text(visit(clerk, f"/verification/requests/{reported.request_id}/"))


def test_a_value_sent_back_stands_in_the_list_until_it_is_answered(reported, clerk, visit) -> None:
    item = item_of(reported)
    visit(clerk, f"/verification/items/{item.id}/reason/", said(item, code="wrong_data", words="查无此单位"))
    assert "查无此单位" in text(visit(clerk, "/verification/corrections/"))
    sent = CorrectionRequest.objects.get()
    answer = visit(clerk, f"/verification/corrections/{sent.pk}/", {"state": "refused", "answer": "核实无误"})
    assert answer.status_code == 302
    assert "没有等部门答复的更正" in text(visit(clerk, "/verification/corrections/"))
    assert "核实无误" in text(visit(clerk, "/verification/corrections/?view=all"))


def test_a_report_is_made_without_waiting_if_somebody_says_why(clerk, county, network, runs, visit) -> None:
    home, head, _wife = couple(clerk)
    consent(clerk, home, head)
    request = asked(county, home, [head])
    runs(request)
    address = f"/verification/requests/{request.pk}/close/"
    assert visit(clerk, address, {"note": ""}).status_code == 422
    assert visit(clerk, address, {"note": "网络检修"}).status_code == 302
    assert "网络检修" in text(visit(clerk, f"/verification/requests/{request.pk}/"))


def test_the_list_shows_what_is_open_waiting_and_done(reported, clerk, visit) -> None:
    assert "这里没有核对" in text(visit(clerk, "/verification/"))
    assert reported.request.number in text(visit(clerk, "/verification/?view=done"))


def test_samples_are_drawn_by_the_county_and_answered(clerk, county, visit) -> None:
    home, head, _wife = couple(clerk)
    month = (timezone.localdate().replace(day=1) - timedelta(days=1)).replace(day=1)
    pledges.give(
        household=home, matter=MATTER, statements=["employment"], signing=typed(head), by=clerk, on=month, at=at()
    )
    sent = {"month": f"{month:%Y-%m}", "share_percent": 5, "seed": "0814"}
    assert visit(clerk, "/verification/pledges/draw/", sent).status_code == 403
    assert visit(county, "/verification/pledges/draw/", sent).status_code == 302
    assert "每月只抽一次" in text(visit(county, "/verification/pledges/draw/", sent))
    one = queries.sampled_pledges().get()
    assert "家庭成员的就业和务工情况" in text(visit(clerk, f"/verification/pledges/drawn/{one.pk}/"))
    assert (
        visit(clerk, f"/verification/pledges/drawn/{one.pk}/", {"outcome": "true", "note": "入户属实"}).status_code
        == 302
    )
    assert "入户属实" in text(visit(clerk, "/verification/pledges/"))


def words_of(answer) -> str:
    pages = PdfReader(io.BytesIO(answer.shown)).pages
    return re.sub(r"\s|\u2060|\u200b", "", "".join(page.extract_text() for page in pages))


def test_a_consent_is_printed_as_it_was_signed_with_its_image_and_withdrawal(clerk, visit) -> None:
    home, head, _wife = couple(clerk)
    given = consent(clerk, home, head, signing=Signing(head, drawn()))
    address = f"/verification/consents/{given.pk}.pdf"
    answer = visit(clerk, address)
    words = words_of(answer)
    assert given.number in words
    assert "非银行支付机构的账户" in words
    assert len(PdfReader(io.BytesIO(answer.shown)).pages[0].images) >= 1
    assert str(head.resident_id) not in words
    consents.withdraw(consent=given, because="", by=clerk, at=at())
    assert "撤回，此后不再查询" in words_of(visit(clerk, address))


def test_a_pledge_is_printed_as_it_was_signed(clerk, visit) -> None:
    home, head, _wife = couple(clerk)
    given = pledges.give(
        household=home, matter=MATTER, statements=["employment"], signing=typed(head), by=clerk, on=DAY, at=at()
    )
    words = words_of(visit(clerk, f"/verification/pledges/{given.pk}.pdf"))
    assert "家庭成员的就业和务工情况" in words
    assert f"签署人：{head.name}" in words


def test_a_report_is_printed_with_every_difference(reported, clerk, visit) -> None:
    words = words_of(visit(clerk, f"/verification/reports/{reported.pk}.pdf"))
    for said in ("14,400.00", "19,200.00", "少报4,800.00", "待说明", "全部来源"):
        assert said in words


def test_another_township_finds_nothing(reported, staff_with, visit) -> None:
    other = staff_with(Role.TOWNSHIP_CLERK, "533103103")
    item = item_of(reported)
    for address in (
        f"/verification/requests/{reported.request_id}/", f"/verification/reports/{reported.pk}.pdf",
        f"/verification/reports/{reported.pk}/objection/", f"/verification/households/{reported.household.number}/",
    ):  # fmt: skip
        assert visit(other, address).status_code == 404
    assert visit(other, f"/verification/items/{item.id}/reason/", said(item, code="other")).status_code == 404
    assert requests.RUN == "verification.run"
