"""Every kind of letter is printed and read again: clause, facts, sum and remedy stand on it, and the sum comes out."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import ceil

import pytest

from doudi.accounts.roles import Role
from doudi.awards.models import Award
from doudi.casework.actions import determining, opinions, relief
from doudi.casework.models import Conclusion, PeriodicReview
from doudi.casework.models.reviews import Outcome, ReviewGround
from doudi.casework.printing.change_letter import print_letter
from doudi.casework.printing.decision_letter import letter_of, print_letters
from doudi.casework.reviews import ADVERSE
from doudi.documents.forms import PrintStamp
from doudi.registry.actions.refusal import Refused
from tests.casework.known import a_poor_family, earns
from tests.casework.reviewed import a_review, an_award, decided, heard, proposed
from tests.casework.test_determinations import before_the_county, in_review, judged
from tests.casework.test_relief import an_emergency, helped
from tests.casework.world import TUESDAY, at
from tests.registry.world import a_household, member

STANDARD = 560  # the rural dibao standard, yuan a month
CLAUSE = re.compile(r"《[^》]+》(?:第\d+条|二|三)|小额快救")
SUM = re.compile(r"[\d,]+\.\d\d元")


@dataclass(frozen=True)
class Read:
    """A letter as whoever gets it reads it, without blanks and line ends."""

    text: str

    def lacks(self, *facts: str) -> list[str]:
        """What a letter must say and this one does not."""
        must = {fact: fact in self.text for fact in (*facts, "行政复议", "60日", "行政诉讼", "6个月", "第76条")}
        told = must | {"clause": bool(CLAUSE.search(self.text)), "sum": bool(SUM.search(self.text))}
        return [what for what, there in told.items() if not there]


def read(pdf: bytes) -> Read:
    shown = subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    return Read(re.sub("[\u2060\u200b\\s]", "", shown))


def stamp(by) -> PrintStamp:
    return PrintStamp("遮放镇社会事务办公室", by.name, by.pk, at(TUESDAY), "http://localhost")


@pytest.fixture
def reviewer(staff_with):
    return staff_with(Role.COUNTY_REVIEWER)


def monthly(wage_fen: int) -> str:
    """The gap in whole yuan, worked out here: the yearly standard less the wage, over twelve months, rounded up."""
    return f"{ceil(Fraction(STANDARD * 12 * 100 - wage_fen, 1200))}.00"


@pytest.mark.parametrize("wage", [0, 120_000, 123_457, 671_900])
def test_a_confirmation(wage, clerk, reviewer) -> None:
    application = in_review(clerk, a_poor_family(clerk, wage=wage))
    judged(application, clerk)
    made = determining.confirm(application=before_the_county(application), by=reviewer, on=TUESDAY, at=at(TUESDAY))
    letter = read(print_letters([made], stamp(clerk)))
    facts = ("岳勒旺", "2026年10月27日", "最低生活保障", f"每月金额{monthly(wage)}元", "2026年11月起", "芒市民政局")
    assert letter.lacks(*facts) == []
    assert "转办" not in letter.text  # who is helped needs no lesser programme


@pytest.mark.parametrize("wage", [672_000, 2_000_000, 10_000_000])
def test_a_refusal(wage, clerk, reviewer) -> None:
    application = in_review(clerk, a_poor_family(clerk, wage=wage))
    judged(application, clerk, Conclusion.REFUSE)
    opinions.propose_refusal(application=application, by=clerk, on=TUESDAY, at=at(TUESDAY))
    made = determining.refuse_application(application=application, by=reviewer, on=TUESDAY, at=at(TUESDAY))
    letter = read(print_letters([made], stamp(clerk)))
    assert (
        letter.lacks("岳勒旺", "不予确认通知书", "家庭年收入", f"{wage / 100:,.2f}元", "临时救助", "芒市民政局") == []
    )
    assert not wage < STANDARD * 12 * 100
    assert "社会事务办公室（盖章）" not in letter.text


def test_help_at_once(clerk) -> None:
    made = helped(an_emergency(clerk, people_count=2, cause="房屋失火"), clerk, amount=50_000)
    letter = read(print_letters([made], stamp(clerk)))
    facts = ("一次性救助500.00元", "房屋失火", "10个工作日内补交", "遮放镇人民政府", "《社会救助法》第50条", "小额快救")
    assert letter.lacks(*facts) == []
    standard, months, people, most = re.search(
        r"标准([\d.]+)元/月×(\d+)个月×(\d+)人＝([\d,.]+)元", letter.text
    ).groups()
    assert float(standard) * int(months) * int(people) == float(most.replace(",", ""))


@pytest.mark.parametrize(
    ("outcome", "wage", "after"),
    [(Outcome.RAISE, 0, monthly(0)), (Outcome.REDUCE, 240_000, monthly(240_000)), (Outcome.END, 9_000_000, "0.00"),
     (Outcome.KEEP, 72_000, monthly(72_000))],
)  # fmt: skip
def test_a_change(outcome, wage, after, clerk, reviewer) -> None:
    home = a_poor_family(clerk)
    review = a_review(an_award(reviewer, home, fen=50_000))
    if wage:
        earns(home, clerk, wage)
    letter = read(print_letter(changed(review, outcome, clerk, reviewer), stamp(clerk)))
    assert letter.lacks("岳勒旺", "低保", after, "芒市民政局", "临时救助") == []


def changed(review: PeriodicReview, outcome: Outcome, clerk, reviewer, reason: str = "review", **said):
    review = proposed(review, clerk, outcome, reason, **said)
    if outcome in ADVERSE:
        heard(review, clerk)
    decided(review, reviewer)
    return PeriodicReview.objects.get(pk=review.pk).decision


def test_one_members_share_stops_with_its_sum(clerk, reviewer) -> None:
    home = a_household(clerk, member())
    review = a_review(an_award(reviewer, home, fen=60_001), ReviewGround.JOBS, about=home.head_id)
    made = changed(review, Outcome.STOP_SHARE, clerk, reviewer, "job_refusals")
    letter = read(print_letter(made, stamp(clerk)))
    facts = (
        "减发通知书",
        "停发岳勒旺的份额",
        "2026年11月",
        "连续三次拒绝",
        "第34条",
        "听取",
        "可以随时申请恢复",
        "临时救助",
    )
    assert letter.lacks(*facts) == []
    before, share, after = re.search(r"停发的份额：([\d.]+)元－([\d.]+)元＝([\d.]+)元", letter.text).groups()
    assert (before, share, after) == ("600.01", "300.00", "300.01")  # two people: half, and a fen to who stays


def test_a_suspension_says_what_rests_and_how_it_begins_again(clerk, reviewer) -> None:
    review = a_review(an_award(reviewer, a_poor_family(clerk)))
    made = changed(review, Outcome.SUSPEND, clerk, reviewer, "not_cooperating", note="三次约请未到")
    letter = read(print_letter(made, stamp(clerk)))
    facts = (
        "暂停发放通知书", "岳勒旺", "自2026年11月起，暂停发放", "由560.00元变为0.00元", "不配合核查", "三次约请未到",
        "请尽快与遮放镇人民政府联系", "不用重新申请", "临时救助", "芒市民政局",
    )  # fmt: skip
    assert letter.lacks(*facts) == []


def test_a_phase_out_says_until_when_and_why(clerk, reviewer) -> None:
    home = a_poor_family(clerk)
    review = a_review(an_award(reviewer, home))
    earns(home, clerk, 1_200_000)
    made = changed(review, Outcome.PHASE_OUT, clerk, reviewer, "employment", months=6)
    letter = read(print_letter(made, stamp(clerk)))
    facts = (
        "渐退期通知书", "自2026年11月起进入渐退期，6个月内照常发放，每月560.00元，发到2027年4月为止", "第33条",
        "家庭年收入12,000.00元", "请随时报告", "临时救助", "芒市民政局",
    )  # fmt: skip
    assert letter.lacks(*facts) == []
    assert Award.objects.get(pk=review.award_id).ends_on == date(2027, 5, 1)


def test_at_the_end_of_a_phase_out_a_family_that_fits_again_is_told_how_it_goes_on(clerk, reviewer) -> None:
    award = an_award(reviewer, a_poor_family(clerk))
    Award.objects.filter(pk=award.pk).update(
        phase_out_from=award.starts_on, ends_on=date(2026, 12, 1), ended_because="employment"
    )
    review = proposed(a_review(Award.objects.get(pk=award.pk), ReviewGround.PHASE_OUT), clerk, Outcome.KEEP)
    letter = read(print_letter(decided(review, reviewer), stamp(clerk)))
    assert letter.lacks("又符合条件", "发到2026年11月为止", "另行申请，月份不断", "560.00元") == []
    assert "维持不变" not in letter.text.split("月份不断")[0].split("又符合条件")[1]


@pytest.mark.planted
@pytest.mark.parametrize("gone", ["行政复议", "第76条", "岳勒旺", "460.00元"])
def test_planted_a_letter_without_a_part_is_found(gone) -> None:
    whole = "岳勒旺 460.00元 《社会救助法》第76条 60日 行政复议 行政诉讼 6个月".replace(" ", "")
    assert Read(whole).lacks("岳勒旺", "460.00元") == []
    assert gone in Read(whole.replace(gone, "")).lacks("岳勒旺", "460.00元")


@pytest.mark.planted
def test_planted_a_number_told_in_an_emergency_never_reaches_the_letter(clerk) -> None:
    made = helped(an_emergency(clerk, cause="失火，联系 13887654321"), clerk)
    with pytest.raises(Refused, match="电话号码"):
        print_letters([made], stamp(clerk))


def test_relief_decided_by_the_county_says_so(clerk, reviewer) -> None:
    made = relief.relieve(
        application=an_emergency(clerk, people_count=5), amount_fen=300_001, by=reviewer, on=TUESDAY, at=at(TUESDAY)
    )
    assert letter_of(made).office == "芒市民政局"
