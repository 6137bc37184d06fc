"""From the rulebook's answer to lines: the sums are the rulebook's to the fen."""

from __future__ import annotations

from datetime import date

import pytest

from doudi.awards.entitlements import HEALTH, WHY, Entitlement, NoEntitlement, from_decision
from doudi.awards.kinds import Kind, Programme, SupportSetting
from doudi.policy import Case, Decision, rulebook
from doudi.policy.cases import law_cases

DAY = date(2026, 10, 27)
AT_HOME = next(case for case in law_cases() if "amount-at-home-third-tier" in case.name)


def decisions() -> list[Decision]:
    """Every worked case of the law, decided."""
    cases = [case for case in law_cases() if case.temporary is None]
    books = [rulebook().laid_over(case.values) if case.values else rulebook() for case in cases]
    return [book.decide(Case.read(c.facts), c.on, c.run) for book, c in zip(books, cases, strict=True)]


def read(decision: Decision, programme: Programme, person: str = "") -> Entitlement:
    """The entitlement, people numbered in their order."""
    people = {str(row["person_id"]): n for n, row in enumerate(decision.case.persons, 1)}
    return from_decision(decision, programme, household=7, people=people, person=person)


def test_the_lines_of_dibao_sum_to_the_rulebooks_amount_in_every_case_of_the_law() -> None:
    paid = [d for d in decisions() if d.value("dibao_amount")]
    assert len(paid) > 20
    for decision in paid:
        entitlement = read(decision, Programme.DIBAO)
        assert entitlement.fen_month == decision.value("dibao_amount")
        assert len(entitlement.people) == decision.value("size")
        assert entitlement.lines[0].fen_month == decision.value("dibao_base")
        assert all(line.fen_month > 0 and line.clauses and line.reason in WHY for line in entitlement.lines)


def test_tekun_and_individual_amounts_are_the_rulebooks_in_every_case_of_the_law() -> None:
    seen = {Programme.TEKUN: 0, Programme.INDIVIDUAL_DIBAO: 0}
    for decision in decisions():
        for row in decision.case.persons:
            who = str(row["person_id"])
            for programme in seen:
                amount = decision.value(f"{programme.value}_amount", f"person:{who}")
                if amount:
                    seen[programme] += 1
                    entitlement = read(decision, programme, who)
                    assert entitlement.fen_month == amount
                    assert entitlement.people == (entitlement.person,)
    assert min(seen.values()) > 5


def test_where_the_rulebook_says_no_or_does_not_know_there_is_no_entitlement() -> None:
    for decision in decisions():
        if not decision.value("dibao_amount"):
            with pytest.raises(NoEntitlement) as refused:
                read(decision, Programme.DIBAO)
            assert refused.value.reasons == decision.reasons("dibao_amount")


def an_elder(**facts: object) -> Decision:
    """Somebody of 76 at home who can do everything, decided on a day after the law came into force."""
    told = AT_HOME.facts | {"persons": [AT_HOME.facts["persons"][0] | facts]}
    return rulebook().decide(Case.read(told), DAY)


def test_tekun_is_basic_support_and_care_with_the_values_they_rest_on() -> None:
    base, care = read(an_elder(self_care_failed=2), Programme.TEKUN, "p1").lines
    assert (base.kind, base.fen_month, base.reason) == (Kind.BASE, 96_800, "tekun_basic")
    assert (care.kind, care.fen_month, care.reason, care.clauses) == (Kind.CARE, 10_900, "care_2", ("M43-20", "M43-22"))
    assert [p["name"] for p in base.parameters] == ["tekun_basic"]
    assert [(p["name"], p["value"], p["source"]) for p in care.parameters] == [("care.home.2", 10_900, "YN25")]


def test_in_an_institution_the_setting_goes_with_the_award() -> None:
    entitlement = read(an_elder(support_setting="institution", self_care_failed=5), Programme.TEKUN, "p1")
    assert entitlement.support_setting is SupportSetting.INSTITUTION
    assert [line.fen_month for line in entitlement.lines] == [96_800, 103_500]


def test_no_care_line_where_no_care_is_paid() -> None:
    book = rulebook().laid_over({"care.home.3": 0})
    case = an_elder().case
    decision = book.decide(case, DAY)
    entitlement = from_decision(decision, Programme.TEKUN, household=7, people={"p1": 1}, person="p1")
    assert [line.kind for line in entitlement.lines] == [Kind.BASE]


def test_clauses_are_those_in_force_on_the_day() -> None:
    then = read(rulebook().decide(Case.read(AT_HOME.facts), AT_HOME.on), Programme.TEKUN, "p1")
    now = read(an_elder(), Programme.TEKUN, "p1")
    assert "LAW26-17" not in then.lines[0].clauses
    assert "LAW26-17" in now.lines[0].clauses


def test_what_tells_of_illness_is_marked() -> None:
    assert set(WHY) >= HEALTH
