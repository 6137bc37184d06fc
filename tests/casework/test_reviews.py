"""Looking again: what opens a review, its day, what may be decided, by whom, and what follows."""

from __future__ import annotations

from datetime import date

import pytest

from doudi.accounts.roles import Role
from doudi.awards import queries as awards
from doudi.awards.actions import Why, phase_out
from doudi.awards.models import Award
from doudi.casework.actions import reviews, reviews_deciding
from doudi.casework.actions.reviews import Offer, Told, report_change
from doudi.casework.models import ChangeReport, PeriodicReview, ReviewProposal, TownshipSwitch
from doudi.casework.models.reviews import Change, Outcome, ReviewGround, ReviewStage, Way
from doudi.casework.programmes import Decider
from doudi.casework.queries.reviews import decider_of, open_reviews, refusals_in_a_row
from doudi.casework.queries.reviews_compare import compare
from doudi.casework.queries.reviews_due import every
from doudi.casework.reviews import due_day, is_late
from doudi.casework.reviews_daily import open_all
from doudi.places.queries import calendar_for
from doudi.registry.actions import mark_death
from doudi.registry.actions.refusal import Refused
from doudi.registry.models import LowIncomeStatus
from tests.casework.known import a_poor_family, earns
from tests.casework.reviewed import DECEMBER, NOVEMBER, a_review, a_tekun, an_award, decided, heard, proposed
from tests.casework.world import TUESDAY, at
from tests.conftest import FAR_VILLAGE
from tests.registry.world import a_household, member, people_of


@pytest.fixture
def reviewer(staff_with):
    return staff_with(Role.COUNTY_REVIEWER)


def round_of(day: date) -> int:
    return open_all(list(every(day)), on=day, at=at(day))


# Days


def test_a_review_is_opened_thirty_days_before_its_day_and_once(clerk, reviewer) -> None:
    an_award(reviewer, a_poor_family(clerk), review_by=date(2027, 4, 27))
    assert (round_of(date(2027, 3, 27)), round_of(date(2027, 3, 28)), round_of(date(2027, 3, 29))) == (0, 1, 0)
    assert PeriodicReview.objects.get().due_on == date(2027, 4, 27)


def test_a_death_is_reviewed_within_three_months_of_it(clerk, reviewer) -> None:
    home = a_household(clerk, member())
    an_award(reviewer, home)
    wife = people_of(home)[1]
    mark_death(person=wife, death_date=date(2026, 11, 30), by=clerk, on=date(2026, 12, 3), at=at(DECEMBER))
    assert round_of(date(2026, 12, 4)) == 1
    review = PeriodicReview.objects.get()
    assert (review.ground, review.due_on, review.about) == (ReviewGround.DEATH, date(2027, 2, 28), wife)


def test_the_end_of_a_phase_out_is_looked_at_by_its_last_day(clerk, reviewer) -> None:
    award = an_award(reviewer, a_poor_family(clerk))
    Award.objects.filter(pk=award.pk).update(
        phase_out_from=NOVEMBER, ends_on=date(2027, 5, 1), ended_because="employment"
    )
    assert (round_of(date(2027, 3, 31)), round_of(date(2027, 4, 1))) == (0, 1)
    assert PeriodicReview.objects.get().due_on == date(2027, 4, 30)


def test_a_category_without_money_is_reviewed_too(clerk, reviewer) -> None:
    home = a_household(clerk)
    LowIncomeStatus.objects.create(
        household=home, category="near_threshold", ground="x", department="civil_affairs", starts_on=date(2026, 1, 1),
        review_by=date(2026, 11, 1), division_code=home.division_code, recorded_at=at(),
    )  # fmt: skip
    assert (round_of(TUESDAY), round_of(TUESDAY)) == (1, 0)


@pytest.mark.parametrize(
    ("ground", "since", "due"),
    [
        (ReviewGround.DEATH, date(2026, 8, 31), date(2026, 11, 30)),
        (ReviewGround.SELF_CARE, TUESDAY, date(2026, 11, 10)),  # ten working days
        (ReviewGround.REPORT, TUESDAY, date(2026, 12, 8)),
    ],
)
def test_every_ground_has_its_last_day(divisions, ground, since, due) -> None:
    assert due_day(ground, since, calendar_for()) == due


def test_without_a_holiday_table_no_day_is_invented(divisions) -> None:
    assert due_day(ReviewGround.SELF_CARE, date(2031, 1, 2), calendar_for()) is None


# Reports and jobs


