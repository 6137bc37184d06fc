"""A family moves and no month is lost or paid twice."""

from __future__ import annotations

import json
from datetime import date

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from doudi.accounts.roles import Role
from doudi.accounts.scope import NotPermitted
from doudi.audit.actions import digest_of
from doudi.awards.models import Award
from doudi.awards.months import months_after, next_month
from doudi.awards.queries import lines_due, payable
from doudi.casework.actions import determining, transfers
from doudi.casework.actions.entitling import _enter
from doudi.casework.actions.moving import move
from doudi.casework.actions.opening import Need
from doudi.casework.actions.transfers import Before
from doudi.casework.models import Application, Conclusion, PeriodicReview, Step, Transfer
from doudi.casework.programmes import Programme
from doudi.casework.queries.determinations import in_force
from doudi.casework.queries.evaluation import evaluate
from doudi.casework.queries.transfers import first_month_of
from doudi.casework.stages import Stage
from doudi.registry.actions.refusal import Refused
from doudi.registry.models import Household, LowIncomeStatus
from tests.casework.known import a_poor_family
from tests.casework.reviewed import NOVEMBER, a_review, an_award
from tests.casework.test_determinations import before_the_county, judged
from tests.casework.world import TUESDAY, an_accepted, at, at_stage
from tests.conftest import FAR_VILLAGE, VILLAGE
from tests.registry.world import a_household

MONTHS = [months_after(date(2026, 1, 1), n) for n in range(24)]
DAYS = st.dates(date(2026, 2, 1), date(2027, 6, 30))


@pytest.fixture
def reviewer(staff_with):
    return staff_with(Role.COUNTY_REVIEWER)


@pytest.fixture
def county(staff_with):
    return staff_with(Role.COUNTY_CLERK)


def within(home, county, on: date = TUESDAY) -> Transfer:
    return transfers.move_within(household=home, to_code=FAR_VILLAGE, reason="随女儿居住", by=county, on=on, at=at(on))


def out(home, county, on: date = TUESDAY) -> Transfer:
    return transfers.begin_out(household=home, to_place="瑞丽市", reason="迁往瑞丽居住", by=county, on=on, at=at(on))


# Within the county


def test_award_case_and_review_go_along_and_the_next_payment_is_the_new_places(
    clerk, reviewer, county, staff_with, as_web
) -> None:
    home = a_poor_family(clerk)
    award = an_award(reviewer, home)
    review, application = a_review(award), an_accepted(clerk, household=home)
    with as_web(county):
        within(home, county)
    there = staff_with(Role.TOWNSHIP_CLERK, FAR_VILLAGE[:9])
    with as_web(there):
        assert Application.objects.get(pk=application.pk).handler_id is None
        assert Step.objects.filter(application=application).last().move == "hand_over"
        assert PeriodicReview.objects.get(pk=review.pk).steps.exists()
        assert [line.division_code for line in lines_due(NOVEMBER)] == [FAR_VILLAGE]
    with as_web(clerk):
        assert not Application.objects.exists()
        assert not PeriodicReview.objects.exists()
        assert not lines_due(NOVEMBER).exists()


def test_an_emergency_that_happened_elsewhere_stays_there(clerk, county) -> None:
    home = a_poor_family(clerk)
    application = an_accepted(clerk, household=home)
    Application.objects.filter(pk=application.pk).update(division_code="533103102202")
    within(home, county)
    assert Application.objects.get(pk=application.pk).division_code == "533103102202"


def test_a_record_that_went_along_still_cannot_be_edited(clerk, county) -> None:
    home = a_poor_family(clerk)
    application = an_accepted(clerk, household=home)
    within(home, county)
    with pytest.raises(Exception, match="never edited"):
        Step.objects.filter(application=application).update(move="accept")


def test_moving_within_the_county_loses_no_month(clerk, reviewer, county) -> None:
    home = a_poor_family(clerk)
    award = an_award(reviewer, home, on=date(2026, 1, 5), start=date(2026, 2, 1))
    before = [payable(award, month).fen for month in MONTHS]
    for n, (day, to_code) in enumerate([(date(2026, 2, 28), FAR_VILLAGE), (date(2026, 3, 1), VILLAGE)]):
        home = Household.objects.get(pk=home.pk)
        transfers.move_within(household=home, to_code=to_code, reason="迁居", by=county, on=day, at=at(day))
        assert Transfer.objects.count() == n + 1
    assert [payable(award, month).fen for month in MONTHS] == before


# To another county


def test_the_package_holds_what_the_next_county_needs_and_its_digest(clerk, reviewer, county) -> None:
    home = a_poor_family(clerk)
    award = an_award(reviewer, home)
    row = out(home, county)
    package = json.loads(str(row.package))
    assert package["people"][0]["resident_id"] == str(home.head.resident_id)
    assert (package["awards"][0]["number"], package["awards"][0]["lines"][0]["fen_month"]) == (award.number, 56_000)
    assert package["facts"]["persons"]
    assert digest_of(package) == row.package_digest


