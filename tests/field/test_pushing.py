"""Records of a phone: carried out once, answered always, never lost."""

from __future__ import annotations

import dataclasses
import json
import uuid
from datetime import timedelta

import pytest

from doudi.audit.models import AuditEvent
from doudi.field.models import FieldConflict, SyncRecord
from doudi.field.parcels import Sent
from doudi.monitoring.models import Lead, VisitReport
from doudi.registry.models import Household
from tests.conftest import VILLAGE
from tests.field.world import NOW, Phone, another, drawn, push, sent

pytestmark = pytest.mark.django_db


def test_a_visit_reaches_its_task_with_the_time_and_the_place_of_the_phone(phone: Phone, as_web) -> None:
    record = sent(phone, place={"lat": 24.41, "lon": 98.58, "accuracy": 12})
    with as_web(phone.staff):
        answers = push(phone, record)
    assert [a["outcome"] for a in answers] == ["applied"]
    report = VisitReport.objects.get(client_id=record.client_id)
    assert (report.visited_at, str(report.place)) == (record.client_at, "24.41000, 98.58000 ±12 m")


def test_a_record_sent_twice_is_carried_out_once_and_answered_twice(phone: Phone, as_web) -> None:
    record = sent(phone)
    with as_web(phone.staff):
        assert push(phone, record, record) == push(phone, record) * 2
    assert (VisitReport.objects.count(), SyncRecord.objects.count()) == (1, 1)


def test_the_same_id_with_other_words_is_refused_and_the_first_words_stay(phone: Phone, as_web) -> None:
    record = sent(phone)
    other = dataclasses.replace(record, body=record.body | {"note": "改了"})
    with as_web(phone.staff):
        push(phone, record)
        assert push(phone, other)[0]["outcome"] == "refused"
    assert "改了" not in str(SyncRecord.objects.get().body)


def test_two_phones_on_one_visit_meet_in_a_conflict_that_keeps_all_three_sides(phone: Phone, as_web) -> None:
    first, second = sent(phone), sent(phone, body={"note": "第二个人写的"})
    with as_web(phone.staff):
        push(phone, first)
        answer = push(phone, second, device=another(phone.staff))[0]
    assert answer["outcome"] == "conflict"
    assert answer["theirs"]["version"] != second.version
    kept = FieldConflict.objects.get()
    assert "第二个人写的" in str(kept.mine)
    assert json.loads(str(kept.theirs))["number"] == phone.task.number


def test_a_decided_conflict_is_closed_by_the_record_that_decides_it(phone: Phone, as_web) -> None:
    first, second = sent(phone), sent(phone)
    with as_web(phone.staff):
        push(phone, first)
        theirs = push(phone, second)[0]["theirs"]
        third = sent_again(phone, second, theirs["version"])
        assert push(phone, third)[0]["outcome"] == "applied"
    kept = FieldConflict.objects.get()
    assert (kept.decision, kept.decided_by_record.client_id) == ("mine", third.client_id)
    assert VisitReport.objects.count() == 2


def sent_again(phone: Phone, record: Sent, version: int, decision: str = "mine") -> Sent:
    """A conflict decided: the same words against what stands now."""
    return dataclasses.replace(
        record, client_id=uuid.uuid4(), version=version, resolves=record.client_id, decision=decision
    )


def test_letting_theirs_stand_closes_the_conflict_and_reports_nothing(phone: Phone, as_web) -> None:
    with as_web(phone.staff):
        push(phone, sent(phone), second := sent(phone))
        theirs = Sent(
            **(vars(second) | {"client_id": uuid.uuid4(), "resolves": second.client_id, "decision": "theirs"})
        )
        answers = push(phone, dataclasses.replace(theirs, kind="theirs", version=None))
    assert answers[0]["outcome"] == "applied"
    assert (FieldConflict.objects.get().decision, VisitReport.objects.count()) == ("theirs", 1)


def test_a_conflict_cannot_be_decided_twice(phone: Phone, as_web) -> None:
    with as_web(phone.staff):
        theirs = push(phone, sent(phone), second := sent(phone))[1]["theirs"]
        push(phone, sent_again(phone, second, theirs["version"]))
        again = push(phone, sent_again(phone, second, theirs["version"]))[0]
    assert "已经处理过" in again["problems"][0]["message"]