def told(**changes) -> Told:
    said = {"kind": Change.INCOME, "since": TUESDAY, "text": "在工地打工", "reporter": "岳勒旺", "way": Way.PHONE}
    return Told(**said | changes)


def test_a_report_opens_a_review_of_what_the_family_receives(clerk, reviewer) -> None:
    home = a_poor_family(clerk)
    an_award(reviewer, home)
    report_change(household=home, told=told(), by=clerk, on=TUESDAY, at=at(TUESDAY))
    assert PeriodicReview.objects.get().ground == ReviewGround.REPORT


@pytest.mark.parametrize(("on", "late"), [(date(2026, 11, 30), False), (date(2026, 12, 1), True)])
def test_a_major_change_told_after_three_months_is_flagged(on, late) -> None:
    assert is_late(Change.INCOME, date(2026, 8, 31), on) is late
    assert not is_late(Change.OTHER, date(2026, 8, 31), on)


def test_a_change_of_self_care_is_assessed_again_in_ten_working_days(clerk, reviewer) -> None:
    home = a_poor_family(clerk)
    a_tekun(reviewer, home)
    said = told(kind=Change.SELF_CARE, person=home.head_id, text="摔伤后不能走路")
    report_change(household=home, told=said, by=clerk, on=TUESDAY, at=at(TUESDAY))
    review = PeriodicReview.objects.get()
    assert (review.ground, review.due_on) == (ReviewGround.SELF_CARE, date(2026, 11, 10))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"since": date(2026, 10, 28)}, "不能晚于今天"),
        ({"text": " "}, "至少 4 个字"),
        ({"reporter": ""}, "报告人"),
        ({"person": 0}, "不是本户成员"),
        ({"kind": Change.DEATH}, "哪位成员"),
    ],
)
def test_a_bad_report_says_what_to_do(clerk, changes, words) -> None:
    with pytest.raises(Refused, match=words):
        report_change(household=a_household(clerk), told=told(**changes), by=clerk, on=TUESDAY, at=at(TUESDAY))
    assert not ChangeReport.objects.exists()


def offer(answer: str = "refused", on: date = TUESDAY) -> Offer:
    return Offer(on, "遮放糖厂", "装卸工", "离家两公里，身体能胜任", answer, "嫌工资低" if answer == "refused" else "")


def offered(home, clerk, *answers: str) -> None:
    for answer in answers:
        reviews.record_offer(
            person=home.head, household=home, offer=offer(answer), by=clerk, on=TUESDAY, at=at(TUESDAY)
        )


def test_the_third_refusal_in_a_row_opens_a_review_of_that_share(clerk, reviewer) -> None:
    home = a_household(clerk, member())
    an_award(reviewer, home)
    offered(home, clerk, "refused", "refused")
    assert not PeriodicReview.objects.exists()
    offered(home, clerk, "refused")
    review = PeriodicReview.objects.get()
    assert (review.ground, review.about_id) == (ReviewGround.JOBS, home.head_id)


def test_an_accepted_job_begins_the_count_anew(clerk, reviewer) -> None:
    home = a_household(clerk, member())
    an_award(reviewer, home)
    offered(home, clerk, "refused", "refused", "accepted", "refused", "refused")
    assert refusals_in_a_row(home.head) == 2
    assert not PeriodicReview.objects.exists()


def test_three_refusals_stop_that_members_share_and_no_other(clerk, reviewer) -> None:
    home = a_household(clerk, member())
    award = an_award(reviewer, home, fen=60_000)
    review = a_review(award, ReviewGround.JOBS, about=home.head_id)
    review = proposed(review, clerk, Outcome.STOP_SHARE, "job_refusals")
    heard(review, clerk)
    made = decided(review, reviewer)
    assert (made.before_fen, made.after_fen, made.from_month) == (60_000, 30_000, NOVEMBER)
    assert [m.person_id for m in awards.people_of(award, NOVEMBER)] == [people_of(home)[1].pk]


# What the rulebook says, and what is decided


def test_the_officer_sees_old_and_new_amount(clerk, reviewer) -> None:
    home = a_poor_family(clerk)
    review = a_review(an_award(reviewer, home, fen=50_000))
    seen = compare(review, TUESDAY)
    assert (seen.old_fen, seen.new_fen, seen.suggestion) == (50_000, 56_000, Outcome.RAISE)
    assert [(r.old_fen, r.new_fen, r.difference) for r in seen.rows] == [(50_000, 56_000, 6_000)]


