"""Tables that cannot be used are refused with one message that names table, row and field."""

from datetime import date, datetime

import polars as pl
import pytest

from doudi.policy import PolicyError
from doudi.policy.engine.nodes import HOUSEHOLD, OBLIGOR, PERSON
from doudi.policy.engine.tables import Tables
from tests.policy.families import HOUSEHOLD as HOME
from tests.policy.families import OBLIGOR as OWED
from tests.policy.families import PERSON as ONE

BORN = date(1985, 5, 20)


def homes(*rows):
    return pl.DataFrame([{**HOME, **row} for row in rows or ({},)], infer_schema_length=None)


def people(*rows):
    return pl.DataFrame([{"household_id": "h1", **ONE, **row} for row in rows or ({},)], infer_schema_length=None)


def owed(*rows):
    return pl.DataFrame([{**OWED, **row} for row in rows or ({},)], infer_schema_length=None)


def test_ordinary_tables_pass_and_texts_become_days():
    tables = Tables.read(homes(), people(), owed())
    assert tables.persons["birth_date"].to_list() == [BORN]
    assert (tables.home.tolist(), tables.owed.tolist()) == ([0], [0])


@pytest.mark.parametrize(
    ("persons", "message"),
    [
        (people().drop("wage_income_fen"), "persons：缺少列 wage_income_fen"),
        (people().drop("household_id"), "缺少列 household_id"),
        (people({"wage_income_fen": "100"}), "persons 第 1 行：wage_income_fen.*应为整数，整列却是 String.*'100'"),
        (
            people({"wage_income_fen": "100"}, {"person_id": "p2", "wage_income_fen": "many"}),
            "persons 第 2 行：wage_income_fen.*'many'",
        ),
        (people({"wage_income_fen": 0.5}), "persons 第 1 行：wage_income_fen.*整数.*0.5"),
        (people({}, {"person_id": "p2", "medical_self_paid_fen": -1}), "persons 第 2 行：medical_self_paid_fen"),
        (people({"wage_income_fen": 10**13}), "wage_income_fen"),
        (people({"birth_date": "1985-13-01"}), "第 1 行：birth_date.*日期.*1985-13-01"),
        (people({"employed": 1}), "第 1 行：employed.*布尔"),
        (people({"severe_illness": "是"}), "第 1 行：severe_illness.*'是'"),
        (people({"study_stage": "kindergarten"}), "第 1 行：study_stage.*kindergarten"),
        (people({"study_stage": 3}), "第 1 行：study_stage.*文字"),
        (people({"disability_grade": 5}), "第 1 行：disability_grade"),
        (people({"sex": 3}), "第 1 行：sex.*1、2 之一"),
        (people({"relation": "wife"}), "第 1 行：relation.*GB/T 4761"),
        (people({"exempt_income_fen": -1}), "第 1 行：exempt_income_fen"),
        (people({"person_id": None}), "第 1 行：person_id.*不能为空"),
        (people({"person_id": " "}), "第 1 行：person_id"),
        (people({}, {}), "persons 第 2 行：person_id “p1”重复"),
        (people({}, {"person_id": "p2", "household_id": "h9"}), "persons 第 2 行：household_id “h9”"),
    ],
)
def test_a_table_of_persons_that_cannot_be_used_is_refused(persons, message):
    with pytest.raises(PolicyError, match=message):
        Tables.read(homes(), persons)


def test_other_tables_are_refused_by_their_own_names():
    names = {HOUSEHOLD: "H.parquet", PERSON: "P.parquet", OBLIGOR: "O.parquet"}
    with pytest.raises(PolicyError, match=r"H\.parquet 第 1 行：division_code.*12 位"):
        Tables.read(homes({"division_code": "533103"}), people(), None, names)
    with pytest.raises(PolicyError, match=r"O\.parquet 第 1 行：person_id “p7”"):
        Tables.read(homes(), people(), owed({"person_id": "p7"}), names)


def test_a_birth_after_the_day_is_refused():
    with pytest.raises(PolicyError, match="persons 第 1 行：birth_date 1985-05-20"):
        Tables.read(homes(), people()).check_dates(date(1985, 5, 19))


@pytest.mark.parametrize(
    ("series", "value"),
    [
        (pl.Series("wage_income_fen", [7.0]), 7),
        (pl.Series("wage_income_fen", [float("nan")]), None),
        (pl.Series("wage_income_fen", [7], dtype=pl.UInt16), 7),
        (pl.Series("wage_income_fen", [None], dtype=pl.Null), None),
        (pl.Series("wage_income_fen", [None], dtype=pl.String), None),
        (pl.Series("employed", [None], dtype=pl.Int8), None),
        (pl.Series("study_stage", ["none"], dtype=pl.Categorical), "none"),
        (pl.Series("birth_date", [datetime(1985, 5, 20)]), BORN),  # noqa: DTZ001
        (pl.Series("birth_date", [BORN]), BORN),
    ],
)
def test_what_tools_write_for_whole_numbers_texts_and_days_is_understood(series, value):
    tables = Tables.read(homes(), people().with_columns(series))
    assert tables.persons[series.name].to_list() == [value]


def test_columns_that_no_rule_asks_for_may_be_missing_or_strange():
    persons = people().drop("sex", "relation", "exempt_income_fen").with_columns(colour=pl.lit("red"))
    assert "colour" not in Tables.read(homes(), persons).persons.columns
    assert not {"sex", "relation"} & set(Tables.read(homes(), people()).persons.columns)


@pytest.mark.parametrize("relation", ["02", 2, 2.0])
def test_two_heads_of_a_household_are_counted(relation):
    persons = people({"relation": relation}, {"person_id": "p2", "relation": relation})
    assert Tables.read(homes(), persons).warnings() == ["有 1 户不止一名户主，请核对。"]


def test_one_head_of_each_household_is_no_oddity():
    persons = people({"relation": "02"}, {"person_id": "p2", "household_id": "h2", "relation": "02"})
    assert Tables.read(homes({}, {"household_id": "h2"}), persons).warnings() == []


def test_oddities_are_counted():
    persons = people({"disability_kind": 4}, *({"person_id": f"x{n}", "relation": "80"} for n in range(60)))
    told = Tables.read(homes({}, {"household_id": "h2"}), persons).warnings()
    assert told == [
        "有 1 户没有成员，请核对。",
        "有 1 户超过 50 人，请核对。",
        "有 1 人的残疾类别与等级不一致，请核对。",
    ]


def test_an_odd_obligor_is_counted_too():
    told = Tables.read(homes(), people(), owed({"disability_grade": 2})).warnings()
    assert told == ["有 1 人的残疾类别与等级不一致，请核对。"]
