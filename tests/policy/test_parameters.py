"""Parameters: the most specific area, then the latest block; unknown, open and missing are three things."""

import random
from dataclasses import replace
from datetime import date

import pytest

from doudi.policy import Case, PolicyError, RuleError, Run, rulebook
from doudi.policy.engine.units import BOOLEAN, FEN_MONTH, PERMILLE, TEXT
from doudi.policy.parameters import Block, Parameters, Quantity, load
from doudi.policy.parameters.loading import quantities_of
from doudi.policy.parameters.lookup import MissingParameter
from tests.policy.families import family, random_family
from tests.policy.test_population import same

DAY = date(2026, 11, 23)
PLACE = "533103102201"


def made(*blocks, unit=FEN_MONTH):
    return Parameters({"x": Quantity("x", "某数", unit, tuple(Block(date(2020, 1, 1), *block) for block in blocks))})


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("533103102201", 12),
        ("533103102999", 9),
        ("533103999999", 6),
        ("533199999999", 4),
        ("539999999999", 2),
        ("110000000000", 0),
    ],
)
def test_the_most_specific_area_wins(code, value):
    areas = ["533103102201", "533103102", "533103", "5331", "53", ""]
    parameters = made(*((area, None, len(area)) for area in areas))
    assert parameters.find("x", code, "rural", DAY).value == value


def test_a_later_block_of_a_wider_area_does_not_replace_a_specific_one():
    blocks = (Block(date(2020, 1, 1), "533103", None, 1), Block(date(2025, 1, 1), "", None, 2))
    assert Parameters({"x": Quantity("x", "某数", FEN_MONTH, blocks)}).find("x", PLACE, "rural", DAY).value == 1


def test_before_its_first_block_the_wider_area_holds():
    blocks = (Block(date(2025, 1, 1), "533103", None, 1), Block(date(2020, 1, 1), "", None, 2))
    parameters = Parameters({"x": Quantity("x", "某数", FEN_MONTH, blocks)})
    assert parameters.find("x", PLACE, "rural", date(2024, 12, 31)).value == 2
    assert parameters.find("x", PLACE, "rural", date(2025, 1, 1)).value == 1


def test_an_unknown_class_makes_class_specific_parameters_unknown_even_if_the_values_coincide():
    parameters = made(("533103", "urban", 5), ("533103", "rural", 5))
    assert parameters.find("x", PLACE, None, DAY).reasons == {"household.residence_class"}


def test_an_unknown_class_does_not_matter_without_class_specific_blocks():
    assert made(("533103", None, 5)).find("x", PLACE, None, DAY).value == 5


def test_an_open_parameter_is_unknown_for_its_own_reason():
    found = load().find("basic_pension_counted", PLACE, "rural", date(2026, 1, 1))
    assert (found.value, found.reasons) == (None, {"parameter.basic_pension_counted"})


def test_an_unknown_place_or_month_makes_a_parameter_unknown():
    assert load().find("elder_age", None, None, DAY).reasons == {"household.division_code"}
    assert load().find("cpi_trigger", PLACE, None, None).reasons == {"run.index_month"}


@pytest.mark.parametrize("residence", ["rural", None])
def test_an_area_without_the_parameter_is_an_error(residence):
    with pytest.raises(MissingParameter, match=r"110101000000.*dibao_standard"):
        load().find("dibao_standard", "110101000000", residence, DAY)


def test_a_class_without_the_parameter_is_named():
    with pytest.raises(MissingParameter, match=r"533103102201（城镇）.*dibao_tier_amount\.A"):
        load().find("dibao_tier_amount.A", PLACE, "urban", DAY)


def test_a_name_that_has_parts_is_refused_with_the_parts():
    with pytest.raises(PolicyError, match=r"care\.home\.1"):
        load().quantity("care")
    with pytest.raises(PolicyError, match="没有名为 nothing"):
        load().quantity("nothing")


@pytest.mark.parametrize(
    ("setting", "name", "residence", "value"),
    [
        ("dibao_standard.urban=78000", "dibao_standard", "urban", 78000),
        ("dibao_standard.urban=78000", "dibao_standard", "rural", 56000),
        ("dibao_standard=78000", "dibao_standard", "rural", 78000),
        ("top_up_percent.minor=15", "top_up_percent.minor", "rural", 15),
        ("care.home.3=1", "care.home.3", "urban", 1),
        ("dibao_tier_amount.A=60000", "dibao_tier_amount.A", "urban", 60000),
        ("rigid_ratio_percent.urban=50", "rigid_ratio_percent", "rural", 60),
        ("basic_pension_counted=true", "basic_pension_counted", "rural", True),
        ("dibao_method.rural=tier", "dibao_method", "rural", "tier"),
        ("cpi_trigger=-5", "cpi_trigger", "rural", -5),
    ],
)
def test_a_setting_lays_a_value_over_the_files(setting, name, residence, value):
    parameters = load().laid_over(load().read([setting]))
    assert parameters.find(name, PLACE, residence, DAY).value == value


def test_setting_one_class_makes_the_parameter_class_specific():
    parameters = load().laid_over({"rigid_ratio_percent.urban": 50})
    assert parameters.find("rigid_ratio_percent", PLACE, None, DAY).reasons == {"household.residence_class"}


def test_a_setting_for_both_classes_replaces_an_earlier_one_for_one_class():
    parameters = load().laid_over({"dibao_standard.urban": 1}).laid_over({"dibao_standard": 2})
    assert parameters.find("dibao_standard", PLACE, "urban", DAY).value == 2


def test_a_set_parameter_needs_no_block():
    parameters = load().laid_over({"dibao_standard": 50000})
    assert parameters.find("dibao_standard", "110101000000", "rural", DAY).value == 50000
    assert parameters.find("dibao_standard", "110101000000", None, DAY).reasons == {"household.residence_class"}


