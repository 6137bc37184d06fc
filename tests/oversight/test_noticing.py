"""From the log to the page: what the round finds, who sees it, and who says what it was."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import ProgrammingError, transaction
from django.urls import reverse

from doudi.accounts.errors import Refused
from doudi.accounts.models import Staff
from doudi.accounts.roles import Role
from doudi.accounts.scope import NotPermitted
from doudi.audit.actions import Subject, record
from doudi.audit.models import AuditEvent
from doudi.oversight.actions import notice, settle
from doudi.oversight.models import UnusualReading
from doudi.oversight.rule import Limits
from tests.access.world import a_case, a_household, a_person, a_task
from tests.conftest import NOON, VILLAGE

pytestmark = pytest.mark.django_db
TODAY = NOON.date()
MANY = Limits().burst_least


def look(by: Staff, household: int, *, back: int = 0, action: str = "household.read", kind: str = "household") -> None:
    subject = Subject(kind, str(household), VILLAGE)
    record(by=by, action=action, subject=subject, at=NOON - timedelta(days=back))


@pytest.fixture
def curious(clerk) -> Staff:
    """A clerk who read many files in a day without a reason."""
    for n in range(1000, 1000 + MANY):
        look(clerk, n)
    return clerk


@pytest.fixture
def guard(staff_with) -> Staff:
    """The security administrator."""
    return staff_with(Role.SECURITY_ADMIN)


def found() -> list[str]:
    return list(UnusualReading.objects.order_by("sign").values_list("sign", flat=True))


def test_a_day_of_reading_without_work_is_found_with_its_events(curious) -> None:
    assert notice(on=TODAY, at=NOON) == 1
    row = UnusualReading.objects.get()
    assert (row.staff_id, row.sign, row.files, row.division_code) == (curious.pk, "burst", MANY, VILLAGE[:9])
    assert {e["id"] for e in row.events} == set(
        AuditEvent.objects.filter(action="household.read").values_list("pk", flat=True)
    )


def test_the_round_run_twice_finds_nothing_twice(curious) -> None:
    assert (notice(on=TODAY, at=NOON), notice(on=TODAY, at=NOON)) == (1, 0)
    assert found() == ["burst"]


def test_ones_own_deeds_around_that_day_explain_the_reading(curious) -> None:
    for n in range(1000, 1000 + MANY):
        look(curious, n, back=3, action="household.correct_address")
    assert notice(on=TODAY, at=NOON) == 0


@pytest.mark.parametrize("business", [lambda home: a_case(home, home.head), lambda home: a_task(home, home.head)])
def test_business_that_lies_open_on_a_file_explains_looking_at_it(clerk, business) -> None:
    home = a_household("MS-ZF-000001", a_person("甲", 0))
    business(home)
    look(clerk, home.pk)
    for n in range(1001, 1000 + MANY):
        look(clerk, n)
    notice(on=TODAY, at=NOON)
    assert found() == []  # one file less than the least: the household's does not count


def test_reading_a_member_counts_as_reading_the_household(clerk) -> None:
    from doudi.registry.models import Membership
    from tests.access.world import KNOWN, SINCE

    home = a_household("MS-ZF-000001", a_person("甲", 0))
    Membership.objects.create(household=home, person=home.head, relation="02", co_resident=True,
                              division_code=VILLAGE, starts_on=SINCE, recorded_at=KNOWN)  # fmt: skip
    look(clerk, home.pk)
    look(clerk, home.head_id, kind="person")
    for n in range(1001, 1000 + MANY):
        look(clerk, n)
    notice(on=TODAY, at=NOON)
    assert UnusualReading.objects.get().files == MANY


def test_what_the_phone_carries_along_is_no_look(clerk) -> None:
    for n in range(1000, 1100):
        look(clerk, n, action="field.carry.read")
    assert notice(on=TODAY, at=NOON) == 0


def test_what_was_settled_is_not_told_again(curious, guard) -> None:
    for back in (12, 9, 6, 3):
        look(curious, 5, back=back)
    look(curious, 5)
    notice(on=TODAY, at=NOON)
    for row in UnusualReading.objects.all():
        assert settle(finding=row, outcome="work", note="年审前集中核对", by=guard, at=NOON)
    look(curious, 5, back=-1)
    assert notice(on=TODAY + timedelta(days=1), at=NOON) == 0


def test_a_finding_is_settled_once_with_an_outcome_and_a_note(curious, guard) -> None:
    notice(on=TODAY, at=NOON)
    row = UnusualReading.objects.get()
    for outcome, note in (("", "说清楚了"), ("work", " "), ("nonsense", "说清楚了")):
        with pytest.raises(Refused):
            settle(finding=row, outcome=outcome, note=note, by=guard, at=NOON)
    assert settle(finding=row, outcome="reminded", note="邻居的档案，已提醒", by=guard, at=NOON)
    assert not settle(finding=row, outcome="work", note="再说一遍", by=guard, at=NOON)
    assert AuditEvent.objects.filter(action="oversight.settle").count() == 1


def test_nobody_settles_their_own_and_only_the_security_administrator_settles(curious, guard, staff_with) -> None:
    notice(on=TODAY, at=NOON)
    row = UnusualReading.objects.get()
    with pytest.raises(NotPermitted):
        settle(finding=row, outcome="work", note="说清楚了", by=staff_with(Role.AUDIT_ADMIN), at=NOON)
    row.staff_id = guard.pk
    with pytest.raises(Refused):
        settle(finding=row, outcome="work", note="说清楚了", by=guard, at=NOON)


def test_the_database_lets_the_web_role_settle_others_once_and_change_nothing_else(curious, guard, as_web) -> None:
    notice(on=TODAY, at=NOON)
    row = UnusualReading.objects.get()
    said = {"outcome": "work", "settled_note": "说清楚了", "settled_at": NOON}
    with as_web(curious):
        assert not UnusualReading.objects.exists()
        assert UnusualReading.objects.update(settled_by_id=curious.pk, **said) == 0
    with as_web(guard):
        with pytest.raises(ProgrammingError), transaction.atomic():
            UnusualReading.objects.update(files=0)
        with pytest.raises(ProgrammingError), transaction.atomic():
            UnusualReading.objects.update(settled_by_id=curious.pk, **said)
        with pytest.raises(ProgrammingError), transaction.atomic():
            UnusualReading.objects.filter(pk=row.pk).delete()
        assert UnusualReading.objects.update(settled_by_id=guard.pk, **said) == 1
        assert UnusualReading.objects.update(settled_note="改口") == 0


def test_the_page_explains_and_lists_the_events_and_takes_the_outcome(curious, guard, signed_in) -> None:
    notice(on=TODAY, at=NOON)
    row, page = UnusualReading.objects.get(), signed_in(guard)
    where = reverse("oversight:reading", args=[row.pk])
    assert where in page.get(reverse("console:workbench")).text
    assert curious.name in page.get(reverse("oversight:list")).text
    shown = page.get(where).text
    assert f"一天看了 {MANY} 份没有业务依据的档案" in shown
    assert all(str(event["id"]) in shown for event in row.events)
    assert page.post(where, {"outcome": "work", "note": "无"}).status_code == 422
    assert page.post(where, {"outcome": "work", "note": "年审前集中核对"}).status_code == 302
    assert "年审前集中核对" in page.get(reverse("oversight:list")).text
    assert 'name="note"' not in page.get(where).text


@pytest.mark.parametrize("role", [Role.TOWNSHIP_CLERK, Role.COUNTY_REVIEWER, Role.LEADER, Role.SYSTEM_ADMIN])
def test_nobody_else_opens_it(role, staff_with, signed_in) -> None:
    assert signed_in(staff_with(role)).get(reverse("oversight:list")).status_code == 403


def test_the_round_runs_as_a_job_and_makes_up_for_missed_days(curious, monkeypatch) -> None:
    from doudi.jobs.models import Job
    from doudi.oversight.watch import CATCH_UP, WatchReading

    job, days = Job(kind=WatchReading.kind, cursor={}, result=None, done=0), []
    while WatchReading().step(job, NOON + timedelta(days=1)):
        days.append(job.cursor["after"])
    assert (len(days), job.cursor["after"], job.result) == (CATCH_UP - 1, TODAY.isoformat(), {"found": 1})