def test_more_is_paid_from_the_month_after_and_the_next_day_is_planned(clerk, reviewer) -> None:
    award = an_award(reviewer, a_poor_family(clerk), fen=50_000)
    made = decided(proposed(a_review(award), clerk, Outcome.RAISE), reviewer)
    assert (made.from_month, made.after_fen) == (NOVEMBER, 56_000)
    assert awards.payable(award, NOVEMBER).fen == 56_000
    assert Award.objects.get(pk=award.pk).review_by == date(2027, 4, 27)


@pytest.mark.parametrize(("outcome", "after"), [(Outcome.END, 0), (Outcome.KEEP, 56_000)])
def test_the_last_month_of_a_phase_out_still_counts_as_paid(clerk, reviewer, outcome, after) -> None:
    award = an_award(reviewer, a_poor_family(clerk), start=date(2026, 6, 1))
    why = Why("employment", "JTJD-2026-1027-01")
    phase_out(award=award, months=6, from_month=date(2026, 6, 1), why=why, by=reviewer, on=TUESDAY, at=at(TUESDAY))
    day = date(2026, 11, 16)
    review = a_review(Award.objects.get(pk=award.pk), ReviewGround.PHASE_OUT, on=day)
    assert [compare(review, on).old_fen for on in (TUESDAY, day, date(2026, 12, 2))] == [56_000] * 3
    review = proposed(review, clerk, outcome, "employment" if outcome == Outcome.END else "review", on=day)
    heard(review, clerk, on=day)
    made = decided(review, reviewer, on=day)
    assert (made.before_fen, made.after_fen, made.change) == (56_000, after, None)


def test_a_family_that_no_longer_fits_loses_award_and_category(clerk, reviewer) -> None:
    home = a_poor_family(clerk)
    award = an_award(reviewer, home)
    earns(home, clerk, 90_000_00)
    review = proposed(a_review(award), clerk, Outcome.END)
    heard(review, clerk)
    decided(review, reviewer)
    award.refresh_from_db()
    assert award.ends_on == NOVEMBER
    assert not LowIncomeStatus.objects.known().on(NOVEMBER).filter(household=home).exists()
    assert LowIncomeStatus.objects.known().on(date(2026, 10, 31)).filter(household=home).exists()


def test_against_the_rulebook_only_with_a_reason(clerk, reviewer) -> None:
    home = a_poor_family(clerk)
    review = a_review(an_award(reviewer, home))
    earns(home, clerk, 90_000_00)
    with pytest.raises(Refused, match="写明理由"):
        proposed(review, clerk, Outcome.KEEP)
    proposed(review, clerk, Outcome.KEEP, note="工资是代发，已核实退回")
    assert review.proposals.get().against


def test_an_amount_the_rulebook_does_not_give_cannot_be_proposed(clerk, reviewer) -> None:
    review = a_review(an_award(reviewer, a_poor_family(clerk)))
    for outcome, words in ((Outcome.RAISE, "没有增加"), (Outcome.REDUCE, "没有减少")):
        with pytest.raises(Refused, match=words):
            proposed(review, clerk, outcome)


@pytest.mark.parametrize("month", [date(2026, 10, 1), date(2027, 3, 1), date(2026, 11, 2)])
def test_nothing_is_taken_away_for_a_month_that_has_begun(clerk, reviewer, month) -> None:
    home = a_poor_family(clerk)
    review = a_review(an_award(reviewer, home, start=date(2026, 9, 1)))
    earns(home, clerk, 90_000_00)
    with pytest.raises(Refused, match=r"起始月|当月 1 日"):
        proposed(review, clerk, Outcome.END, from_month=month)


def test_a_slow_decision_takes_nothing_from_the_month_it_is_made_in(clerk, reviewer) -> None:
    home = a_poor_family(clerk)
    award = an_award(reviewer, home)
    earns(home, clerk, 90_000_00)
    review = proposed(a_review(award), clerk, Outcome.END)
    heard(review, clerk)
    assert decided(review, reviewer, on=date(2026, 11, 3)).from_month == DECEMBER


def test_whoever_proposed_does_not_decide(clerk, staff_with) -> None:
    head = staff_with(Role.TOWNSHIP_HEAD)
    review = proposed(a_review(an_award(staff_with(Role.COUNTY_REVIEWER), a_poor_family(clerk))), clerk, Outcome.KEEP)
    reviewer = staff_with(Role.COUNTY_REVIEWER, username="second-reviewer")
    proposal = ReviewProposal.objects.get()
    proposal.by_id = reviewer.pk
    with pytest.raises(Refused, match="另一人"):
        reviews_deciding._check_decision(review, proposal, compare(review, TUESDAY), reviewer, TUESDAY)
    with pytest.raises(Exception, match="审核确认"):
        decided(review, head)