def test_a_refused_record_says_why_and_may_come_again(phone: Phone, as_web) -> None:
    record = sent(phone, body={"disposition": "nonsense"})
    with as_web(phone.staff):
        answers = [push(phone, record)[0] for _ in range(2)]
    assert [a["problems"][0]["field"] for a in answers] == ["disposition"] * 2
    assert SyncRecord.objects.get().outcome == "refused"


def test_a_late_copy_of_a_refused_record_is_not_a_new_wish(phone: Phone, as_web) -> None:
    record = sent(phone, body={"disposition": "nonsense"})
    with as_web(phone.staff):
        first = push(phone, record)[0]
        assert push(phone, record)[0] == first
        assert push(phone, dataclasses.replace(record, attempt=1))[0]["attempt"] == 1


def test_one_bad_record_does_not_hold_up_the_others(phone: Phone, as_web) -> None:
    with as_web(phone.staff):
        answers = push(phone, sent(phone, body={"disposition": ""}), sent(phone))
    assert [a["outcome"] for a in answers] == ["refused", "applied"]


def test_a_closed_door_is_kept_and_the_task_stays_on_the_phone(phone: Phone, as_web) -> None:
    with as_web(phone.staff):
        assert push(phone, sent(phone, "absent"))[0]["outcome"] == "applied"
        assert phone.pack.number == phone.task.number
    assert SyncRecord.objects.get().household_id == phone.home.pk


def test_a_lead_about_somebody_on_no_list_reaches_the_township(phone: Phone, as_web) -> None:
    body = {
        "household": "",
        "about": "村口的老人",
        "text": "一个人住，几天没有生火了",
        "urgent": True,
        "village": VILLAGE,
    }
    with as_web(phone.staff):
        answer = push(phone, sent(phone, "lead", body, task="", version=None))[0]
    lead = Lead.objects.get()
    assert (answer["told"]["number"], lead.urgency, lead.reporter) == (lead.number, "now", "coordinator")


def test_an_emergency_becomes_a_case_that_waits_for_the_township(phone: Phone, as_web) -> None:
    from doudi.casework.models import Application

    body = {"text": "突发重病：送卫生院，押金不够", "severity": "medium", "people": 2}
    with as_web(phone.staff):
        assert push(phone, sent(phone, "emergency", body))[0]["outcome"] == "applied"
    case = Application.objects.get()
    assert (case.stage, case.origin, case.household) == ("submitted", "found", phone.home)


def test_a_stranger_in_need_is_helped_where_the_need_is(phone: Phone, as_web) -> None:
    body = {"household": "", "about": "外省过路司机", "text": "意外受伤：翻车", "severity": "light", "people": 1}
    with as_web(phone.staff):
        assert push(phone, sent(phone, "emergency", body))[0]["outcome"] == "applied"


def test_the_log_has_one_event_for_a_record_without_a_word_of_it(phone: Phone, as_web) -> None:
    with as_web(phone.staff):
        push(phone, sent(phone, body={"note": "家里老人摔倒"}))
    event = AuditEvent.objects.get(action="field.push")
    assert event.subject_id == str(SyncRecord.objects.get().pk)
    assert "摔倒" not in event.detail


def test_a_household_elsewhere_does_not_exist_for_the_phone(phone: Phone, clerk, as_web) -> None:
    record = sent(phone, "pledge", {"image": drawn(), "statements": ["residence"]})
    Household.objects.filter(pk=phone.home.pk).update(division_code="533103103201")
    with as_web(phone.staff):
        answer = push(phone, record)[0]
    assert answer["outcome"] == "refused"


def test_a_phone_a_day_fast_does_not_send_visits_from_the_future(phone: Phone, as_web) -> None:
    day = timedelta(days=1)
    record = sent(phone, client_at=NOW + day - timedelta(hours=2), offset_ms=-86_400_000)
    with as_web(phone.staff):
        push(phone, record, sent_at=NOW + day)
    row = SyncRecord.objects.get()
    assert (row.client_at, row.happened_at, row.clock_doubtful) == (record.client_at, NOW - timedelta(hours=2), False)
