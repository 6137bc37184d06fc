"""The contracts fit the registry, the law and each other; their page is current."""

from __future__ import annotations

from collections import Counter

import pytest
from django.conf import settings

from doudi.accounts.permissions import GRANTS, Permission
from doudi.feeds.contracts import CONTRACTS, Contract, ContractError
from doudi.feeds.contracts.library import FOLDER, contract
from doudi.feeds.contracts.reference import as_markdown
from doudi.feeds.reading.headings import heading_key
from doudi.policy.errors import RuleError
from doudi.registry.actions.evidence import CODES
from doudi.registry.models.facts import HOUSEHOLD_KINDS, Certificate, Circumstance, Source, Statement

ALL = pytest.mark.parametrize("told", CONTRACTS.values(), ids=lambda told: told.key)
KINDS = {"certificate": Certificate.Kind, "circumstance": Circumstance.Kind, "statement": Statement.Kind}
SOURCES = (
    "medical disability enrolment employment unemployment pension register cremation marriage vehicles real_estate "
    "business tax provident_fund bank disaster housing prison revitalisation other_benefits fiscal_payroll power"
)
BUSINESS = {"legal_person", "shareholder", "self_employed", "no"}
OWN_CODES = {"business_owner": BUSINESS, "benefit_elsewhere": {"dibao", "tekun", "other", "no"}}


def test_there_is_a_contract_for_every_source_that_monitoring_was_asked_for() -> None:
    assert set(CONTRACTS) >= set(SOURCES.split())
    assert {path.stem for path in FOLDER.glob("*.yaml")} == {*CONTRACTS, "_people"}


@ALL
def test_a_contract_names_a_source_of_the_registry(told: Contract) -> None:
    assert told.source in Source.values


@ALL
def test_a_contract_says_for_what_and_by_which_clause(told: Contract) -> None:
    assert len(told.purpose) >= 8
    assert told.basis


@ALL
def test_no_heading_could_be_two_columns(told: Contract) -> None:
    words = Counter(key for c in told.columns for key in {heading_key(word) for word in (c.title, *c.aliases)})
    assert [word for word, times in words.items() if times > 1] == []


@ALL
def test_no_word_could_be_two_codes(told: Contract) -> None:
    for column in told.columns:
        words = Counter(word for words in column.codes.values() for word in words)
        assert [word for word, times in words.items() if times > 1] == []


@ALL
def test_every_fact_is_one_that_the_registry_keeps(told: Contract) -> None:
    for fact in told.facts:
        assert fact.kind in KINDS[fact.table].values
        if fact.table == "statement":
            assert (fact.of == "household") == (fact.kind in HOUSEHOLD_KINDS)
        else:
            assert (fact.of == "household") == (fact.table == "circumstance")


@ALL
def test_every_code_a_fact_may_say_is_one_that_the_registry_knows(told: Contract) -> None:
    for fact in told.facts:
        if fact.how == "state":
            known = OWN_CODES.get(fact.kind, CODES.get(fact.kind, {"yes", "no"}))
            said = {fact.code} if fact.code else set(told.column(fact.code_from).codes)
            within = set(fact.where.get(fact.code_from, said))
            assert {*(said & within), *filter(None, [fact.otherwise])} <= set(known), fact.kind


@ALL
def test_money_and_numbers_have_bounds(told: Contract) -> None:
    assert [c.name for c in told.columns if c.kind in ("fen", "int") and (c.least is None or c.most is None)] == []


@ALL
def test_who_may_send_a_source_has_an_account_for_it(told: Contract) -> None:
    assert told.liaison is None or told.liaison in GRANTS[Permission.FEED_WRITE]


def test_raw_rows_are_deleted_after_little_more_than_a_year_at_the_latest() -> None:
    assert max(told.retention_days for told in CONTRACTS.values()) <= 400


@pytest.mark.planted
@pytest.mark.parametrize(
    "wrong",
    [
        {"row_key": ["nothing"]},
        {"facts": [{"statement": "study_aid", "how": "latest", "amount_from": "fee"}]},
        {"facts": [{"certificate": "study", "how": "state", "code": "yes", "where": {"sex": ["3"]}}]},
        {"basis": ["M57-999"]},
    ],
    ids=["a key that is no column", "no day", "a word that is no code", "no such article"],
)
def test_a_contract_that_contradicts_itself_is_refused(wrong: dict) -> None:
    told = {
        "title": "x", "source": "education", "arrives": "list", "cadence_days": 31, "purpose": "x", "basis": ["M57-17"],
        "retention_days": 30, "row_key": ["name"], "facts": [],
        "columns": {"name": {"title": "姓名", "kind": "name"}, "fee": {"title": "学费", "kind": "fen"},
                    "sex": {"title": "性别", "kind": "sex"}},
    }  # fmt: skip
    contract("x", told, {})
    with pytest.raises((ContractError, RuleError)):
        contract("x", told | wrong, {})


def test_the_page_is_as_new_as_the_contracts() -> None:
    """Otherwise: `python -m doudi.feeds.contracts.reference > docs/reference/feeds-contracts.md`."""
    page = settings.DOUDI_ROOT / "docs" / "reference" / "feeds-contracts.md"
    assert page.read_text(encoding="utf-8").strip() == as_markdown().strip()