def test_the_award_goes_on_until_the_other_county_begins(clerk, reviewer, county) -> None:
    home = a_poor_family(clerk)
    award = an_award(reviewer, home)
    row = out(home, county)
    assert payable(award, date(2027, 3, 1)).fen == 56_000
    begins, day = date(2027, 2, 1), date(2027, 1, 20)
    transfers.complete_out(transfer=row, first_month=begins, by=reviewer, on=day, at=at(day))
    award.refresh_from_db()
    assert award.ends_on == begins
    assert LowIncomeStatus.objects.known().on(date(2027, 1, 31)).filter(household=home).exists()
    assert not LowIncomeStatus.objects.known().on(begins).filter(household=home).exists()


@pytest.mark.parametrize("month", [date(2026, 10, 1), date(2026, 9, 1)])
def test_a_month_that_is_paid_here_is_not_begun_there(clerk, reviewer, county, month) -> None:
    home = a_poor_family(clerk)
    an_award(reviewer, home)
    with pytest.raises(Refused, match="2026-11"):
        transfers.complete_out(transfer=out(home, county), first_month=month, by=reviewer, on=TUESDAY, at=at(TUESDAY))


def test_whoever_began_a_transfer_does_not_complete_it(clerk, reviewer, county) -> None:
    home = a_poor_family(clerk)
    row = out(home, county)
    Transfer.objects.filter(pk=row.pk).update(begun_by_id=reviewer.pk)
    with pytest.raises(Refused, match="另一人"):
        transfers.complete_out(transfer=row, first_month=NOVEMBER, by=reviewer, on=TUESDAY, at=at(TUESDAY))


def test_a_cancelled_transfer_changes_nothing(clerk, reviewer, county) -> None:
    home = a_poor_family(clerk)
    award = an_award(reviewer, home)
    row = out(home, county)
    transfers.cancel_out(transfer=row, reason="家庭决定不搬", by=county, on=TUESDAY, at=at(TUESDAY))
    award.refresh_from_db()
    assert award.ends_on is None
    out(home, county)  # and may be begun again


def test_open_cases_go_with_the_package(clerk, county) -> None:
    application = an_accepted(clerk, household=a_poor_family(clerk))
    row = out(application.household, county)
    application.refresh_from_db()
    assert (application.stage, row.application) == (Stage.TRANSFERRED, application)


def test_whatever_the_day_every_month_is_paid_by_exactly_one_county(clerk, reviewer, county) -> None:
    home = a_poor_family(clerk)
    award = an_award(reviewer, home, on=date(2026, 1, 5), start=date(2026, 2, 1))
    row = out(home, county, date(2026, 1, 20))

    @settings(max_examples=40, deadline=None)
    @given(on=DAYS, later=st.integers(0, 5))
    def holds(on: date, later: int) -> None:
        begins = months_after(next_month(on), later)
        sid = transaction.savepoint()
        transfers.complete_out(transfer=row, first_month=begins, by=reviewer, on=on, at=at(on))
        here = {m for m in MONTHS if payable(award, m).fen}
        before = Before("芒市", "dibao", award.number, 56_000, months_after(begins, -1))
        came = transfers.come_in(need=Need(household=home), before=before, by=clerk, on=on, at=at(on))
        begun = first_month_of(came)
        transaction.savepoint_rollback(sid)
        assert {m for m in MONTHS if begun and m >= begun} == {m for m in MONTHS if m >= date(2026, 2, 1)} - here

    holds()


# From another county


@pytest.mark.parametrize("last", [date(2026, 9, 1), date(2026, 10, 1), date(2026, 12, 1)])
def test_the_new_award_begins_the_month_after_the_old_one_ends(clerk, reviewer, last) -> None:
    home = a_poor_family(clerk)
    before = Before("瑞丽市", "dibao", "RLDB-0012", 48_000, last)
    application = transfers.come_in(need=Need(household=home), before=before, by=clerk, on=TUESDAY, at=at(TUESDAY))
    assert application.origin == "transfer"
    Application.objects.filter(pk=application.pk).update(stage=Stage.REVIEW, submitted_on=TUESDAY, accepted_on=TUESDAY)
    application.refresh_from_db()
    judged(application, clerk)
    made = determining.confirm(application=before_the_county(application), by=reviewer, on=TUESDAY, at=at(TUESDAY))
    assert Award.objects.get(number=made.award).starts_on == next_month(last)


def test_an_ordinary_award_begins_with_the_month_after_as_always(clerk) -> None:
    assert first_month_of(an_accepted(clerk)) is None


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"place": ""}, "哪个县"),
        ({"last_month": date(2026, 9, 2)}, "当月 1 日"),
        ({"number": " "}, "编号"),
        ({"fen": 0}, "大于 0"),
    ],
)
def test_what_was_received_before_must_be_told_in_full(clerk, changes, words) -> None:
    said = {"place": "瑞丽市", "programme": "dibao", "number": "RLDB-0012", "fen": 1, "last_month": date(2026, 9, 1)}
    with pytest.raises(Refused, match=words):
        transfers.come_in(
            need=Need(household=a_poor_family(clerk)), before=Before(**said | changes), by=clerk, on=TUESDAY,
            at=at(TUESDAY),
        )  # fmt: skip


