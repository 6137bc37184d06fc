"""Division codes: the hierarchy is the prefix."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doudi.kernel.division import DivisionCode, DivisionError, Level

MANGSHI = DivisionCode("533103")
VILLAGE = DivisionCode("533103100001")

groups = st.tuples(st.integers(1, 99), *[st.integers(1, n) for n in (99, 99, 999, 999)])


@st.composite
def codes(draw):
    level = draw(st.sampled_from(Level))
    return DivisionCode("{:02}{:02}{:02}{:03}{:03}".format(*draw(groups))[:level])


@pytest.mark.parametrize(
    ("text", "code", "level"),
    [
        ("53", "53", Level.PROVINCE),
        ("530000", "53", Level.PROVINCE),
        ("533100", "5331", Level.PREFECTURE),
        ("533103000000", "533103", Level.COUNTY),
        ("５３３１０３１００", "533103100", Level.TOWNSHIP),
        (" 533103 100 001 ", "533103100001", Level.VILLAGE),
        ("533103400498", "533103400498", Level.VILLAGE),
    ],
)
def test_codes_are_read_and_lose_the_zeros_on_the_right(text, code, level):
    division = DivisionCode.parse(text)
    assert (division.code, division.level, str(division)) == (code, level, code)


@given(codes())
def test_a_padded_code_reads_back_as_itself(division):
    assert len(division.padded) == 12
    assert DivisionCode.parse(division.padded) == division


@given(codes())
def test_a_parent_contains_its_child_and_is_one_level_higher(division):
    parent = division.parent
    if division.level is Level.PROVINCE:
        assert parent is None
    else:
        assert parent.contains(division)
        assert not division.contains(parent)
        assert list(Level).index(parent.level) == list(Level).index(division.level) - 1


@given(codes(), codes(), codes())
def test_containment_is_a_partial_order(a, b, c):
    assert a.contains(a)
    assert a == b or not (a.contains(b) and b.contains(a))
    assert a.contains(c) or not (a.contains(b) and b.contains(c))
    assert a.contains(b) == b.within(a)


def test_county_and_township_of_a_village():
    assert VILLAGE.county == MANGSHI
    assert VILLAGE.township == DivisionCode("533103100")
    assert VILLAGE.within(MANGSHI)
    assert not MANGSHI.within(VILLAGE)


def test_there_is_no_township_above_a_township_and_no_county_above_a_county():
    assert MANGSHI.township is None
    assert MANGSHI.county == MANGSHI
    assert DivisionCode("5331").county is None


def test_a_township_of_a_prefecture_without_counties_hangs_below_the_prefecture():
    township = DivisionCode.parse("441900003000")
    assert township.code == "441900003"
    assert township.parent == township.county == DivisionCode("4419")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "只能是数字"),
        ("芒市", "只能是数字"),
        ("53310３x", "只能是数字"),
        ("٥٣", "只能是数字"),
        ("533", "现在是 3 位"),
        ("5331031000011", "现在是 13 位"),
        ("003103", "不能是 00"),
    ],
)
def test_a_wrong_code_is_refused_with_the_reason(text, message):
    with pytest.raises(DivisionError, match=message):
        DivisionCode.parse(text)


@pytest.mark.parametrize("code", ["533100", "533103000000", " 533103"])
def test_a_code_that_is_not_in_normal_form_cannot_exist(code):
    with pytest.raises(DivisionError):
        DivisionCode(code)


def test_every_level_has_its_own_chinese_word():
    assert len({level.label for level in Level}) == 5


def test_codes_sort_with_a_place_before_its_parts():
    assert sorted([VILLAGE, MANGSHI]) == [MANGSHI, VILLAGE]
