"""The worked cases of the law come out as they were calculated by hand."""

import subprocess
import sys
from collections import defaultdict
from datetime import timedelta
from pathlib import Path

import pytest

from doudi.policy import Case, rulebook
from doudi.policy.cases import flipped, law_cases
from doudi.policy.facts import FIRST_DAY
from doudi.policy.law import LAW26
from doudi.policy.schemes.temporary import RAPID_FROM
from tests.policy.test_population import same

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("case", law_cases(), ids=lambda case: case.name)
def test_the_rulebook_agrees_with_the_hand(case):
    assert case.wrong(rulebook()) == []


def apart(case, number):
    """The family of a case with ids that no other case has."""
    home = {**case.facts["household"], "household_id": f"h{number}"}
    people = [{**p, "person_id": f"{number}-{p['person_id']}"} for p in case.facts["persons"]]
    owed = [
        {**o, "obligor_id": f"{number}-{o['obligor_id']}", "person_id": f"{number}-{o['person_id']}"}
        for o in case.facts["obligors"]
    ]
    read = Case.read({"household": home, "persons": people, "obligors": owed})
    return {"household": read.household, "persons": list(read.persons), "obligors": list(read.obligors)}


def test_a_population_of_all_cases_of_a_day_comes_out_the_same():
    together = defaultdict(list)
    for number, case in enumerate(law_cases()):
        if case.temporary is None:
            together[case.on, case.run, tuple(case.values.items())].append(apart(case, number))
    for (on, run, values), families in together.items():
        same(families, on, run, rulebook().laid_over(dict(values)))


def test_every_day_on_which_something_changes_has_a_case_on_it_and_on_the_day_before():
    changes = {*rulebook().change_dates(), RAPID_FROM, LAW26.start} - {FIRST_DAY}
    days = {case.on for case in law_cases()}
    assert {day for day in changes if not {day, day - timedelta(days=1)} <= days} == set()


def test_there_are_enough_cases_and_each_shows_its_arithmetic():
    assert len(law_cases()) >= 120
    assert all(case.source and case.derivation for case in law_cases())


def test_a_change_shows_the_cases_that_it_flips():
    book = rulebook()
    assert flipped(book, book) == []
    changed = {case.name for case in flipped(book, book.laid_over({"elder_age": 71}))}
    assert changed == {"dibao/2025-07-01-top-up-age-70", "dibao/2024-02-29-elder-on-a-leap-day"}


def test_a_case_that_is_wrong_says_what_the_hand_and_the_rule_found():
    case = next(case for case in law_cases() if case.name == "phase_out/2022-10-20-not-more-than-six")
    (line,) = case.wrong(rulebook().laid_over({"phase_out_max_months": 9}))
    assert line == "phase_out_max_months: by hand 6, by rule 9"


def test_the_reference_page_is_the_one_that_the_rulebook_makes():
    made = subprocess.run(
        [sys.executable, "tools/policy_reference.py", "/dev/stdout"],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    assert made.stdout == (ROOT / "docs/reference/policy.md").read_text(encoding="utf-8"), (
        "run tools/policy_reference.py"
    )