# Other ways out of the ordinary


def test_a_withdrawn_application_sets_its_people_free(clerk) -> None:
    application = an_accepted(clerk, household=a_poor_family(clerk))
    move(application, "withdraw", by=clerk, on=TUESDAY, at=at(TUESDAY), note="家里情况好转")
    again = an_accepted(clerk, household=application.household)
    assert again.stage == Stage.SURVEY


def test_a_clerical_error_is_corrected_by_another_person_and_the_amount_stays(clerk, staff_with, signed_in) -> None:
    application = an_accepted(clerk, household=a_poor_family(clerk))
    Application.objects.filter(pk=application.pk).update(stage=Stage.REVIEW)
    judged(Application.objects.get(pk=application.pk), clerk, reason="一户一人，无子女")
    one = staff_with(Role.COUNTY_REVIEWER)
    made = determining.confirm(application=before_the_county(application), by=one, on=TUESDAY, at=at(TUESDAY))
    client = signed_in(one)
    url = reverse("casework:step", args=[application.number, "correct"])
    version = Application.objects.get(pk=application.pk).version
    said = {"version": version, "on": timezone.localdate(), "note": "笔误", "corrected": "一户一人，有一女"}
    assert "一户一人，无子女" in client.get(url).content.decode()
    assert client.post(url, said).status_code == 302
    now = in_force(application)
    assert now is not None
    assert (str(now.reason), now.amount_fen_month, now.corrects) == ("一户一人，有一女", made.amount_fen_month, made)


def test_a_refused_case_is_reopened_with_its_people(clerk, reviewer) -> None:
    application = an_accepted(clerk, household=a_poor_family(clerk))
    Application.objects.filter(pk=application.pk).update(stage=Stage.REVIEW)
    judged(Application.objects.get(pk=application.pk), clerk, Conclusion.REFUSE, reason="经核实不符合")
    before_the_county(application)
    determining.refuse_application(application=before_the_county(application), by=reviewer, on=TUESDAY, at=at(TUESDAY))
    again = determining.reopen(application=application, by=reviewer, on=TUESDAY, at=at(TUESDAY), note="复议决定撤销")
    assert (again.stage, again.people.filter(is_open=True).count()) == (Stage.REVIEW, 1)


# The department's own categories


@pytest.mark.parametrize(
    ("programme", "on", "permission"),
    [
        (Programme.RIGID_EXPENDITURE, date(2024, 12, 31), "case.department"),
        (Programme.RIGID_EXPENDITURE, date(2025, 1, 1), "case.confirm"),
        (Programme.RELAPSE_WATCH, date(2024, 12, 31), "case.department"),
        (Programme.RELAPSE_WATCH, date(2026, 10, 27), "case.department"),
    ],
)
def test_only_the_departments_own_staff_confirm_its_categories_by_date(
    clerk, staff_with, programme, on, permission
) -> None:
    application = at_stage(clerk, Stage.COUNTY, programme)
    Application.objects.filter(pk=application.pk).update(accepted_on=on, submitted_on=on, opened_on=on)
    application.refresh_from_db()
    for role in (Role.COUNTY_REVIEWER, Role.RURAL_REVITALISATION, Role.TOWNSHIP_HEAD, Role.COUNTY_CLERK):
        staff = staff_with(role)
        allowed = staff.may(permission, application.division_code)
        with pytest.raises((NotPermitted, Refused)) as error:  # no opinion yet: even the right one is refused, later
            move(application, "confirm", by=staff, on=max(on, TUESDAY), at=at(TUESDAY))
        assert isinstance(error.value, NotPermitted) is not allowed, role


@pytest.mark.parametrize(
    ("programme", "on", "department"),
    [
        (Programme.RELAPSE_WATCH, date(2024, 12, 31), "rural_revitalisation"),
        (Programme.RELAPSE_WATCH, date(2026, 10, 27), "agriculture_rural_affairs"),
        (Programme.RIGID_EXPENDITURE, date(2024, 12, 31), "rural_revitalisation"),
    ],
)
def test_a_department_enters_its_category_under_its_own_name(clerk, staff_with, programme, on, department) -> None:
    home = a_household(clerk, on=date(2024, 1, 1))
    application = at_stage(clerk, Stage.COUNTY, programme)
    Application.objects.filter(pk=application.pk).update(household=home, accepted_on=on, submitted_on=on, opened_on=on)
    application.refresh_from_db()
    evaluation = evaluate(application, today=on)
    said = {"number": "JCQR-1", "by": staff_with(Role.RURAL_REVITALISATION), "on": on, "at": at(on)}
    _enter(application, programme, evaluation, **said)
    status = LowIncomeStatus.objects.get(household=home)
    assert (status.category, status.department) == (programme.value, department)