def test_the_township_head_decides_only_where_that_is_delegated(clerk, reviewer) -> None:
    review = a_review(an_award(reviewer, a_poor_family(clerk)))
    assert decider_of(review, TUESDAY) == Decider.COUNTY
    TownshipSwitch.objects.create(
        division_code=review.division_code[:9], kind="delegated", starts_on=TUESDAY, basis="德民发〔2026〕1号"
    )
    assert decider_of(review, TUESDAY) == Decider.TOWNSHIP


@pytest.mark.parametrize(
    ("category", "on", "who"),
    [
        ("rigid_expenditure", date(2024, 12, 31), Decider.DEPARTMENT),
        ("rigid_expenditure", date(2025, 1, 1), Decider.COUNTY),
        ("relapse_watch", date(2026, 10, 27), Decider.DEPARTMENT),
        ("near_threshold", date(2024, 12, 31), Decider.COUNTY),
    ],
)
def test_each_category_is_decided_by_whoever_answers_for_it_on_the_day(clerk, category, on, who) -> None:
    home = a_household(clerk)
    assert decider_of(PeriodicReview(division_code=home.division_code, category=category), on) == who


def test_facts_that_changed_since_the_proposal_stop_the_decision(clerk, reviewer) -> None:
    home = a_poor_family(clerk)
    review = proposed(a_review(an_award(reviewer, home)), clerk, Outcome.KEEP)
    earns(home, clerk, 90_000_00)
    with pytest.raises(Refused, match="情况有变化"):
        decided(review, reviewer)


def test_a_proposal_goes_back_with_a_reason_and_may_be_made_again(clerk, reviewer) -> None:
    review = proposed(a_review(an_award(reviewer, a_poor_family(clerk))), clerk, Outcome.KEEP)
    reviews_deciding.send_back(review=review, by=reviewer, on=TUESDAY, at=at(TUESDAY), note="请补入户记录")
    review.refresh_from_db()
    assert review.stage == ReviewStage.OPEN
    proposed(review, clerk, Outcome.KEEP)


def test_after_a_death_the_money_follows_those_who_stay(clerk, reviewer) -> None:
    home = a_household(clerk, member())
    award = an_award(reviewer, home, fen=60_000, start=date(2026, 9, 1))
    wife = people_of(home)[1]
    mark_death(person=wife, death_date=date(2026, 10, 3), by=clerk, on=TUESDAY, at=at(TUESDAY))
    review = a_review(award, ReviewGround.DEATH, about=wife.pk)
    review = proposed(review, clerk, Outcome.STOP_SHARE, "death", note="按户内人数扣除份额")
    made = decided(review, reviewer)  # nobody to hear
    assert (made.from_month, made.after_fen, made.hearing) == (NOVEMBER, 30_000, None)


def test_a_statutory_review_cannot_be_dropped_while_money_is_paid(clerk, reviewer) -> None:
    review = a_review(an_award(reviewer, a_poor_family(clerk)))
    with pytest.raises(Refused, match="法定"):
        reviews.drop(review=review, by=clerk, on=TUESDAY, at=at(TUESDAY), note="重复登记")


# Who sees what


def test_the_queue_shows_reviews_by_their_day_and_whose_turn_it_is(clerk, reviewer) -> None:
    review = a_review(an_award(reviewer, a_poor_family(clerk)), due_on=date(2026, 10, 30))
    (line,) = open_reviews(clerk, TUESDAY)
    assert (line.review, line.mine, line.days_left) == (review, True, 3)
    proposed(review, clerk, Outcome.KEEP)
    assert not open_reviews(clerk, TUESDAY)[0].mine
    assert open_reviews(reviewer, TUESDAY)[0].mine


def test_another_township_sees_no_review_behind_the_second_wall(clerk, reviewer, staff_with, as_web) -> None:
    a_review(an_award(reviewer, a_poor_family(clerk)))
    with as_web(clerk):
        assert PeriodicReview.objects.count() == 1
    with as_web(staff_with(Role.TOWNSHIP_CLERK, FAR_VILLAGE[:9])):
        assert PeriodicReview.objects.count() == 0


def test_a_whole_review_passes_behind_the_second_wall(clerk, reviewer, as_web) -> None:
    home = a_poor_family(clerk)
    award = an_award(reviewer, home)
    earns(home, clerk, 90_000_00)
    review = a_review(award)
    with as_web(clerk):
        review = proposed(review, clerk, Outcome.END)
        heard(review, clerk)
    with as_web(reviewer):
        decided(review, reviewer)
    award.refresh_from_db()
    assert award.ends_on == NOVEMBER
