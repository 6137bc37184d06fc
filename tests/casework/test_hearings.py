"""Nobody loses anything unheard (LAW26-48); a tekun end stands in the village first (M43-26)."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.db import IntegrityError, transaction

from doudi.accounts.roles import Role
from doudi.awards.models import Award
from doudi.casework.actions import determining, hearings, reviews_deciding, reviews_notices
from doudi.casework.actions.conferences import Talk, hold_conference
from doudi.casework.actions.disclosures import disclose
from doudi.casework.actions.hearings import Heard
from doudi.casework.actions.reviews_applying import open_follow_up
from doudi.casework.models import Hearing, PeriodicReview, Publication
from doudi.casework.models.reviews import Outcome, Way
from doudi.casework.programmes import Programme
from doudi.registry.actions.refusal import Refused
from doudi.verification.models import Signature
from tests.casework.known import a_poor_family, earns
from tests.casework.reviewed import NOVEMBER, a_review, a_tekun, an_award, decided, heard, proposed
from tests.casework.test_determinations import before_the_county, in_review, judged
from tests.casework.world import TUESDAY, at
from tests.documents.samples import PNG

BEFORE, SINCE = date(2026, 6, 30), date(2026, 7, 1)


@pytest.fixture
def reviewer(staff_with):
    return staff_with(Role.COUNTY_REVIEWER)


@pytest.fixture
def ending(clerk, reviewer) -> PeriodicReview:
    """A review about to end an award."""
    home = a_poor_family(clerk)
    award = an_award(reviewer, home)
    earns(home, clerk, 90_000_00)
    return proposed(a_review(award), clerk, Outcome.END)


def test_nothing_is_ended_unheard(ending, clerk, reviewer) -> None:
    with pytest.raises(Refused, match="听取本人意见"):
        decided(ending, reviewer)
    record = heard(ending, clerk)
    assert decided(ending, reviewer).hearing == record
    assert "没有意见" in str(Signature.objects.get(pk=record.signature).text_shown)


@pytest.mark.parametrize(("on", "needed"), [(BEFORE, False), (SINCE, True)])
def test_the_day_of_the_law_decides(clerk, reviewer, on, needed) -> None:
    home = a_poor_family(clerk)
    award = an_award(reviewer, home, on=date(2026, 5, 6), start=date(2026, 6, 1))
    earns(home, clerk, 90_000_00, on=date(2026, 5, 7))
    review = proposed(
        a_review(award, on=on), clerk, Outcome.END, on=on, note="核对发现工资收入", from_month=date(2026, 8, 1)
    )
    if needed:
        with pytest.raises(Refused, match="听取本人意见"):
            decided(review, reviewer, on=on)
    else:
        assert decided(review, reviewer, on=on).hearing is None


def test_words_heard_about_an_earlier_proposal_do_not_count(ending, clerk, reviewer) -> None:
    heard(ending, clerk)
    later = TUESDAY + timedelta(days=1)
    reviews_deciding.send_back(review=ending, by=reviewer, on=later, at=at(later), note="请核实工资")
    proposed(ending, clerk, Outcome.END, on=later)
    with pytest.raises(Refused, match="听取本人意见"):
        decided(ending, reviewer, on=later)


def unheard(review, first: date | None, second: date | None, **more) -> Heard:
    said = {"unheard_because": "外出打工，电话停机", "first_asked_on": first, "second_asked_on": second}
    return Heard(review.household.head, Way.PHONE, **said | more)


def test_asked_twice_in_vain_is_enough(ending, clerk, reviewer) -> None:
    told = unheard(ending, date(2026, 10, 20), date(2026, 10, 26))
    hearings.record_hearing(review=ending, heard=told, by=clerk, on=TUESDAY, at=at(TUESDAY))
    assert decided(ending, reviewer).outcome == Outcome.END


@pytest.mark.parametrize(
    ("first", "second", "more", "words"),
    [
        (date(2026, 10, 20), None, {}, "两次约请"),
        (date(2026, 10, 20), date(2026, 10, 20), {}, "第一次之后"),
        (date(2026, 10, 20), date(2026, 10, 28), {}, "不晚于今天"),
        (date(2026, 10, 20), date(2026, 10, 26), {"said": "不同意"}, "已经听取"),
    ],
)
def test_asked_once_is_not_enough(ending, clerk, first, second, more, words) -> None:
    told = unheard(ending, first, second, **more)
    with pytest.raises(Refused, match=words):
        hearings.record_hearing(review=ending, heard=told, by=clerk, on=TUESDAY, at=at(TUESDAY))


def test_words_without_a_signature_need_a_witness(ending, clerk) -> None:
    head = ending.household.head
    with pytest.raises(Refused, match="见证人"):
        hearings.record_hearing(
            review=ending, heard=Heard(head, Way.HOME, "不同意"), by=clerk, on=TUESDAY, at=at(TUESDAY)
        )
    told = Heard(head, Way.HOME, "不同意", unsigned_because="拒绝签名", witness="方小娥")
    assert hearings.record_hearing(review=ending, heard=told, by=clerk, on=TUESDAY, at=at(TUESDAY)).heard


def test_the_database_refuses_a_hearing_that_was_none(ending, clerk) -> None:
    with pytest.raises(IntegrityError, match="hearing_heard_and_signed"), transaction.atomic():
        Hearing.objects.create(
            review=ending, division_code=ending.division_code, person=ending.household.head, held_on=TUESDAY,
            way="home", told="x", unheard_because="y", first_asked_on=TUESDAY, at=at(TUESDAY), by_id=clerk.pk,
        )  # fmt: skip


@pytest.mark.planted
def test_a_guard_that_forgets_the_hearing_is_caught_by_the_award_itself(
    ending, reviewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reviews_deciding, "check_heard", lambda *_said: None)
    with pytest.raises(Refused, match="第48条"):
        decided(ending, reviewer)
    assert Award.objects.get().ends_on is None


def test_an_ended_award_comes_off_the_list_in_the_village(clerk, reviewer) -> None:
    home = a_poor_family(clerk)
    application = in_review(clerk, home)
    judged(application, clerk)
    made = determining.confirm(application=before_the_county(application), by=reviewer, on=TUESDAY, at=at(TUESDAY))
    earns(home, clerk, 90_000_00)
    review = proposed(a_review(Award.objects.get(number=made.award)), clerk, Outcome.END)
    heard(review, clerk)
    decided(review, reviewer)
    assert Publication.objects.get().ends_on == NOVEMBER


# Tekun


@pytest.fixture
def leaving(clerk, reviewer) -> PeriodicReview:
    """Somebody supported as tekun who no longer fits, heard."""
    award = a_tekun(reviewer, a_poor_family(clerk))
    review = proposed(a_review(award), clerk, Outcome.END, note="经评估已恢复劳动能力")
    heard(review, clerk)
    return review


def posted(review, clerk, on: date = TUESDAY) -> None:
    reviews_notices.post_ending(review=review, by=clerk, on=on, at=at(on))


def test_the_end_of_tekun_stands_in_the_village_for_seven_full_days(leaving, clerk, reviewer) -> None:
    with pytest.raises(Refused, match="公示 7 天"):
        decided(leaving, reviewer)
    posted(leaving, clerk)
    with pytest.raises(Refused, match="2026-11-03"):
        decided(leaving, reviewer, on=date(2026, 11, 3))
    assert decided(leaving, reviewer, on=date(2026, 11, 4)).from_month == date(2026, 12, 1)


def test_an_objection_takes_the_notice_down_and_it_begins_again(leaving, clerk, reviewer) -> None:
    posted(leaving, clerk)
    day = date(2026, 11, 2)
    reviews_notices.object_to_ending(review=leaving, text="他还不能干活", by=clerk, on=day, at=at(day))
    with pytest.raises(Refused, match="答复"):
        posted(leaving, clerk, day)
    reviews_notices.answer_ending(review=leaving, answer="复查后维持原意见", by=clerk, on=day, at=at(day))
    posted(leaving, clerk, day)
    with pytest.raises(Refused, match="2026-11-09"):
        decided(leaving, reviewer, on=date(2026, 11, 9))
    assert decided(leaving, reviewer, on=date(2026, 11, 10)).outcome == Outcome.END


def test_after_the_end_what_else_may_help_is_opened(leaving, clerk, reviewer) -> None:
    posted(leaving, clerk)
    decided(leaving, reviewer, on=date(2026, 11, 4))
    leaving.refresh_from_db()
    assert leaving.follow_up == Programme.HOUSEHOLD_DIBAO
    opened = open_follow_up(review=leaving, by=clerk, on=date(2026, 11, 4), at=at(date(2026, 11, 4)))
    assert (opened.programme, opened.household) == (Programme.HOUSEHOLD_DIBAO, leaving.household)


TALK = Talk(TUESDAY, "收入怎么算", [("方小娥", "民政办"), ("瞿金凤", "村委会")], "意见一致", "按实际收入算")


@pytest.mark.parametrize("deed", ["hear", "confer", "send_back", "decide"])
def test_nobody_takes_a_step_in_the_review_of_a_relatives_award(ending, clerk, reviewer, deed: str) -> None:
    by, head = (reviewer if deed in ("send_back", "decide") else clerk), ending.household.head
    disclose(by=by, on=TUESDAY, at=at(TUESDAY), relation="sibling", name=head.name, number=str(head.resident_id))
    said = {"by": by, "on": TUESDAY, "at": at(TUESDAY)}
    acts = {
        "hear": lambda: heard(ending, by),
        "confer": lambda: hold_conference(matter=ending, talk=TALK, source=BytesIO(PNG), name="纪要.png", **said),
        "send_back": lambda: reviews_deciding.send_back(review=ending, note="请再核实", **said),
        "decide": lambda: decided(ending, by),
    }
    with pytest.raises(Refused, match="近亲属"):
        acts[deed]()
