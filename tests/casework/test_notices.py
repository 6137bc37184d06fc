"""Notices: seven full days, the least the law allows, and a guard at the door."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doudi.accounts.roles import Role
from doudi.casework.actions import determining, notices
from doudi.casework.actions.opinions import write_opinion
from doudi.casework.models import Application, Conclusion, Publication, PublicNotice
from doudi.casework.queries.outgoing import leaks
from doudi.casework.reviews_daily import OpenReviews
from doudi.casework.stages import Stage
from doudi.jobs.models import Job
from doudi.kernel.resident_id import impossible_id
from doudi.registry.actions.refusal import Refused
from tests.casework.known import a_poor_family
from tests.casework.test_determinations import in_review, judged
from tests.casework.world import TUESDAY, at


@pytest.fixture
def posted(clerk) -> Application:
    application = in_review(clerk, a_poor_family(clerk))
    judged(application, clerk)
    notices.propose_grant(application=application, by=clerk, on=TUESDAY, at=at(TUESDAY))
    return Application.objects.get(pk=application.pk)


def ended(application: Application, by, on: date) -> Application:
    return notices.end_notice(application=application, by=by, on=on, at=at(on))


def test_a_notice_says_name_people_and_amount(posted) -> None:
    notice = PublicNotice.objects.get()
    assert (notice.name, notice.people, notice.amount_fen_month) == ("岳勒旺", 1, 56000)
    assert notice.last_day == TUESDAY + timedelta(days=7)


def test_公示期未满不得报审核确认(clerk, posted) -> None:
    with pytest.raises(Refused, match="期满后的第二天"):
        ended(posted, clerk, TUESDAY + timedelta(days=7))
    assert ended(posted, clerk, TUESDAY + timedelta(days=8)).stage == Stage.COUNTY


def test_a_notice_comes_down_by_itself_and_only_then(posted) -> None:
    assert notices.take_down_ended(on=TUESDAY + timedelta(days=7)) == 0
    assert notices.take_down_ended(on=TUESDAY + timedelta(days=8)) == 1
    assert Application.objects.get().waiting_for == "township"


def test_the_morning_round_brings_the_case_of_an_ended_notice_back_to_the_township(posted) -> None:
    OpenReviews().step(Job(kind=OpenReviews.kind), at(TUESDAY + timedelta(days=8)))
    assert Application.objects.get().waiting_for == "township"


def test_an_objection_ends_the_notice_and_a_new_one_starts_from_the_beginning(clerk, posted) -> None:
    day = TUESDAY + timedelta(days=5)
    notices.object_to(application=posted, text="他家在城里有铺面", by=clerk, on=day, at=at(day))
    notices.answer_objection(
        application=posted, outcome="dismissed", answer="铺面系其兄所有", by=clerk, on=day, at=at(day)
    )

    write_opinion(application=posted, conclusion=Conclusion.GRANT, by=clerk, on=day, at=at(day))
    again = notices.propose_grant(application=posted, by=clerk, on=day, at=at(day))
    assert again.last_day == day + timedelta(days=7)


def test_an_objection_must_be_answered(clerk, posted) -> None:
    notices.object_to(application=posted, text="他家有车，请查一查", by=clerk, on=TUESDAY, at=at(TUESDAY))
    with pytest.raises(Refused, match="写明答复"):
        notices.answer_objection(
            application=posted, outcome="dismissed", answer="", by=clerk, on=TUESDAY, at=at(TUESDAY)
        )


def test_after_confirmation_the_village_reads_the_same_three_things(clerk, staff_with, posted) -> None:
    day = TUESDAY + timedelta(days=8)
    ended(posted, clerk, day)
    determining.confirm(application=posted, by=staff_with(Role.COUNTY_REVIEWER), on=day, at=at(day))
    line = Publication.objects.get()
    assert (line.name, line.people, line.amount_fen_month) == ("岳勒旺", 1, 56000)


@pytest.mark.planted
@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("岳勒旺 533103197901010011", "resident_id"),
        ("岳勒旺 ５３３１０３１９７９０１０１００１１", "resident_id"),
        ("岳勒旺 533103 19790101 0011", "resident_id"),
        ("电话13887654321", "phone"),
        ("卡号6217001234567890123", "bank_account"),
        ("弄恩村三组12号", "address"),
        ("因患肺癌", "health"),
        ("二级残疾", "health"),
        ("其子岳小明", "minor"),
    ],
)
def test_what_must_not_go_out_is_caught_wherever_it_was_typed(text: str, kind: str) -> None:
    assert kind in {leak.kind for leak in leaks(text, minors=["岳小明"])}


@given(st.dates(date(1940, 1, 1), date(2026, 1, 1)), st.integers(1, 2), st.integers(0, 499), st.text(max_size=12))
def test_no_identity_number_passes_whatever_stands_around_it(birth: date, sex: int, n: int, around: str) -> None:
    words = "".join(c for c in around if not c.isdigit() and c not in "Xx")
    assert leaks(f"{words}{impossible_id(birth, sex, n).number}{words}")


def test_an_ordinary_line_passes() -> None:
    assert leaks("岳勒旺 家庭人口 4 人 每月 1,119.00 元") == []