@pytest.mark.parametrize(
    "setting",
    ["dibao_standard", "dibao_standard=abc", "dibao_standard=-1", "dibao_standard=1.5", "basic_pension_counted=yes",
     "dibao_method=other", "nothing=1", "care=1", "dibao_standard=1000000000",
     "near_threshold_percent=1001", "township_limit=10000000000000", "elder_age=1000000",
     "dibao_standard.urban.rural=1"],
)  # fmt: skip
def test_a_setting_that_cannot_be_read_is_refused(setting):
    with pytest.raises(PolicyError):
        load().read([setting])


def test_a_value_out_of_domain_cannot_be_laid_over():
    with pytest.raises(PolicyError, match="无效"):
        load().laid_over({"dibao_standard": True})


def test_every_block_has_a_source_or_is_assumed_and_open_ones_have_a_reason():
    blocks = [block for quantity in load().quantities.values() for block in quantity.blocks]
    assert all(block.source or block.assumed for block in blocks)
    assert all(block.open_reason for block in blocks if block.value is None)
    assert {block.unconfirmed for block in blocks} == {True, False}


def yaml_block(value=1, **more):
    return {"from": date(2020, 1, 1), "area": "53", "value": value, "source": "x", **more}


@pytest.mark.parametrize(
    ("blocks", "message"),
    [
        ([{"value": 1}], "没有依据"),
        ([yaml_block(), yaml_block()], "日期重叠"),
        ([yaml_block(**{"class": "rural"}), yaml_block(from_=1)], "既有分城乡"),
        ([yaml_block(**{"class": "suburban"})], "城乡类别"),
        ([yaml_block(-1)], "不合规定"),
        ([yaml_block("1")], "不合规定"),
        ([yaml_block({"a": 1}), yaml_block({"b": 1})], "组成部分不一致"),
    ],
)
def test_a_file_that_nobody_could_rely_on_is_refused(blocks, message):
    with pytest.raises(RuleError, match=message):
        list(quantities_of("x", {"label": "某数", "unit": "fen", "blocks": blocks}))


def test_a_parameter_may_be_open_from_its_first_block():
    found = list(quantities_of("x", {"label": "某数", "unit": "fen", "blocks": [{"open": "未定", "source": "x"}]}))
    assert [quantity.blocks[0].value for quantity in found] == [None]


@pytest.mark.parametrize(("unit", "value", "inside"), [(BOOLEAN, 1, False), (TEXT, "b", False), (PERMILLE, -1, True)])
def test_a_value_must_be_in_the_domain_of_its_unit(unit, value, inside):
    assert Quantity("x", "某数", unit, (), ("a",)).allows(value) is inside


def without_basic_standard(*residences):
    """The rulebook of a place that publishes no basic standard for tekun (or only for some classes)."""
    parameters = load()
    basic = parameters.quantities["tekun_basic"]
    blocks = tuple(replace(basic.blocks[-1], residence=each) for each in residences)
    quantities = {**parameters.quantities, "tekun_basic": replace(basic, blocks=blocks)}
    return replace(rulebook(), parameters=replace(parameters, quantities=quantities))


@pytest.mark.parametrize(("residences", "amount"), [((), 96_800 + 6_200), (("urban",), 96_800 + 6_200)])
def test_without_a_published_standard_tekun_gets_1_3_times_the_urban_line(residences, amount):
    """13 x 744 / 10 = 967.2, rounded up to 968 yuan, and 62 for the third tier at home."""
    decision = without_basic_standard(*residences).decide(
        Case.read(family({"birth_date": "1950-01-01"})), date(2025, 7, 1)
    )
    assert decision.value("tekun_amount", "person:p1") == amount


@pytest.mark.parametrize("residences", [(), ("urban",)])
def test_one_case_and_population_agree_without_a_published_standard(residences):
    rng, on = random.Random(2), date(2025, 7, 1)
    same([random_family(rng, on, n) for n in range(60)], on, Run(), without_basic_standard(*residences))


def test_an_unknown_name_is_refused_in_a_dotted_form_too():
    with pytest.raises(PolicyError, match=r"没有名为 dibao_standard\.suburban"):
        load().read(["dibao_standard.suburban=1"])


def test_an_unknown_class_in_an_unknown_place_are_two_reasons():
    both = {"household.residence_class", "household.division_code"}
    assert load().find("dibao_standard", None, None, DAY).reasons == both
    assert load().find("cpi_trigger", None, None, None).reasons == {"household.division_code", "run.index_month"}


@pytest.mark.parametrize("settings", [["dibao_standard=5"], ["dibao_standard.urban=5", "dibao_standard.rural=5"]])
def test_a_value_set_for_both_classes_needs_no_place_but_still_the_class(settings):
    parameters = load().laid_over(load().read(settings))
    assert parameters.find("dibao_standard", None, None, None).reasons == {"household.residence_class"}
    assert parameters.find("dibao_standard", None, "rural", None).value == 5


def test_a_value_set_for_one_class_leaves_the_other_to_the_place():
    parameters = load().laid_over({"dibao_standard.urban": 5})
    assert parameters.find("dibao_standard", None, "urban", None).value == 5
    assert parameters.find("dibao_standard", None, "rural", DAY).reasons == {"household.division_code"}
    both = {"household.residence_class", "household.division_code"}
    assert parameters.find("dibao_standard", None, None, DAY).reasons == both


def test_the_setting_said_last_holds():
    settings = ["dibao_standard=1", "dibao_standard.urban=2", "dibao_standard=3"]
    parameters = load().laid_over(load().read(settings))
    assert parameters.find("dibao_standard", PLACE, "urban", DAY).value == 3
