"""What if: gainers and losers, the budget, and the income at which a family loses by earning more."""

from datetime import date

from doudi.policy import Case, rulebook
from doudi.policy.curve import paid
from doudi.policy.engine.declare import rule
from doudi.policy.engine.nodes import HOUSEHOLD, PERSON
from doudi.policy.engine.tables import Tables
from doudi.policy.engine.units import BOOLEAN
from doudi.policy.law import M57
from doudi.policy.whatif import simulate
from tests.policy.families import family
from tests.policy.test_population import frame, tables

DAY = date(2025, 7, 1)


def village(*families):
    for number, each in enumerate(families):
        each["household"]["household_id"] = f"h{number}"
        for person in each["persons"]:
            person["person_id"] = f"h{number}-{person['person_id']}"
            person["birth_date"] = date.fromisoformat(person["birth_date"])
    return tables(families)


def test_a_higher_standard_shows_who_gains_and_what_it_costs():
    people = village(
        family({"transfer_net_income_fen": 60_000}),
        family({"transfer_net_income_fen": 700_000}, residence_class="urban", division_code="533103103201"),
        family({"transfer_net_income_fen": None}),
    )
    book = rulebook()
    result = simulate(book, book.laid_over({"dibao_standard.rural": 60_000}), people, DAY)
    totals = result.totals()
    assert (totals["gainers"], totals["losers"], totals["undecided"]) == (1, 0, 1)
    assert (totals["change_fen_month"], totals["change_fen_year"]) == (4_000, 48_000)
    assert result.by("township")["gainers"].to_list() == [1, 0]
    assert result.by("residence_class")["households"].to_list() == [2, 1]
    assert result.by("size")["households"].to_list() == [3]


def test_a_lower_standard_shows_the_losers_and_where_they_go():
    book = rulebook()
    result = simulate(
        book, book.laid_over({"dibao_standard": 50_000}), village(family({"transfer_net_income_fen": 620_000})), DAY
    )
    assert result.totals()["losers"] == 1
    assert result.moves().rows() == [("dibao", "near_threshold", 1)]


def test_money_of_a_person_alone_counts_and_an_empty_household_costs_nothing():
    people = village(family({"birth_date": "1950-01-01"}))
    book = rulebook()
    result = simulate(book, book.laid_over({"tekun_basic": 100_000}), people, DAY)
    assert result.totals()["gained_fen_month"] == 3_200


def test_nobody_is_paid_tekun_and_dibao_together():
    people = village(
        family({}, {"birth_date": "1950-01-01"}), family({"birth_date": "1950-01-01", "wage_income_fen": None})
    )
    book = rulebook()
    result = simulate(book, book, people, DAY)
    assert result.households["fen_month"].to_list() == [56_000 + 103_000, None]  # one on dibao, the other on tekun
    case = Case.read(family({}, {"birth_date": "1950-01-01"}))
    assert paid(book, case, DAY) == ("dibao", 159_000)


def test_an_empty_household_costs_nothing():
    homes = frame(HOUSEHOLD, [family()["household"]])
    nobody = Tables.read(homes, frame(PERSON, [], "household_id"))
    book = rulebook()
    assert simulate(book, book, nobody, DAY).households["fen_month"].to_list() == [0]


def test_a_rule_can_be_replaced():
    everybody = rule(HOUSEHOLD, "符合低保条件", BOOLEAN, M57.article(8), name="dibao_eligible")(lambda size: size > 0)
    book = rulebook().laid_over(rules=(everybody,))
    rich = Case.read(family({"transfer_net_income_fen": 9_000_000}))
    assert book.decide(rich, DAY).value("category") == "dibao"
    assert rulebook().decide(rich, DAY).value("category") == "none"
    assert book.version != rulebook().version
