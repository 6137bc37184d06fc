"""What the audit administrator sees, what a file's own page tells, and who sees none of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from doudi.accounts.roles import Role
from doudi.audit import queries
from doudi.audit.actions import Subject, record, settle_alert
from doudi.audit.models import AuditAlert, AuditEvent, AuditSeal
from doudi.audit.queries import Chosen
from tests.conftest import FAR_VILLAGE, NOON, VILLAGE

pytestmark = pytest.mark.django_db


def look(by, number: int = 1, *, place: str = VILLAGE, action: str = "household.read", at=NOON) -> None:
    """Somebody opens a file."""
    record(by=by, action=action, subject=Subject("household", str(number), place), purpose="走访", at=at)


@pytest.fixture
def admin(staff_with):
    """The audit administrator."""
    return staff_with(Role.AUDIT_ADMIN)


@pytest.fixture
def page(signed_in, admin):
    """The audit administrator's browser."""
    return signed_in(admin)


@pytest.fixture
def alert() -> AuditAlert:
    """An open alert."""
    return AuditAlert.objects.create(found_at=NOON, kind="missing", detail={"events": 2})


def test_the_list_says_who_did_what_in_words(page, clerk) -> None:
    look(clerk)
    text = page.get(reverse("audit:events")).content.decode()
    assert "查看家庭档案" in text
    assert "乡镇经办" in text


@pytest.mark.parametrize(
    ("chosen", "found"),
    [
        (Chosen(action="household.print"), {2}),
        (Chosen(subject_kind="household", subject_id="1"), {1}),
        (Chosen(place="533103103"), {3}),
        (Chosen(day=(NOON + timedelta(days=1)).date()), {4}),
        (Chosen(action="nothing"), set()),
        (Chosen(), {1, 2, 3, 4}),
    ],
)
def test_filters_narrow_the_list(chosen: Chosen, found: set[int], clerk) -> None:
    look(clerk, 1)
    look(clerk, 2, action="household.print")
    look(clerk, 3, place=FAR_VILLAGE)
    look(clerk, 4, at=NOON + timedelta(days=1))
    assert {int(e.subject_id) for e in queries.events(chosen)} == found


def test_a_day_is_the_day_of_the_county(clerk) -> None:
    look(clerk, at=NOON.replace(hour=16))  # midnight in China: the next day
    assert not queries.events(Chosen(day=NOON.date())).exists()


def test_pages_follow_each_other_without_gap_or_repeat(clerk) -> None:
    for n in range(5):
        look(clerk, n)
    first, further = queries.page(Chosen(), size=2)
    second, last = queries.page(Chosen(), before=further, size=4)
    assert [line.event.subject_id for line in first + second] == ["4", "3", "2", "1", "0"]
    assert last is None


def test_a_wrong_filter_is_named_and_shows_nothing_false(page) -> None:
    answer = page.get(reverse("audit:events"), {"place": "遮放", "day": "2026-02-30", "staff_id": "9" * 30})
    assert answer.status_code == 422
    assert "区划代码是 2 到 12 位数字" in answer.content.decode()


def test_the_export_is_on_record_and_runs_no_formula(page, clerk) -> None:
    record(by=clerk, action="household.read", purpose="=HYPERLINK(1)", at=NOON)
    text = page.get(reverse("audit:csv"), {"action": "household.read"}).content.decode()
    assert "'=HYPERLINK(1)" in text
    assert AuditEvent.objects.filter(action="audit.export").exists()


def test_who_reads_far_more_than_their_role_is_marked(staff_with) -> None:
    quiet = [staff_with(Role.TOWNSHIP_CLERK, username=f"quiet{n}") for n in range(2)]
    busy = staff_with(Role.TOWNSHIP_CLERK, username="busy")
    for staff in quiet:
        look(staff)
    for n in range(queries.UNUSUAL_FILES):
        look(busy, n)
    first = queries.readers(NOON.date())[0]
    assert (first.staff_id, first.is_unusual) == (busy.pk, True)
    assert sum(r.is_unusual for r in queries.readers(NOON.date())) == 1


