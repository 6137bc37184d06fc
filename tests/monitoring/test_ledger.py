"""What the ledger counts, and who decides about indicators."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from doudi.accounts.roles import Role
from doudi.accounts.scope import NotPermitted
from doudi.monitoring.actions.indicators import decide, draft, stand
from doudi.monitoring.indicators import INDICATORS
from doudi.monitoring.models import EarlyWarning, IndicatorState, ThresholdChange
from doudi.monitoring.queries.ledger import by_thresholds, ledger, tried
from doudi.monitoring.sources import needs_of, setup
from doudi.registry.actions import Refused
from tests.conftest import FAR_VILLAGE
from tests.monitoring.world import DAY, a_household, at, finding, raised

pytestmark = pytest.mark.django_db
KEY, LINE = "medical_heavy", "medical_heavy_fen"
WHEN = {"on": DAY, "at": at()}


@pytest.fixture
def county(staff_with):
    return staff_with(Role.COUNTY_CLERK)


@pytest.fixture
def reviewer(staff_with):
    return staff_with(Role.COUNTY_REVIEWER)


def heavy(home, fen: int, outcome: str = "", line: int = 1_000_000) -> None:
    """A past warning of heavy medical cost with its outcome."""
    names = INDICATORS[KEY].inputs
    facts = {name: {"value": fen if name == "medical_self_paid" else None} for name in names}
    told = json.dumps({"facts": facts, "thresholds": {LINE: line}})
    raised(finding(home, KEY, evidence=told, thresholds={LINE: line}))
    if outcome:
        EarlyWarning.objects.filter(household=home).update(state="verified", outcome=outcome, closed_on=DAY)


def line_of(staff, key: str = KEY):
    return next(line for line in ledger(staff, DAY) if line.key == key)


def test_precision_is_true_by_verified_with_its_interval(clerk, county):
    for fen, outcome in (
        (1_200_000, "true"),
        (1_300_000, "false"),
        (1_400_000, "true"),
        (1_500_000, "unknown"),
        (1_600_000, ""),
    ):
        heavy(a_household(clerk), fen, outcome)
    line = line_of(county)
    assert (line.raised, line.open, line.verified, line.true, line.percent) == (5, 1, 3, 2, 67)
    assert 0 < line.low < 2 / 3 < line.high < 1


def test_an_indicator_that_never_spoke_has_no_precision(county):
    assert (line_of(county).raised, line_of(county).percent) == (0, None)


def test_what_was_raised_under_other_thresholds_is_counted_apart(clerk, county):
    heavy(a_household(clerk), 1_200_000, "false")
    heavy(a_household(clerk), 2_200_000, "true", line=2_000_000)
    assert sorted((line.raised, line.true) for _said, line in by_thresholds(KEY, county)) == [(1, 0), (1, 1)]


def test_a_higher_line_is_tried_on_history(clerk, county):
    heavy(a_household(clerk), 1_200_000, "false")
    heavy(a_household(clerk), 2_200_000, "true")
    told = tried(KEY, {LINE: 2_000_000}, county)
    assert (told.raised, told.true) == (1, 1)


def test_a_township_reads_its_own_figures_only(clerk, staff_with, as_web):
    far = staff_with(Role.TOWNSHIP_CLERK, "533103103")
    heavy(a_household(clerk), 1_200_000)
    heavy(a_household(far, place=FAR_VILLAGE), 1_200_000)
    with as_web(far):
        assert line_of(far).raised == 1


def test_a_warning_of_illness_is_hidden_from_those_who_may_not_read_health(clerk, staff_with, as_web):
    home, other = a_household(clerk), staff_with(Role.RURAL_REVITALISATION)
    raised(finding(home, "ill", needs="health.read"), finding(home, "poor"))
    with as_web(other):
        assert [w.indicator for w in EarlyWarning.objects.all()] == ["poor"]


def test_indicators_that_look_at_illness_or_school_say_so():
    assert {needs_of(each) for each in INDICATORS.values()} == {"", "health.read", "study.read"}
    assert needs_of(next(e for k, e in INDICATORS.items() if "illness" in k)) == "health.read"


def test_watched_only_is_decided_by_a_person_with_the_figures_kept(clerk, reviewer, as_web):
    heavy(a_household(clerk), 1_200_000, "false")
    with as_web(reviewer):
        stand(indicator=KEY, standing="watch_only", because="属实率太低", by=reviewer, **WHEN)
    assert IndicatorState.objects.get().figures["verified"] == 1
    assert setup().watched == {KEY}
    stand(indicator=KEY, standing="active", because="阈值已调高", by=reviewer, **WHEN)
    assert setup().watched == frozenset()


def test_a_clerk_does_not_decide_about_indicators(county, as_web):
    with as_web(county), pytest.raises(NotPermitted):
        stand(indicator=KEY, standing="watch_only", because="属实率太低", by=county, **WHEN)


def drafted(county, **changes) -> ThresholdChange:
    said = {"indicator": KEY, "values": {LINE: 2_000_000}, "place": "533103", "starts_on": DAY + timedelta(days=2),
            "because": "属实率太低"}  # fmt: skip
    return draft(by=county, **WHEN, **said | changes)


def test_thresholds_change_on_their_day_after_a_second_person_agrees(clerk, county, reviewer, as_web):
    heavy(a_household(clerk), 1_200_000, "false")
    with as_web(county):
        change = drafted(county)
    assert change.trial["after"]["raised"] == 0
    assert setup().thresholds.value(LINE, "533103", date(2026, 12, 1)) == 1_000_000
    with as_web(reviewer):
        decide(change=change, approve=True, answer="", by=reviewer, **WHEN)
    assert setup().thresholds.value(LINE, "533103", DAY) == 1_000_000
    assert setup().thresholds.value(LINE, "533103", date(2026, 12, 1)) == 2_000_000


def test_a_second_draft_and_yesterday_and_strange_names_are_refused(county):
    drafted(county)
    with pytest.raises(Refused, match="已有一个"), transaction.atomic():
        drafted(county)
    with pytest.raises(Refused) as no:
        drafted(county, starts_on=DAY, values={"nothing": 1}, because="")
    assert set(no.value.by_field) == {"starts_on", "values", "because"}


def test_a_refusal_says_why_and_changes_nothing(county, reviewer):
    change = drafted(county)
    with pytest.raises(Refused, match="理由"):
        decide(change=change, approve=False, answer="", by=reviewer, **WHEN)
    decide(change=change, approve=False, answer="样本太少", by=reviewer, **WHEN)
    assert setup().thresholds.value(LINE, "533103", date(2026, 12, 1)) == 1_000_000


@pytest.mark.planted
def test_planted_nobody_approves_their_own_change(county):
    change = drafted(county)
    with pytest.raises(IntegrityError, match="two_people"), transaction.atomic():
        ThresholdChange.objects.filter(pk=change.pk).update(
            state="decided", decided_on=DAY, decided_at=at(), decided_by_id=county.pk
        )
