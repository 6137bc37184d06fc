"""The question planner: few questions, the most useful first, and none that does not matter."""

import random
from datetime import date

from doudi.policy import Case, rulebook
from doudi.policy.questions import answers, askable, questions
from tests.policy.families import family, random_family

DAY = date(2025, 7, 1)


def asked(*people, targets=(), obligors=(), **home):
    decision = rulebook().decide(Case.read(family(*people, obligors=obligors, **home)), DAY)
    return [question.fact for question in questions(decision, targets)]


def test_a_settled_case_needs_no_question():
    assert asked({}) == []


def test_the_only_missing_fact_is_asked():
    assert asked({"wage_income_fen": None}) == ["person:p1.wage_income_fen"]


def test_a_fact_that_can_settle_everything_comes_before_one_that_cannot():
    facts = asked(
        {"in_prison": None, "wage_income_fen": None, "education_fee_fen": None}, targets=[("size", "household")]
    )
    assert facts == ["person:p1.in_prison"]


def test_a_rich_family_is_not_asked_about_its_cars():
    assert asked({"transfer_net_income_fen": 9_000_000}, vehicle_count=None, vehicle_value_fen=None) == []


def test_parameters_and_indices_are_not_asked_of_people():
    assert not askable("parameter.basic_pension_counted")
    assert not askable("run.cpi")
    assert askable("obligor:o1.in_prison")


def test_a_case_that_hangs_on_an_open_parameter_asks_nothing():
    decision = rulebook().decide(Case.read(family({"basic_pension_fen": 150_000})), date(2026, 1, 1))
    assert decision.reasons("category") == ["parameter.basic_pension_counted"]
    assert questions(decision) == []


def test_every_kind_of_fact_has_answers_to_try():
    facts = ["person:p1.employed", "person:p1.study_stage", "person:p1.birth_date", "person:p1.wage_income_fen",
             "household.vehicle_count", "household.division_code", "person:p1.self_care_failed"]  # fmt: skip
    assert [len(answers(fact, DAY)) for fact in facts] == [2, 7, 5, 3, 3, 1, 3]


def test_the_questions_settle_random_cases_when_answered_from_the_truth():
    rng = random.Random(4)
    for number in range(6):
        truth = random_family(rng, DAY, number, unknown=0)
        whole = Case(truth["household"], tuple(truth["persons"]), tuple(truth["obligors"]))
        known = {
            key: value
            for key, value in truth["household"].items()
            if rng.random() > 0.2 or key.endswith(("_id", "_code"))
        }
        case = Case(known, whole.persons, whole.obligors)
        plan = questions(rulebook().decide(case, DAY), [("category", "household")])
        for question in plan:
            case = case.with_fact(question.fact, truth["household"][question.fact.partition(".")[2]])
        assert rulebook().decide(case, DAY).value("category") == rulebook().decide(whole, DAY).value("category")


def test_nobody_is_asked_more_than_the_limit():
    empty = Case.read(
        {"household": {"household_id": "h", "division_code": "533103102201"}, "persons": [{"person_id": "p"}]}
    )
    decision = rulebook().decide(empty, DAY)
    assert len(questions(decision, limit=3)) == 3
    plan = questions(decision)
    assert len({question.fact for question in plan}) == len(plan) > 10