def test_in_an_office_of_two_the_busy_one_is_still_marked(clerk, staff_with) -> None:
    busy = staff_with(Role.TOWNSHIP_CLERK, username="busy")
    look(clerk)
    for n in range(queries.UNUSUAL_FILES):
        look(busy, n)
    assert [r.is_unusual for r in queries.readers(NOON.date())] == [True, False]


def test_the_same_file_twice_is_one_file_and_a_change_is_no_look(clerk) -> None:
    look(clerk)
    look(clerk)
    look(clerk, 2, action="household.register")
    reader = queries.readers(NOON.date())[0]
    assert (reader.files, reader.looks) == (1, 2)


def test_a_file_says_who_looked_newest_first(clerk, staff_with) -> None:
    head = staff_with(Role.TOWNSHIP_HEAD)
    look(clerk)
    look(head, action="household.print")
    look(clerk, action="household.move")
    assert [(one.who, one.what) for one in queries.looked_at("household", 1)] == [
        (head.name, "打印家庭档案"), (clerk.name, "查看家庭档案"),
    ]  # fmt: skip


def test_an_event_without_seal_for_a_day_is_late(clerk) -> None:
    look(clerk)
    assert not queries.chain_state(NOON + timedelta(hours=24)).is_late
    assert queries.chain_state(NOON + timedelta(hours=24, seconds=1)).is_late


def test_the_chain_page_and_workbench_show_alerts(page, alert) -> None:
    for name in ("audit:seals", "console:workbench"):
        assert "已封存的区间里少了记录" in page.get(reverse(name)).content.decode()


def test_an_alert_is_settled_once_with_a_note(admin, alert) -> None:
    assert settle_alert(alert=alert, note="恢复备份时漏了一段", by=admin, at=NOON)
    assert not settle_alert(alert=alert, note="再来一次也不行", by=admin, at=NOON)
    assert AuditEvent.objects.filter(action="audit.settle_alert").count() == 1


def test_settling_without_a_note_is_refused_on_the_page(page, alert) -> None:
    assert page.post(reverse("audit:settle", args=[alert.pk]), {"note": "无"}).status_code == 422
    assert page.post(reverse("audit:settle", args=[alert.pk]), {"note": "恢复备份时漏了一段"}).status_code == 302
    assert page.get(reverse("audit:settle", args=[alert.pk])).status_code == 404


def test_the_web_role_can_settle_but_not_reopen(as_web, admin, alert) -> None:
    with as_web(admin):
        assert settle_alert(alert=alert, note="恢复备份时漏了一段", by=admin, at=NOON)
        assert AuditAlert.objects.update(settled_at=None, settled_by_id=None, settled_note="") == 0


def test_the_head_can_be_taken_out(page) -> None:
    assert page.get(reverse("audit:head")).status_code == 302
    AuditSeal.objects.create(
        number=1, tx_from=0, tx_until=1, events=1, head="ab" * 32, signature="", sealed_at=timezone.now()
    )
    assert f"head {'ab' * 32}" in page.get(reverse("audit:head")).content.decode()


@pytest.mark.parametrize("name", ["events", "csv", "figures", "seals", "head"])
@pytest.mark.parametrize("role", [Role.LEADER, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.COUNTY_CLERK])
def test_nobody_else_opens_the_log(name: str, role: Role, staff_with, signed_in) -> None:
    assert signed_in(staff_with(role)).get(reverse(f"audit:{name}")).status_code == 403


@pytest.mark.parametrize("day", ["", "2026-11-23", "gestern"])
def test_the_readers_page_takes_any_day(day: str, page, clerk) -> None:
    look(clerk)
    answer = page.get(reverse("audit:figures"), {"day": day} if day else {})
    assert answer.status_code == (422 if day == "gestern" else 200)
    assert ("乡镇经办" in answer.content.decode()) == (day == "2026-11-23")


def test_the_list_takes_the_same_few_queries_however_long_it_is(page, clerk, django_assert_max_num_queries) -> None:
    for n in range(60):
        look(clerk, n)
    with django_assert_max_num_queries(14):
        page.get(reverse("audit:events"))
