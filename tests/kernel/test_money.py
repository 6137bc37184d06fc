"""Money: what people type becomes whole fen, or a sentence that says what to do."""

from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doudi.kernel.money import FEN_LIMIT, bounded, format_yuan, parse_yuan, percent_of

amounts = st.integers(1 - FEN_LIMIT, FEN_LIMIT - 1)


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("1,119.00", 111900),
        ("1119", 111900),
        ("−3.5", -350),
        ("-0.05", -5),
        ("+7", 700),
        ("１，１１９．００", 111900),
        (" ¥1,119.00 ", 111900),
        ("￥１２元", 1200),
        ("007", 700),
        ("0", 0),
    ],
)
def test_yuan_text_becomes_fen(text, fen):
    assert parse_yuan(text) == fen


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "一百",
        "1,11",
        "11,1900",
        "1.",
        ".5",
        "1e3",
        "--1",
        "1.2.3",
        "12 34",
        "5²",
        "NaN",
        "万元",
        "١٢",
    ],
)
def test_garbage_is_refused_with_an_example(text):
    with pytest.raises(ValueError, match=r"例如 1119\.00"):
        parse_yuan(text)


def test_a_third_decimal_is_refused_not_rounded():
    with pytest.raises(ValueError, match="最多两位小数"):
        parse_yuan("1.005")


@pytest.mark.parametrize("number", [3.5, 3.0, float("nan"), 3, None])
def test_only_text_is_read_as_yuan(number):
    with pytest.raises(ValueError, match="不能用浮点数"):
        parse_yuan(number)


def test_a_novel_is_refused_before_it_is_read():
    with pytest.raises(ValueError, match="金额太长"):
        parse_yuan("1" * 10_000_000)


def test_the_largest_amount_is_one_fen_below_the_limit():
    assert parse_yuan("90,071,992,547,409.91") == FEN_LIMIT - 1
    with pytest.raises(ValueError, match="金额过大"):
        parse_yuan("90,071,992,547,409.92")


@pytest.mark.parametrize("fen", [FEN_LIMIT, -FEN_LIMIT])
def test_amounts_at_the_limit_are_refused(fen):
    with pytest.raises(ValueError, match="金额过大"):
        bounded(fen)


@given(amounts)
def test_an_amount_survives_being_written_and_read(fen):
    assert parse_yuan(format_yuan(fen)) == bounded(fen)


@pytest.mark.parametrize(
    ("fen", "text"), [(111900, "1,119.00"), (-350, "−3.50"), (0, "0.00"), (5, "0.05"), (-5, "−0.05")]
)
def test_yuan_is_written_with_two_decimals_and_a_true_minus(fen, text):
    assert format_yuan(fen) == text


@given(st.integers(0, 1000), st.integers(-(10**12), 10**12))
def test_a_percentage_is_rounded_down_exactly(percent, fen):
    assert percent_of(percent, fen) == floor(Fraction(percent * fen, 100))
