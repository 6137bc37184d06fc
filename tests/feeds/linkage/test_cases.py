"""Named pairs with what must come out of them, all linked in one pass."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from doudi.feeds.linkage import Linked, link

from .worlds import people, rows

CASES: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("cases.yaml").read_text(encoding="utf-8"))
APART = 10
"""Numbers of rows and people of one case begin at ten times the number of the case."""


@pytest.fixture(scope="module")
def answers() -> Linked:
    """All cases at once."""
    said = pl.concat([rows(c["rows"], at * APART) for at, c in enumerate(CASES)])
    known = pl.concat([people(c["people"], at * APART) for at, c in enumerate(CASES)])
    return link(said, known)


@pytest.mark.parametrize("at", range(len(CASES)), ids=[c["case"] for c in CASES])
def test_a_named_pair_gets_its_verdict(answers: Linked, at: int) -> None:
    case, row = CASES[at], at * APART
    told = {"links": answers.links, "doubtful": answers.doubtful, "unmatched": answers.unmatched}
    found = next(name for name, frame in told.items() if row in frame["#row"])
    assert found == case.get("verdict", "links")
    if "person" in case:
        assert answers.links.row(by_predicate=pl.col("#row") == row, named=True)["person"] == row + case["person"]
    words = " ".join(
        frame.filter(pl.col("#row") == row)["words"].str.join()[0] or "" for frame in list(told.values())[:2]
    )
    assert case.get("words", "") in words


def test_there_are_enough_cases() -> None:
    assert len(CASES) >= 40


def test_rows_that_say_the_same_word_for_word_get_the_same_answer(answers: Linked) -> None:
    at = next(n for n, c in enumerate(CASES) if c["case"] == "一人多行写法相同，都认定") * APART
    assert answers.links.filter(pl.col("person") == at)["#row"].to_list() == [at, at + 1]


def test_a_second_spelling_of_a_linked_person_is_left_to_somebody(answers: Linked) -> None:
    at = next(n for n, c in enumerate(CASES) if c["case"].startswith("一人两行")) * APART
    assert answers.doubtful.row(by_predicate=pl.col("#row") == at + 1, named=True)["why"] == "taken"


def test_weights_of_the_features_and_the_start_add_up_to_the_weight_of_the_pair(answers: Linked) -> None:
    from doudi.feeds.linkage.model import model

    for pair in answers.doubtful.iter_rows(named=True):
        total = model().prior_weight + sum(f["weight"] for f in pair["features"])
        assert total == pytest.approx(pair["weight"], abs=0.05)
