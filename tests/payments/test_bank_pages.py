"""The pages of accounts, bank and recoveries: what they show to whom, and that a form does what it says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from doudi.accounts.models import Staff
from doudi.audit.models import AuditEvent
from doudi.documents.actions import store
from doudi.documents.models import Document, Kind
from doudi.documents.owners import Owner
from doudi.jobs.models import Job, JobFile
from doudi.payments.actions import recoveries
from doudi.payments.forms.bank import DecideForm
from doudi.payments.kinds import LineState, RunState
from doudi.payments.models import BankReturn, BenefitAccount, PaymentRun, Recovery
from doudi.registry.models import Household
from tests.documents import samples

from .bank_world import BACK_ON, a_file, a_run, answered, answers_to, done, good_number, lines, sent, states
from .runs_world import People, a_family
from .world import NOVEMBER, at

Open = Callable[[Staff], Any]


def html(answer: Any, status: int = 200) -> str:
    """The page."""
    assert answer.status_code == status, answer.content.decode()[:2000]
    return str(answer.content.decode())


@pytest.fixture
def failed(people: People) -> PaymentRun:
    """A run with one family that was paid, one whose card was closed, one whose name did not fit."""
    batch, _content = sent(people, run := a_run(people))
    answered(people, batch, "paid", "E07", "E03")
    return run


def test_a_locked_run_is_sent_from_its_page(people: People, signed_in: Open) -> None:
    client, run = signed_in(people.maker), a_run(people)
    assert "生成银行文件（3 笔）" in html(client.get(reverse("payments:bank_run", args=[run.pk])))
    answer = client.post(reverse("payments:send", args=[run.pk]), {"form": "csv", "encoding": "gb18030"})
    done(Job.objects.get(kind="payments.bank_file"), at(BACK_ON))
    run.refresh_from_db()
    assert (answer.status_code, run.state) == (302, RunState.SENT)


def test_a_return_is_handed_in_matched_and_known_the_second_time(people: People, signed_in: Open) -> None:
    batch, _content = sent(people, run := a_run(people, 1))
    client, content = signed_in(people.maker), a_file(batch.number, answers_to(batch, "paid"))
    for name in ("一.csv", "二.csv"):
        answer = client.post(reverse("payments:take_return"), {"file": SimpleUploadedFile(name, content)})
        assert answer.status_code == 302
    done(Job.objects.get(kind="payments.bank_return"), timezone.now())
    assert (states(lines(run)), BankReturn.objects.count()) == ([LineState.PAID], 1)
    assert "全部对清" in html(client.get(answer.url))


def test_a_forged_return_is_refused_with_its_line_and_on_record(people: People, signed_in: Open) -> None:
    batch, _content = sent(people, a_run(people, 1))
    content = a_file(batch.number, answers_to(batch, "paid"), key=b"forger")
    client = signed_in(people.maker)
    answer = client.post(reverse("payments:take_return"), {"file": SimpleUploadedFile("回盘.csv", content)})
    assert "第 6 行：校验码不符" in html(answer, 422)
    assert AuditEvent.objects.filter(action="payment.refuse_return").count() == 1


def test_the_run_shows_four_sides_and_what_to_do_about_failures(
    failed: PaymentRun, people: People, signed_in: Open
) -> None:
    page = html(signed_in(people.maker).get(reverse("payments:bank_run", args=[failed.pk])))
    for words in ("差额 <span", "银行卡已注销", "换卡补发", "户名与账号不一致", "改正补发", "确认停发", "联系本人换卡"):
        assert words in page


def test_a_card_is_changed_checked_and_paid_again(failed: PaymentRun, people: People, signed_in: Open) -> None:
    line = lines(failed).filter(state=LineState.FAILED).earliest("pk")
    person, transfer = line.account.person, line.transfers.get()
    entered = {"number": good_number(), "holder": person.name, "bank": "农业银行", "because": "旧卡注销"}
    client = signed_in(people.maker)
    assert client.post(reverse("payments:account_new", args=[person.pk]), entered).status_code == 302
    card = BenefitAccount.objects.known().get(person=person, ends_on=None)
    again = {"what": "again", "account": str(card.pk), "because": "本人已换卡"}
    assert "还没有复核" in html(client.post(reverse("payments:decide", args=[transfer.pk]), again), 422)
    check = {"because": "看过新卡和身份证"}
    assert signed_in(people.checker).post(reverse("payments:account_check", args=[card.pk]), check).status_code == 302
    assert signed_in(people.maker).post(reverse("payments:decide", args=[transfer.pk]), again).status_code == 302
    second, _content = sent(people, failed, on=timezone.localdate() + timedelta(days=1))
    assert second.transfers.get().account == card


def test_a_run_is_closed_when_everything_is_decided(failed: PaymentRun, people: People, signed_in: Open) -> None:
    client, close = signed_in(people.maker), reverse("payments:close_run", args=[failed.pk])
    assert "还有 2 笔未到账没有处理完" in html(client.post(close, follow=True))
    for line in lines(failed).filter(state=LineState.FAILED):
        stop = {"what": "stop", "because": "本人已经去世"}
        client.post(reverse("payments:decide", args=[line.transfers.get().pk]), stop)
    assert "已完成对账" in html(client.post(close, follow=True))


def test_accounts_that_wait_show_both_names(people: People, signed_in: Open) -> None:
    home: Household = a_family(people, card=False)
    given = {"number": good_number(), "holder": "岳勒望", "bank": "农信社", "because": "首次登记"}
    clerk = signed_in(people.clerk)
    page = html(clerk.post(reverse("payments:account_new", args=[home.head.pk]), given), 422)
    assert "第 3 个字户名是“望”（U+671B），登记是“旺”（U+65FA）" in page
    clerk.post(reverse("payments:account_new", args=[home.head.pk]), given | {"differs_because": "卡面用字如此"})
    checker = signed_in(people.checker)
    assert '<b class="bad">望</b>' in html(checker.get(reverse("payments:accounts")))
    card = BenefitAccount.objects.get()
    assert "U+671B" in html(checker.get(reverse("payments:account_check", args=[card.pk])))


def with_paper(content: bytes, home: Household) -> dict[str, Any]:
    """A new card with something uploaded."""
    given = {"number": good_number(), "holder": home.head.name, "bank": "农信社", "because": "首次登记"}
    return given | {"paper": SimpleUploadedFile("新卡.jpg", content)}


def test_a_photo_of_the_card_is_kept_and_opened_by_whoever_may(people: People, signed_in: Open) -> None:
    home: Household = a_family(people)
    client, url = signed_in(people.clerk), reverse("payments:account_new", args=[home.head.pk])
    assert client.post(url, with_paper(samples.JPEG, home)).status_code == 302
    card = BenefitAccount.objects.known().get(person=home.head, ends_on=None)
    show = reverse("documents:show", args=[card.document_id])
    assert show in html(client.get(reverse("payments:household_accounts", args=[home.number])))
    assert b"".join(client.get(show).streaming_content) == samples.JPEG


def test_who_checks_an_account_opens_the_photo_of_the_card_and_no_other_paper(
    people: People, signed_in: Open, as_web: Any
) -> None:
    home: Household = a_family(people)
    clerk, url = signed_in(people.clerk), reverse("payments:account_new", args=[home.head.pk])
    clerk.post(url, with_paper(samples.JPEG, home))
    card = BenefitAccount.objects.known().get(person=home.head, ends_on=None)
    other = store(by=people.clerk, source=BytesIO(samples.JPEG), name="诊断.jpg", kind=Kind.ILLNESS,
                  owner=Owner("person", str(home.head_id), home.division_code), at=timezone.now())  # fmt: skip
    checker, paper = signed_in(people.checker), reverse("payments:account_paper", args=[card.pk])
    assert paper in html(checker.get(reverse("payments:account_check", args=[card.pk])))
    with as_web(people.checker):
        assert b"".join(checker.get(paper).streaming_content) == samples.JPEG
    with as_web(people.checker):
        assert list(Document.objects.values_list("pk", flat=True)) == [card.document_id]
    assert checker.get(reverse("documents:show", args=[other.pk])).status_code in (403, 404)


def test_what_is_no_paper_is_refused_beside_its_field_and_the_old_card_stays(people: People, signed_in: Open) -> None:
    home: Household = a_family(people)
    url = reverse("payments:account_new", args=[home.head.pk])
    page = html(signed_in(people.clerk).post(url, with_paper(b"MZ\x90\x00" + b"\x00" * 300, home)), 422)
    assert 'id="id_paper_error"' in page
    assert BenefitAccount.objects.known().get(person=home.head).document_id is None


def test_who_may_not_upload_is_not_asked_for_a_photo(people: People, signed_in: Open) -> None:
    url = reverse("payments:account_new", args=[a_family(people).head.pk])
    assert "id_paper" not in html(signed_in(people.maker).get(url))


def test_sending_again_needs_an_account_and_stopping_does_not() -> None:
    said = {"because": "本人已换卡"}
    again, stop = (DecideForm(said | {"what": what}, accounts=[]) for what in ("again", "stop"))
    assert "请选择补发到哪个账户" in str(again.errors["account"])
    assert stop.is_valid()


def test_the_households_page_says_why_money_did_not_arrive(failed: PaymentRun, people: People, signed_in: Open) -> None:
    home = lines(failed).filter(state=LineState.FAILED).earliest("pk").household
    page = html(signed_in(people.clerk).get(reverse("registry:household", args=[home.number])))
    assert "2026-11 的钱没有到账：银行卡已注销" in page
    assert str(home.head.name) in html(
        signed_in(people.clerk).get(reverse("payments:household_accounts", args=[home.number]))
    )


def test_the_whole_number_is_shown_for_a_reason(people: People, signed_in: Open) -> None:
    card = BenefitAccount.objects.get(person=a_family(people).head)
    client, url = signed_in(people.maker), reverse("payments:account_reveal", args=[card.pk])
    assert card.number not in html(client.get(url))
    assert card.number in html(client.post(url, {"reason": "other", "detail": "核对退汇账户"}))


def test_a_list_of_accounts_is_imported_and_wrong_rows_come_back(people: People, signed_in: Open) -> None:
    homes = [a_family(people, card=False) for _home in range(2)]
    rows = [f"{home.head.name},{home.head.resident_id},{number},农信社" for home, number in
            zip(homes, (good_number(), "62170O"), strict=True)]  # fmt: skip
    content = "\r\n".join(["姓名,身份证号,银行账号,开户行", *rows]).encode("gb18030")
    client = signed_in(people.clerk)
    client.post(reverse("payments:accounts_import"), {"file": SimpleUploadedFile("账户.csv", content)})
    job = done(Job.objects.get(kind="payments.accounts"), timezone.now())
    assert (job.result, BenefitAccount.objects.count()) == ({"saved": 1, "bad": 1}, 1)
    assert "只能是数字，这里有“O”" in job.errors[0]["message"]
    assert JobFile.objects.filter(job=job, role=JobFile.Role.CORRECTION).exists()


def test_money_is_asked_back_agreed_to_and_repaid_on_pages(failed: PaymentRun, people: People, signed_in: Open) -> None:
    home = lines(failed).filter(state=LineState.PAID).get().household
    asked = {"programme": "dibao", "fault": "change", "months": "2026-11 一百", "because": "就业后未及时报告"}
    new = reverse("payments:recovery_new", args=[home.number])
    assert "请写成“2026-05 200.00”这样" in html(signed_in(people.maker).post(new, asked), 422)
    signed_in(people.maker).post(new, asked | {"months": "2026-11 100.00"})
    one = Recovery.objects.get()
    step = reverse("payments:recovery_step", args=[one.number, "approve"])
    assert signed_in(people.checker).post(step, {"because": "情况属实"}).status_code == 302
    pay = {"fen": "40", "how": "cash", "note": "收据 1"}
    signed_in(people.maker).post(reverse("payments:recovery_step", args=[one.number, "repay"]), pay)
    page = html(signed_in(people.maker).get(reverse("payments:recovery", args=[one.number])))
    assert "追回中" in page
    assert "收据 1" in page
    assert "追回中" in html(signed_in(people.maker).get(reverse("payments:recoveries")))
    letter = signed_in(people.maker).get(reverse("payments:recovery_pdf", args=[one.number]))
    assert letter.content.startswith(b"%PDF")


def test_every_list_has_an_empty_state(people: People, signed_in: Open) -> None:
    client = signed_in(people.maker)
    empty = {
        "bank": "还没有锁定的批次", "returns": "还没有导入过回盘文件", "accounts": "没有等待复核的账户",
        "recoveries": "没有追回的事项", "institutions": "还没有登记供养机构",
    }  # fmt: skip
    for name, words in empty.items():
        assert words in html(client.get(reverse(f"payments:{name}")))


def test_a_home_is_entered_with_its_account_and_named_for_care(people: People, signed_in: Open) -> None:
    client, run = signed_in(people.maker), a_run(people, 1)
    answer = client.post(reverse("payments:institutions"), {"name": "芒市中心敬老院"})
    given = {"number": good_number(), "holder": "芒市中心敬老院", "bank": "农行", "because": "签约供养"}
    assert client.post(answer.url, given).status_code == 302
    award = lines(run).get().award
    named = {"portion": "care", "institution": BenefitAccount.objects.get(institution__isnull=False).institution_id,
             "because": "集中供养"}  # fmt: skip
    assert client.post(reverse("payments:payee_new", args=[award.number]), named).status_code == 302
    page = html(client.get(reverse("payments:household_accounts", args=[award.household.number])))
    assert "芒市中心敬老院" in page


def test_a_turned_down_demand_shows_why(failed: PaymentRun, people: People, signed_in: Open) -> None:
    home = lines(failed).filter(state=LineState.PAID).get().household
    one = recoveries.open_recovery(
        household=home, programme="dibao", months={NOVEMBER: 1}, fault="office", because="录入差错", by=people.maker,
        on=BACK_ON, at=at(BACK_ON),
    )  # fmt: skip
    step = reverse("payments:recovery_step", args=[one.number, "refuse"])
    signed_in(people.checker).post(step, {"because": "金额太小，不值得追"})
    assert "金额太小，不值得追" in html(signed_in(people.maker).get(reverse("payments:recovery", args=[one.number])))
