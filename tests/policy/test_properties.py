"""What must hold for every family, whatever the numbers."""

import random
import subprocess
import sys
from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from doudi.policy import Case, Run, rulebook
from doudi.policy.schemes.category import CATEGORIES
from tests.policy.families import random_family

DAY = date(2025, 7, 1)
RANK = {name: number for number, name in enumerate(CATEGORIES)}
few = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
seeds = st.integers(0, 2**32)


def drawn(seed, unknown=None):
    family = random_family(random.Random(seed), DAY, 0, unknown)
    return Case(family["household"], tuple(family["persons"]), tuple(family["obligors"]))


def told(case, book=None):
    answer = (book or rulebook()).decide(case, DAY, Run.read("2025-06", 36, 20)).as_json()
    return {"household": answer["household"], "persons": answer["persons"], "obligors": answer["obligors"]}


def flat(answer):
    rows = {("household", ""): answer["household"]}
    rows |= {(kind, key): row for kind in ("persons", "obligors") for key, row in answer[kind].items()}
    return {(*place, name): value for place, row in rows.items() for name, value in row.items()}


@few
@given(seeds, st.integers(1, 2_000_000))
def test_more_income_never_raises_the_allowance_of_the_gap_method(seed, more):
    case = drawn(seed, unknown=0)
    person = case.persons[0]
    richer = case.with_fact(
        f"person:{person['person_id']}.transfer_net_income_fen", person["transfer_net_income_fen"] + more
    )
    assert told(richer)["household"]["dibao_base"] <= told(case)["household"]["dibao_base"]


@few
@given(seeds)
def test_a_severe_illness_never_lowers_the_category(seed):
    case = drawn(seed, unknown=0)
    key = f"person:{case.persons[0]['person_id']}.severe_illness"
    well, ill = (told(case.with_fact(key, value))["household"]["category"] for value in (False, True))
    assert RANK[ill] <= RANK[well]


@few
@given(seeds, st.randoms())
def test_the_order_of_members_and_obligors_does_not_matter(seed, order):
    case = drawn(seed)
    persons, obligors = list(case.persons), list(case.obligors)
    order.shuffle(persons)
    order.shuffle(obligors)
    assert flat(told(Case(case.household, tuple(persons), tuple(obligors)))) == flat(told(case))


@few
@given(seeds, st.randoms())
def test_more_known_facts_never_turn_a_known_answer_into_another(seed, order):
    whole = drawn(seed, unknown=0)
    kept = ("household_id", "person_id", "obligor_id", "division_code")

    def forget(row):
        return {name: value if name in kept or order.random() > 0.1 else None for name, value in row.items()}

    less = Case(forget(whole.household), tuple(map(forget, whole.persons)), tuple(map(forget, whole.obligors)))
    known, full = flat(told(less)), flat(told(whole))
    assert all(value == full[place] for place, value in known.items() if value is not None and full[place] is not None)


@few
@given(seeds)
def test_an_amount_is_never_negative_and_always_whole_fen(seed):
    answer = flat(told(drawn(seed)))
    amounts = [
        value for (*_, name), value in answer.items() if name.endswith(("_amount", "_base", "top_up", "subsidy"))
    ]
    assert all(value is None or (isinstance(value, int) and value >= 0) for value in amounts)


@few
@given(seeds)
def test_a_decision_replayed_from_what_was_stored_equals_itself(seed):
    case = drawn(seed)
    assert told(Case.read(case.told())) == told(case)


@few
@given(seeds)
def test_every_unknown_has_a_reason_and_every_known_has_none(seed):
    decision = rulebook().decide(drawn(seed), DAY)
    for scope in (decision.home, *decision.home.children):
        for name in decision.book.programme(DAY).variables(scope.depth):
            assert (decision.value(name, scope.key) is None) == bool(decision.reasons(name, scope.key))


def truth_and_part(seed):
    """A family of which everything is known, and the same with a good part forgotten, place and class too."""
    rng = random.Random(seed)
    whole = drawn(seed, unknown=0)
    for person in whole.persons:
        whole = whole.with_fact(f"person:{person['person_id']}.obligors_known", True)
    part = whole
    for kind, key, rows in (("person", "person_id", whole.persons), ("obligor", "obligor_id", whole.obligors)):
        for row in rows:
            for name in row:
                if not name.endswith("_id") and rng.random() < 0.3:
                    part = part.with_fact(f"{kind}:{row[key]}.{name}", None)
    for name in whole.household:
        if name != "household_id" and rng.random() < 0.3:
            part = part.with_fact(f"household.{name}", None)
    return whole, part


def fact_of(case, reason):
    owner, name = reason.rsplit(".", 1)
    kind, _, key = owner.partition(":")
    rows = {"person": case.persons, "obligor": case.obligors}.get(kind, ())
    return next((row for row in rows if row[f"{kind}_id"] == key), case.household)[name]


@few
@given(seeds)
def test_the_reasons_of_an_unknown_are_enough_to_settle_it(seed):
    whole, part = truth_and_part(seed)
    run = Run.read("2022-09", 31, 20)
    decision, complete = rulebook().decide(part, DAY, run), rulebook().decide(whole, DAY, run)
    for scope in (decision.home, *decision.home.children):
        for name in decision.book.programme(DAY).variables(scope.depth):
            asked = part
            for reason in decision.reasons(name, scope.key):
                asked = asked.with_fact(reason, fact_of(whole, reason))
            told_now = rulebook().decide(asked, DAY, run)
            assert told_now.reasons(name, scope.key) == []
            assert told_now.value(name, scope.key) == complete.value(name, scope.key)


def test_a_what_if_leaves_the_rulebook_as_it_was():
    case = drawn(1, unknown=0)
    before = told(case)
    told(case, rulebook().laid_over({"dibao_standard": 1, "elder_age": 20}))
    assert told(case) == before


def test_the_rulebook_is_imported_without_table_engines_or_web_framework():
    code = "import sys, doudi.policy; print([m for m in ('django', 'polars', 'numpy', 'psycopg') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_version_of_the_rulebook_is_the_same_in_another_process_and_changes_with_a_value():
    code = "from doudi.policy import rulebook; print(rulebook().version)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == rulebook().version
    assert rulebook().laid_over({"elder_age": 71}).version != rulebook().version
