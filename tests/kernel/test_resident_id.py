"""Identity numbers. Every number here is made up; its check character is computed on the spot."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doudi.kernel.resident_id import (
    CHECK_CHARACTERS,
    EARLIEST_BIRTH,
    SYNTHETIC_REGION,
    WEIGHTS,
    Problem,
    ResidentId,
    ResidentIdError,
    checksum,
    impossible_id,
)

TODAY = date(2026, 7, 1)
births = st.dates(EARLIEST_BIRTH, TODAY)
ids = st.builds(impossible_id, births, st.sampled_from((1, 2)), st.integers(0, 499))
AN_ID = impossible_id(date(1980, 5, 17), 2, 120)


def numbered(region="533199", birth="19800517", sequence="240"):
    first17 = region + birth + sequence
    return first17 + checksum(first17)


def problem_of(text, on=TODAY):
    with pytest.raises(ResidentIdError) as caught:
        ResidentId.parse(text, on=on)
    return caught.value.problem, str(caught.value)


def test_the_weights_are_those_of_the_standard():
    assert WEIGHTS == (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def test_the_example_of_the_standard_has_its_check_character():
    assert checksum("11010519491231002") == "X"


@pytest.mark.parametrize("digits", ["", "1" * 16, "1" * 18, "1" * 16 + "x", "１" * 17])
def test_a_checksum_needs_seventeen_digits(digits):
    with pytest.raises(ValueError, match="17 位数字"):
        checksum(digits)


@given(births, st.sampled_from((1, 2)), st.integers(0, 499))
def test_a_made_up_number_is_valid_and_says_what_it_was_made_of(birth, sex, serial):
    value = ResidentId.parse(impossible_id(birth, sex, serial).number, on=TODAY)
    assert (value.birth_date, value.sex, value.region) == (birth, sex, SYNTHETIC_REGION)
    assert value.is_synthetic


def test_the_made_up_people_of_one_day_have_different_numbers():
    made = {impossible_id(TODAY, sex, serial).number for sex in (1, 2) for serial in range(500)}
    assert len(made) == 1000


@pytest.mark.parametrize("serial", [-1, 500])
def test_the_made_up_numbers_of_one_day_run_out(serial):
    with pytest.raises(ValueError, match="最多 500 个"):
        impossible_id(TODAY, 1, serial)


@given(ids, st.sampled_from(CHECK_CHARACTERS))
def test_a_mutated_check_character_is_always_refused(value, character):
    if character != value.number[17]:
        assert problem_of(value.number[:17] + character)[0] is Problem.CHECKSUM


@given(ids, st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_refused(value, place, shift):
    digit = (int(value.number[place]) + shift) % 10
    wrong = f"{value.number[:place]}{digit}{value.number[place + 1 :]}"
    assert problem_of(wrong)[0] is Problem.CHECKSUM


@given(ids, st.integers(0, 15))
def test_two_neighbouring_digits_exchanged_are_always_refused(value, i):
    number = value.number
    if number[i] != number[i + 1]:
        assert problem_of(number[:i] + number[i + 1] + number[i] + number[i + 2 :])[0] is Problem.CHECKSUM


@given(ids)
def test_full_width_characters_blanks_and_a_small_x_are_accepted(value):
    wide = "".join(chr(ord(character) + 0xFEE0) for character in value.number)
    assert ResidentId.parse(wide) == value
    assert ResidentId.parse(f" {value.number[:6]} {value.number[6:14]}\u3000{value.number[14:].lower()}\t") == value


@pytest.mark.parametrize(
    ("text", "problem", "message"),
    [
        ("", Problem.LENGTH, "现在是 0 位"),
        (AN_ID.number[:17], Problem.LENGTH, "现在是 17 位"),
        (AN_ID.number + "0", Problem.LENGTH, "现在是 19 位"),
        ("9" * 10_000_000, Problem.LENGTH, "现在是 10000000 位"),
        ("5331O3" + AN_ID.number[6:], Problem.CHARACTER, "第 5 位不是数字"),
        ("X" * 15, Problem.CHARACTER, "第 1 位不是数字"),
        (AN_ID.number[:17] + "A", Problem.CHARACTER, "最后一位"),
        (AN_ID.number[:16] + "😀" + AN_ID.number[17], Problem.CHARACTER, "第 17 位不是数字"),
        (numbered(birth="19800230"), Problem.DATE, "出生日期不存在"),
        (numbered(birth="19811301"), Problem.DATE, "出生日期不存在"),
        (numbered(birth="00000101"), Problem.DATE, "出生日期不存在"),
        ("533199800230241", Problem.DATE, "出生日期不存在"),
        (numbered(birth="18791231"), Problem.TOO_OLD, "早于 1880 年"),
        (numbered(birth="20260702"), Problem.FUTURE, "晚于 2026-07-01"),
    ],
)
def test_a_refusal_names_the_problem(text, problem, message):
    found, sentence = problem_of(text)
    assert found is problem
    assert message in sentence


def test_the_line_of_the_earliest_birth_and_of_today():
    assert ResidentId.parse(numbered(birth="18800101"), on=TODAY).birth_date == EARLIEST_BIRTH
    assert ResidentId.parse(numbered(birth="20260701"), on=TODAY).birth_date == TODAY


def test_without_a_day_the_future_is_not_asked_about():
    assert ResidentId.parse(numbered(birth="29991231")).birth_date.year == 2999


def test_a_wrong_checksum_reveals_neither_the_number_nor_the_right_character():
    right = numbered()
    wrong = right[:17] + CHECK_CHARACTERS[CHECK_CHARACTERS.index(right[17]) - 1]
    sentence = problem_of(wrong)[1]
    assert not any(character in sentence for character in "0123456789X")


def test_printing_a_number_shows_only_the_masked_one():
    assert AN_ID.masked == f"533199********{AN_ID.number[14:]}"
    assert str(AN_ID) == AN_ID.masked
    assert repr([AN_ID]) == f"[ResidentId({AN_ID.masked})]"


def test_an_old_number_is_recognised_and_masked():
    old = ResidentId.parse("533199 800517 241")
    assert old.is_old
    assert (old.birth_date, old.sex, old.masked) == (date(1980, 5, 17), 1, "533199******241")


def test_an_old_number_becomes_the_new_one_of_the_same_person():
    old = ResidentId("533199800517240")
    assert old.to_18().number == numbered()
    assert old.to_18().to_18() == old.to_18()
    assert (old.to_18().sex, old.to_18().birth_date) == (old.sex, old.birth_date)


@pytest.mark.parametrize(
    ("number", "year"),
    [
        ("533199950517996", 1895),
        ("533199800517999", 1880),
        ("533199790517996", 1979),
        ("533199950517995", 1995),
    ],
)
def test_the_sequences_of_centenarians_belong_to_the_century_before(number, year):
    assert ResidentId(number).birth_date.year == year


def test_a_number_that_is_not_in_normal_form_cannot_exist():
    with pytest.raises(ResidentIdError):
        ResidentId(f" {AN_ID.number}")


@pytest.mark.parametrize(
    ("region", "text", "doubtful"),
    [
        ("533199", "虚构号码", False),
        ("533121", "潞西县", False),
        ("533101", "畹町市", False),
        ("911156", "外国人永久居留", False),
        ("990101", "省级代码不存在", True),
        ("163103", "省级代码不存在", True),
    ],
)
def test_a_region_is_remarked_on_and_never_refused(region, text, doubtful):
    [note] = ResidentId.parse(numbered(region=region), on=TODAY).region_warnings()
    assert text in note.text
    assert note.doubtful is doubtful


@pytest.mark.parametrize("region", ["533103", "110101", "820000"])
def test_an_ordinary_region_needs_no_remark(region):
    assert ResidentId.parse(numbered(region=region)).region_warnings() == []


def test_the_provinces_need_no_remark_and_nothing_else_is_one():
    real = ["11-15", "21-23", "31-37", "41-46", "50-54", "61-65", "71", "81-83"]
    expected = {n for span in real for n in range(int(span[:2]), int(span[-2:]) + 1)}
    silent = {n for n in range(10, 90) if not ResidentId(numbered(region=f"{n}0101")).region_warnings()}
    assert silent == expected
    assert len(expected) == 35  # the 34, and 83 on the residence permits of people from Taiwan
