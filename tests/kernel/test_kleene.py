"""Kleene logic: exact against its truth tables, and against every way the unknown could turn out."""

from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doudi.kernel.kleene import (
    k_all,
    k_and,
    k_any,
    k_apply,
    k_eq,
    k_ge,
    k_gt,
    k_if,
    k_in,
    k_le,
    k_lt,
    k_not,
    k_or,
    k_sum,
)

VALUES = (True, None, False)
tri = st.sampled_from(VALUES)
numbers = st.none() | st.integers(-3, 3)


def outcomes(function, *operands):
    """Every result that is possible once the unknown operands are known."""
    return {function(*known) for known in product(*((x,) if x is not None else (True, False) for x in operands))}


@pytest.mark.parametrize(("a", "b"), [*product(VALUES, VALUES)])
def test_and_and_or_answer_exactly_when_the_unknown_no_longer_matters(a, b):
    for kleene, plain in ((k_and, lambda x, y: x and y), (k_or, lambda x, y: x or y)):
        possible = outcomes(plain, a, b)
        assert kleene(a, b) is (possible.pop() if len(possible) == 1 else None)


@given(tri, tri, tri)
def test_laws_of_kleene_logic(a, b, c):
    assert k_not(k_not(a)) is a
    assert k_not(k_and(a, b)) is k_or(k_not(a), k_not(b))
    assert k_and(a, b) is k_and(b, a)
    assert k_and(a, k_and(b, c)) is k_and(k_and(a, b), c) is k_and(a, b, c)
    assert k_or(a, k_or(b, c)) is k_or(k_or(a, b), c) is k_or(a, b, c)
    assert k_and(a, k_or(b, c)) is k_or(k_and(a, b), k_and(a, c))
    assert k_or(a, k_and(a, b)) is a


@given(st.lists(tri))
def test_all_and_any_do_not_depend_on_order(xs):
    assert k_all(xs) is k_all(reversed(xs)) is k_and(*xs)
    assert k_any(xs) is k_any(reversed(xs)) is k_or(*xs)


def test_nothing_at_all_is_true_for_all_and_false_for_any():
    assert k_all([]) is True
    assert k_any([]) is False


def test_the_law_of_the_excluded_middle_does_not_hold_for_the_unknown():
    assert k_or(None, k_not(None)) is None


@pytest.mark.parametrize(
    ("condition", "a", "b", "result"),
    [
        (True, 1, None, 1),
        (True, None, 2, None),
        (False, None, 2, 2),
        (False, 1, None, None),
        (None, 5, 5, 5),
        (None, 5, 6, None),
        (None, None, 6, None),
        (None, None, None, None),
        (None, 0, False, 0),
    ],
)
def test_the_branch_not_taken_is_no_operand(condition, a, b, result):
    assert k_if(condition, a, b) == result


@given(numbers, numbers)
def test_comparisons_know_nothing_of_the_unknown(a, b):
    pairs = ((k_lt, "__lt__"), (k_le, "__le__"), (k_gt, "__gt__"), (k_ge, "__ge__"), (k_eq, "__eq__"))
    for kleene, plain in pairs:
        expected = None if a is None or b is None else getattr(a, plain)(b)
        assert kleene(a, b) is expected


def test_days_compare_like_numbers():
    assert k_lt(date(2025, 12, 31), date(2026, 1, 1)) is True


@pytest.mark.parametrize(("x", "result"), [(1, True), (3, False), (None, None)])
def test_membership_of_the_unknown_is_unknown(x, result):
    assert k_in(x, {1, 2}) is result


@given(st.lists(numbers))
def test_a_sum_with_one_unknown_part_is_unknown(xs):
    assert k_sum(xs) == (None if None in xs else sum(xs))


@given(numbers, numbers)
def test_a_function_is_applied_to_known_operands_only(a, b):
    expected = None if a is None or b is None else min(a, b)
    assert k_apply(min, a, b) == expected
