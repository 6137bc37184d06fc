"""The worked cases of the law come out as they were calculated by hand."""

import pytest

from doudi.policy import rulebook
from doudi.policy.cases import law_cases


@pytest.mark.parametrize("case", law_cases(), ids=lambda case: case.name)
def test_the_rulebook_agrees_with_the_hand(case):
    assert case.wrong(rulebook()) == []


def test_there_are_enough_cases_and_each_shows_its_arithmetic():
    assert len(law_cases()) >= 120
    assert all(case.source and case.derivation for case in law_cases())
