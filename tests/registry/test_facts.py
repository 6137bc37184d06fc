"""The registry as facts of the rulebook: which source is believed, what counts on a day, and what was known when."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

import pytest

from doudi.registry import actions
from doudi.registry.facts import household_facts, population_facts
from doudi.registry.models import Certificate, Circumstance, KinTie, LowIncomeStatus, Person, Statement
from doudi.registry.models.facts import Source
from tests.conftest import OTHER_VILLAGE, VILLAGE

from .world import DAY, START, a_household, at, draft, member, people_of

pytestmark = pytest.mark.django_db


def state(person: Person, clerk, amount: int = 100, source: str = "declared", **changes: Any) -> Statement:
    """A stated wage as of the start of the year."""
    said = {"kind": "wage_income", "as_of": START, "on": DAY, "at": at()} | changes
    return actions.state_amount(person=person, amount=amount, source=source, by=clerk, **said)


def wage_of(household, on: date = DAY, **when: Any) -> int | None:
    return household_facts(household.pk, on=on, **when).persons[0]["wage_income_fen"]


def test_what_nobody_said_is_unknown_and_never_zero(clerk) -> None:
    facts = household_facts(a_household(clerk).pk, on=DAY)
    person = facts.persons[0]
    assert person["wage_income_fen"] is person["severe_illness"] is person["obligors_known"] is None
    assert facts.household["vehicle_count"] is facts.household["relapse_watch"] is None
    assert (facts.household["on_dibao"], person["on_tekun"]) == (False, False)


HOUSEHOLD_FACTS = """household_id division_code residence_class on_dibao lifted_from_poverty relapse_watch
financial_assets_fen vehicle_count vehicle_value_fen extra_dwellings business_over_rule dwelling_unsafe disaster_event
emergency_event"""
PERSON_FACTS = """person_id birth_date sex relation co_resident in_prison in_compulsory_detox declared_missing
clergy_years_away disability_kind disability_grade severe_illness study_stage employed labour_capacity wage_income_fen
business_net_income_fen property_net_income_fen transfer_net_income_fen basic_pension_fen old_age_allowance_fen
exempt_income_fen medical_self_paid_fen education_fee_fen rehabilitation_fee_fen other_rigid_fen on_tekun
on_individual_dibao child_support_scheme self_care_failed support_setting obligors_known"""
OBLIGOR_FACTS = """obligor_id person_id birth_date on_tekun on_dibao income_fen_year assets_within_rule disability_kind
disability_grade lacks_civil_capacity declared_missing in_prison"""


def test_the_facts_are_those_of_the_rules(clerk) -> None:
    household = a_household(clerk)
    said = {"source": "visit", "by": clerk, "on": DAY, "at": at()}
    actions.record_kin(person=household.head, relation="20", relative_name="岳远", **said)
    facts = household_facts(household.pk, on=DAY)
    found = facts.household, facts.persons[0], facts.obligors[0]
    wanted = HOUSEHOLD_FACTS, PERSON_FACTS, OBLIGOR_FACTS
    assert [set(f) for f in found] == [set(names.split()) for names in wanted]


def test_the_competent_department_is_believed_over_a_visit_and_a_visit_over_the_family(clerk) -> None:
    household = a_household(clerk)
    for amount, source in ((1, "declared"), (3, "tax"), (2, "visit"), (4, "bank")):
        state(household.head, clerk, amount, source)
    facts = household_facts(household.pk, on=DAY)
    origin = facts.origins[f"person:{household.head_id}.wage_income_fen"]
    assert (facts.persons[0]["wage_income_fen"], origin.source) == (3, "tax")
    assert {a.source: a.why for a in origin.alternatives} == dict.fromkeys(
        ("visit", "bank", "declared"), "less_trusted"
    )


def test_within_a_rank_the_one_recorded_last_is_believed(clerk) -> None:
    household = a_household(clerk)
    state(household.head, clerk, 5, "visit", as_of=DAY, at=at(DAY))
    state(household.head, clerk, 6, "visit", as_of=START, at=at(DAY + timedelta(days=1)))
    assert wage_of(household) == 6


@pytest.mark.parametrize(
    ("on", "counts"),
    [(date(2025, 12, 31), False), (START, True), (date(2026, 12, 31), True), (date(2027, 1, 1), False)],
)
def test_a_years_income_counts_from_its_end_for_less_than_a_year(clerk, on, counts) -> None:
    household = a_household(clerk, on=date(2020, 1, 1))
    state(household.head, clerk, as_of=START)
    assert (wage_of(household, on) == 100) is counts


def test_a_figure_for_part_of_a_year_is_not_scaled_up(clerk) -> None:
    household = a_household(clerk)
    Statement.objects.create(
        person=household.head, kind="wage_income", amount=9, source="tax", division_code=VILLAGE,
        starts_on=START, ends_on=date(2026, 7, 1), recorded_at=at(),
    )  # fmt: skip
    origin = household_facts(household.pk, on=DAY).origins[f"person:{household.head_id}.wage_income_fen"]
    assert (origin.row, [a.why for a in origin.alternatives]) == (None, ["not_twelve_months"])


def test_a_later_statement_of_the_same_source_supersedes_and_edits_nothing(clerk) -> None:
    household = a_household(clerk)
    state(household.head, clerk, 1)
    state(household.head, clerk, 2, at=at(DAY + timedelta(days=1)))
    assert list(Statement.objects.order_by("pk").values_list("amount", flat=True)) == [1, 2]
    assert wage_of(household) == 2
    assert wage_of(household, known_at=at(DAY)) == 1


def test_a_corrected_birth_date_was_not_known_before(clerk) -> None:
    household = a_household(clerk, head=draft(resident_id=""))
    later = at(DAY + timedelta(days=1))
    actions.correct_person(
        person=household.head, version=1, birth_date=date(1980, 3, 3), reason="改", by=clerk, on=DAY, at=later
    )
    then, now = (household_facts(household.pk, on=DAY, known_at=t) for t in (at(DAY), None))
    assert then.persons[0]["birth_date"] == date(1979, 1, 1)
    assert now.persons[0]["birth_date"] == date(1980, 3, 3)


def test_before_a_merge_each_file_knew_its_own(clerk) -> None:
    known = people_of(a_household(clerk, member()))[1]
    home = a_household(clerk, member(resident_id=""), place=OTHER_VILLAGE)
    double = people_of(home)[1]
    state(double, clerk, 77)
    before = household_facts(home.pk, on=DAY).as_json()
    later = at(DAY + timedelta(days=1))
    actions.merge_people(survivor=known, absorbed=double, reason="重复", by=clerk, at=later)
    assert household_facts(home.pk, on=DAY, known_at=at(DAY)).as_json() == before
    assert len(household_facts(home.pk, on=DAY).persons) == 1


def test_before_a_move_the_old_village_and_its_class_hold(clerk) -> None:
    household = a_household(clerk)
    actions.move_household(household=household, to_code=OTHER_VILLAGE, reason="搬", by=clerk, on=DAY, at=at())
    before, after = (household_facts(household.pk, on=d).household for d in (DAY - timedelta(days=1), DAY))
    assert (before["division_code"], before["residence_class"]) == (VILLAGE, "rural")
    assert (after["division_code"], after["residence_class"]) == (OTHER_VILLAGE, "urban")


def test_an_obligor_is_known_as_far_as_the_registry_knows_them(clerk) -> None:
    household, elsewhere = a_household(clerk), a_household(clerk)
    said = {"person": household.head, "relation": "20", "source": "visit", "by": clerk, "on": DAY, "at": at()}
    actions.record_kin(relative=elsewhere.head, **said)
    actions.record_kin(relative_name="岳远", relative_birth_date=date(2000, 1, 1), **said)
    registered, named = household_facts(household.pk, on=DAY).obligors
    assert (registered["on_tekun"], registered["birth_date"]) == (False, date(1979, 1, 1))
    assert (named["on_tekun"], named["birth_date"]) == (None, date(2000, 1, 1))
    assert registered["income_fen_year"] is None


def test_facts_that_the_asker_may_not_read_are_unknown(clerk, staff_with, as_web) -> None:
    from doudi.accounts.roles import Role

    household = a_household(clerk)
    state(household.head, clerk)
    with as_web(staff_with(Role.LIAISON_MEDICAL)):
        assert wage_of(household) is None
    with as_web(clerk):
        assert wage_of(household) == 100


CODES = {
    "study": ["none", "compulsory"], "labour_capacity": ["full", "none"], "support_setting": ["home"],
    "disability": ["0", "4", "6"], "self_care": [""],
}  # fmt: skip


def dated(rng: random.Random, **row: Any) -> dict[str, Any]:
    """A random period, moment of recording and, sometimes, of being superseded."""
    starts = DAY - timedelta(days=rng.randrange(800))
    ends = rng.choice([None, starts + timedelta(days=rng.randrange(1, 900))])
    recorded = at(DAY - timedelta(days=rng.randrange(4)))
    gone = rng.choice([None, None, recorded])
    period = {"starts_on": starts, "ends_on": ends, "recorded_at": recorded, "superseded_at": gone}
    return {"division_code": VILLAGE, "source": rng.choice(Source.values)} | period | row


def about_a_person(rng: random.Random, person: Person, relatives: list[Person]) -> list[Any]:
    """Random rows about a person: overlapping, ended, superseded, odd periods, all sources."""
    rows: list[Any] = []
    for kind in rng.choices(Certificate.Kind.values, k=12):
        code = rng.choice(CODES.get(kind, ["yes", "no"]))
        grade = rng.randrange(5) if kind in ("disability", "self_care") else None
        rows.append(Certificate(person=person, kind=kind, code=code, grade=grade, **dated(rng)))
    for kind in rng.choices(Statement.Kind.values[:11], k=14):
        as_of = rng.choice([DAY, START, date(2025, 1, 1), DAY - timedelta(days=365)])
        year = {"starts_on": as_of.replace(year=as_of.year - 1), "ends_on": as_of}
        row = dated(rng, **(year if rng.random() < 0.8 else {}))
        rows.append(Statement(person=person, kind=kind, amount=rng.randrange(9**6), **row))
    rows.append(Statement(person=person, kind="assets_within_rule", amount=1, **dated(rng)))
    relative = rng.choice([*relatives, None])
    if relative != person:
        row = dated(rng, superseded_at=None)
        rows.append(KinTie(person=person, relative=relative, relation="20", relative_name="岳远", **row))
    return rows


def about_a_household(rng: random.Random, household, head: Person) -> list[Any]:
    """Random rows about a household."""
    rows: list[Any] = []
    for kind in Circumstance.Kind.values:
        code = rng.choice(["none", "marginal"] if kind == "relapse_watch" else ["yes", "no"])
        rows.append(Circumstance(household=household, kind=kind, code=code, **dated(rng)))
    for kind in ("financial_assets", "vehicle_count", "extra_dwellings", "business_over_rule"):
        day = dated(rng)["starts_on"]
        row = dated(rng, starts_on=day, ends_on=day + timedelta(days=1))
        rows.append(Statement(household=household, kind=kind, amount=rng.randrange(2), **row))
    for person, category in ((None, "dibao"), (head, rng.choice(["tekun", "individual_dibao"]))):
        row = dated(rng, household=household, person=person, category=category, department="civil_affairs")
        row.pop("source")
        rows.append(LowIncomeStatus(ground="x", **row))
    return rows


def scatter(rng: random.Random, households, relatives: list[Person]) -> None:
    rows = [r for h in households for r in about_a_household(rng, h, h.head)]
    rows += [r for h in households for p in people_of(h) for r in about_a_person(rng, p, relatives)]
    for model in {type(row) for row in rows}:
        model.objects.bulk_create([row for row in rows if type(row) is model])


def test_the_population_has_exactly_the_facts_of_every_household(clerk) -> None:
    rng = random.Random(20261123)
    households = [
        a_household(clerk, member(), on=date(2020, 1, 1), place=rng.choice([VILLAGE, OTHER_VILLAGE]))
        for _n in range(100)
    ]
    relatives = [p for h in households[:30] for p in people_of(h)]
    actions.mark_death(person=relatives[3], death_date=DAY - timedelta(days=9), by=clerk, on=DAY, at=at())
    scatter(rng, households, relatives)
    everybody = population_facts("533103102", DAY)
    tables = (everybody.households, everybody.persons, everybody.obligors)
    single = [household_facts(h.pk, on=DAY) for h in households]
    assert tables[0].to_dicts() == sorted((f.household for f in single), key=lambda f: int(f["household_id"]))
    persons = [{"household_id": f.household["household_id"], **p} for f in single for p in f.persons]
    obligors = sorted((o for f in single for o in f.obligors), key=lambda o: int(o["obligor_id"]))
    assert [as_sorted(p) for p in tables[1].to_dicts()] == [as_sorted(p) for p in persons]
    assert [as_sorted(o) for o in tables[2].to_dicts()] == [as_sorted(o) for o in obligors]


def as_sorted(values: dict[str, Any]) -> list[tuple[str, Any]]:
    return sorted(values.items())
