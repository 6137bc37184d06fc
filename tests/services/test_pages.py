"""The pages of referrals, as the web application serves them: behind the wall."""

from __future__ import annotations

import io
from datetime import date

import pytest
from python_calamine import CalamineWorkbook

from doudi.audit.models import AuditEvent
from doudi.services.models import Referral
from tests.registry.world import DAY
from tests.services.test_unmet import ill
from tests.services.world import WHY, couple, on_dibao, sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def opens(signed_in, as_web):
    """Fetch a page as somebody, behind row-level security."""

    def fetch(staff, url, data=None):
        client = signed_in(staff)
        with as_web(staff):
            return client.get(url) if data is None else client.post(url, data)

    return fetch


@pytest.fixture
def today(monkeypatch):
    """The pages live on the day of the tests."""
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *a, **k: DAY)


def text(response) -> str:
    return response.content.decode()


def test_a_department_sees_its_queue_by_deadline_and_no_other(clerk, medical, opens, today) -> None:
    home, head, wife = couple(clerk)
    row = sent(clerk, home, head)
    sent(clerk, home, wife, entitlement="refer_education")
    page = text(opens(medical, "/services/"))
    assert row.number in page
    assert "剩 5 个工作日" in page
    assert "教育救助" not in page


def test_an_overdue_one_is_red_on_both_sides(clerk, medical, opens, today) -> None:
    home, head, _wife = couple(clerk)
    row = sent(clerk, home, head, on=date(2026, 11, 2))
    for staff in (clerk, medical):
        assert "逾期" in text(opens(staff, "/services/?view=late"))
        assert "已超过答复期限" in text(opens(staff, f"/services/{row.pk}/"))


def test_a_department_is_told_the_need_and_nothing_more(clerk, medical, opens, today) -> None:
    home, head, _wife = couple(clerk)
    row = sent(clerk, home, head)
    page = text(opens(medical, f"/services/{row.pk}/"))
    assert head.name in page
    assert WHY in page
    assert str(head.resident_id) not in page
    assert "弄恩村三组" not in page
    assert AuditEvent.objects.filter(action="referral.read", subject_id=str(row.pk)).exists()


def test_an_answer_takes_two_clicks(clerk, medical, opens, today) -> None:
    home, head, _wife = couple(clerk)
    row = sent(clerk, home, head)
    assert opens(medical, f"/services/{row.pk}/accept/", {}).status_code == 302
    said = {"give-what": "门诊救助", "give-fen": "1,200.00", "give-given_on": "2026-11-23", "give-note": ""}
    assert opens(medical, f"/services/{row.pk}/give/", said).status_code == 302
    assert Referral.objects.get().given_fen == 120_000
    assert "1,200" in text(opens(clerk, f"/services/{row.pk}/"))


def test_a_refused_form_keeps_what_was_typed(clerk, medical, opens, today) -> None:
    home, head, _wife = couple(clerk)
    row = sent(clerk, home, head)
    answer = opens(medical, f"/services/{row.pk}/refuse/", {"refuse-reason": "other", "refuse-note": ""})
    assert answer.status_code == 422
    assert "这一项要填" in text(answer)


def test_a_clerk_sends_several_from_the_list_of_unmet_needs(clerk, opens, today) -> None:
    home, head, _wife = couple(clerk)
    on_dibao(home)
    ill(clerk, head)
    page = text(opens(clerk, "/services/unmet/"))
    assert head.name in page
    key = f"{home.pk}.{head.pk}.refer_medical"
    assert opens(clerk, "/services/unmet/", {"need": [key]}).status_code == 302
    assert Referral.objects.get().person == head
    assert opens(clerk, "/services/unmet/", {"need": [key]}).status_code == 422


def test_a_clerk_sends_one_from_the_household(clerk, opens, today) -> None:
    home, head, _wife = couple(clerk)
    url = f"/services/households/{home.number}/send/"
    assert opens(clerk, url).status_code == 200
    said = {"entitlement": "other", "department": "liaison_disabled", "person": str(head.pk), "why": "需要轮椅"}
    assert opens(clerk, url, said).status_code == 302
    assert Referral.objects.get().department == "liaison_disabled"
    assert "部门转介" in text(opens(clerk, f"/households/{home.number}/"))


def test_the_whole_number_is_shown_for_a_reason_and_recorded(clerk, medical, opens, today) -> None:
    home, head, _wife = couple(clerk)
    row = sent(clerk, home, head)
    url = f"/services/{row.pk}/reveal/"
    assert str(head.resident_id) not in text(opens(medical, url, {}))
    reason = {"reason": "other", "detail": "核对本人身份"}
    assert str(head.resident_id) in text(opens(medical, url, reason))
    assert AuditEvent.objects.filter(action="person.reveal", actor_id=medical.pk).count() == 1


def test_the_list_leaves_as_a_sheet_with_masked_numbers(clerk, medical, opens, today) -> None:
    home, head, _wife = couple(clerk)
    row = sent(clerk, home, head)
    answer = opens(medical, "/services/list.xlsx")
    cells = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert cells[1][0] == row.number
    assert str(head.resident_id) not in str(cells)


def test_the_letter_is_printed_and_recorded(clerk, opens, today) -> None:
    home, head, _wife = couple(clerk)
    row = sent(clerk, home, head, clauses=("《社会救助法》第24条",))
    answer = opens(clerk, f"/services/{row.pk}.pdf")
    assert answer.content[:4] == b"%PDF"
    assert AuditEvent.objects.filter(action="referral.print").count() == 1


def test_empty_lists_say_why(clerk, medical, opens, today) -> None:
    assert "没有需要答复的转介" in text(opens(medical, "/services/"))
    assert "这里没有应享未享的" in text(opens(clerk, "/services/unmet/"))


def test_the_workbench_shows_what_waits(clerk, medical, opens, today) -> None:
    home, head, _wife = couple(clerk)
    sent(clerk, home, head, on=date(2026, 11, 2))
    assert "待答复的转介" in text(opens(medical, "/"))
    assert "超期的转介" in text(opens(clerk, "/"))


def test_a_list_of_many_takes_no_more_queries(clerk, medical, signed_in, today, django_assert_max_num_queries) -> None:
    for _ in range(12):
        home, head, _wife = couple(clerk)
        sent(clerk, home, head)
    client = signed_in(medical)
    with django_assert_max_num_queries(30):
        assert client.get("/services/").status_code == 200
