"""`doudi policy …` from outside: no database, one sentence for bad input, exit code 2, no half-written file."""

import json
from datetime import date

import polars as pl
import pytest

from doudi.config.cli import main
from doudi.policy.engine.nodes import HOUSEHOLD, OBLIGOR, PERSON
from tests.policy.families import family
from tests.policy.test_population import frame

DAY = ["--on", "2025-07-01"]


@pytest.fixture
def file(tmp_path):
    def write(data):
        path = tmp_path / "FILE.json"
        path.write_text(data if isinstance(data, str) else json.dumps(data), encoding="utf-8")
        return str(path)

    return write


@pytest.fixture
def population(tmp_path):
    data = family({"wage_income_fen": 800_000}, {"wage_income_fen": None}, obligors=({},))
    people = [{**p, "household_id": "h1", "birth_date": date.fromisoformat(p["birth_date"])} for p in data["persons"]]
    frame(HOUSEHOLD, [data["household"]]).write_parquet(tmp_path / "H.parquet")
    frame(PERSON, people, "household_id").write_parquet(tmp_path / "P.parquet")
    frame(OBLIGOR, data["obligors"]).write_parquet(tmp_path / "O.parquet")
    names = (("households", "H"), ("persons", "P"), ("obligors", "O"))
    return [word for name, letter in names for word in (f"--{name}", str(tmp_path / f"{letter}.parquet"))]


def told(capsys, *arguments, code=0):
    assert main(["policy", *arguments]) == code
    return capsys.readouterr()


def test_decide_tells_values_and_reasons_as_json(file, capsys):
    data = family({"wage_income_fen": None}, obligors=({},))
    answer = json.loads(told(capsys, "decide", file(data), *DAY, "--json").out)
    assert answer["household"]["category"] is None
    assert answer["household"]["size"] == 1
    assert answer["persons"]["p1"]["countable_income"] is None
    assert answer["unknown_because"]["household"]["category"] == ["person:p1.wage_income_fen"]
    assert answer["obligors"]["o1"] == {"obligor_incapable": False}
    assert "dibao_standard" in answer["unconfirmed"]


def test_decide_takes_other_parameters_and_price_indices(file, capsys):
    data = family({"on_individual_dibao": True, "transfer_net_income_fen": 700_000})
    settings = ["--set", "dibao_standard.rural=80000", "--index-month", "2025-06", "--cpi", "35", "--food-cpi", "-3"]
    answer = json.loads(told(capsys, "decide", file(data), *DAY, "--json", *settings).out)
    assert answer["household"]["dibao_base"] == 21_700  # (9600 - 7000) / 12 = 216.67
    assert answer["persons"]["p1"]["price_subsidy"] == 2_800  # 800 x 3.5 %


def test_several_values_may_follow_one_set_and_the_file_may_come_last(file, capsys):
    path = file(family({"transfer_net_income_fen": 700_000}))
    values = ["--set", "dibao_standard.rural=80000", "elder_age=30", path]
    answer = json.loads(told(capsys, "decide", *DAY, "--json", *values).out)
    assert answer["household"]["dibao_amount"] == 21_700 + 8_000  # everybody over 30 is an elder now


def test_a_file_has_to_be_given(capsys):
    assert "FILE.json" in told(capsys, "decide", *DAY, code=2).err


def test_decide_explains_to_staff_and_to_the_family(file, capsys):
    path = file(family({"transfer_net_income_fen": 700_000}))
    assert "待当地确认" in told(capsys, "decide", path, *DAY, "--explain").out
    assert "您家" in told(capsys, "decide", path, *DAY, "--citizen").out
    assert "家庭类别：低保边缘家庭" in told(capsys, "decide", path, *DAY).out
    tree = json.loads(told(capsys, "decide", path, *DAY, "--explain", "--json").out)["explanation"]
    assert (tree["name"], tree["value"]) == ("category", "near_threshold")


def test_without_a_day_today_is_used(file, capsys):
    answer = json.loads(told(capsys, "decide", file(family()), "--json").out)
    assert date.fromisoformat(answer["on"]) >= date(2026, 1, 1)


def test_warnings_are_told(file, capsys):
    assert "请核对残疾证" in told(capsys, "decide", file(family({"disability_grade": 1})), *DAY).out


@pytest.mark.parametrize(
    ("data", "arguments", "message"),
    [
        ("{", DAY, "第 1 行不是有效的 JSON"),
        (family({"wage_income_fen": "x"}), DAY, "persons 第 1 行：wage_income_fen"),
        (family(division_code="110101000000"), DAY, "FILE.json：household：区划 110101000000（农村）"),
        ({"household": {}}, DAY, "现有 0 人"),
        (family(), ["--on", "2020-12-31"], "早于"),
        (family(), ["--on", "2025-02-30"], "不是有效的日期"),
        (family(), ["--on", "20250701"], "YYYY-MM-DD"),
        (family(), ["--on", "2025-W27-2"], "YYYY-MM-DD"),
        ('{"household": {}, "household": {}}', DAY, "“household”写了不止一次"),
        ("[" * 200_000, DAY, "括号套得太深"),
        ('{"household": ' + "9" * 5_000 + "}", DAY, "数字太长"),
        (family(), [*DAY, "--cpi", "1000000"], "cpi（居民消费价格指数涨幅"),
        (family(), [*DAY, "--food-cpi", "-1001"], "food_cpi"),
        (family(), [*DAY, "--set", "dibao_standard.urban.rural=5"], "不止一个城乡类别"),
        (family(), [*DAY, "--set", "nothing=1"], "nothing"),
        (family(), [*DAY, "--index-month", "2025"], "YYYY-MM"),
    ],
)
def test_bad_input_is_one_sentence_and_exit_code_2(file, capsys, data, arguments, message):
    error = told(capsys, "decide", file(data), *arguments, code=2).err
    assert message in error
    assert len(error.strip().splitlines()) == 1


def test_a_file_that_is_not_there_is_said(capsys):
    assert "读不了文件 nowhere.json" in told(capsys, "decide", "nowhere.json", *DAY, code=2).err


def test_questions_are_asked_in_order(file, capsys):
    path = file(family({"wage_income_fen": None}))
    assert "1. 请问p1 的工资性收入" in told(capsys, "questions", path, *DAY).out
    asked = json.loads(told(capsys, "questions", path, *DAY, "--json").out)
    assert asked[0]["fact"] == "person:p1.wage_income_fen"
    assert "不需要再问" in told(capsys, "questions", file(family()), *DAY).out


def test_screen_writes_a_row_per_household_and_per_person(population, tmp_path, capsys):
    out, people = tmp_path / "R.parquet", tmp_path / "PR.parquet"
    told(capsys, "screen", *population, *DAY, "--out", str(out), "--persons-out", str(people))
    assert pl.read_parquet(out).select("household_id", "size", "category").rows() == [("h1", 2, None)]
    assert pl.read_parquet(people)["person_id"].to_list() == ["p1", "p2"]


def test_screen_warns_about_oddities(population, tmp_path, capsys):
    persons = pl.read_parquet(tmp_path / "P.parquet").with_columns(disability_grade=pl.lit(2))
    persons.write_parquet(tmp_path / "P.parquet")
    assert "2 人的残疾" in told(capsys, "screen", *population, *DAY, "--out", str(tmp_path / "R.parquet")).err


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda persons: persons.drop("employed"), "P.parquet：缺少列 employed"),
        (
            lambda persons: persons.with_columns(wage_income_fen=pl.lit("many")),
            "P.parquet 第 1 行：wage_income_fen（工资性收入）应为整数，整列却是 String 类型",
        ),
    ],
)
def test_a_bad_table_leaves_no_output(population, tmp_path, capsys, change, message):
    change(pl.read_parquet(tmp_path / "P.parquet")).write_parquet(tmp_path / "P.parquet")
    before = sorted(path.name for path in tmp_path.iterdir())
    assert message in told(capsys, "screen", *population, *DAY, "--out", str(tmp_path / "R.parquet"), code=2).err
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_a_folder_that_is_not_there_leaves_nothing_half_written(population, tmp_path, capsys):
    outputs = ["--out", str(tmp_path / "R.parquet"), "--persons-out", str(tmp_path / "no" / "PR.parquet")]
    assert "写不了" in told(capsys, "screen", *population, *DAY, *outputs, code=2).err
    assert not (tmp_path / "R.parquet").exists()
    assert not list(tmp_path.glob("*.part"))


@pytest.mark.parametrize(
    ("out", "people"), [("R.parquet", "./R.parquet"), ("H.parquet", None), ("R.parquet", "P.parquet")]
)
def test_an_output_is_never_written_over_an_input_or_another_output(population, tmp_path, capsys, out, people):
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    outputs = ["--out", str(tmp_path / out), *(["--persons-out", f"{tmp_path}/{people}"] if people else [])]
    assert "另取文件名" in told(capsys, "screen", *population, *DAY, *outputs, code=2).err
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_simulation_is_not_written_over_its_input(population, tmp_path, capsys):
    outputs = ["--set", "elder_age=71", "--out", str(tmp_path / "O.parquet")]
    assert "另取文件名" in told(capsys, "simulate", *population, *DAY, *outputs, code=2).err


def test_a_table_that_is_none_is_said(population, tmp_path, capsys):
    (tmp_path / "P.parquet").write_text("no parquet")
    assert "读不了表" in told(capsys, "screen", *population, *DAY, "--out", str(tmp_path / "R.parquet"), code=2).err


def test_simulate_tells_who_gains(population, tmp_path, capsys):
    persons = pl.read_parquet(tmp_path / "P.parquet").with_columns(wage_income_fen=pl.lit(300_000))
    persons.write_parquet(tmp_path / "P.parquet")
    setting = ["--set", "dibao_standard=66000", "--by", "township"]
    answer = json.loads(told(capsys, "simulate", *population, *DAY, *setting, "--json").out)
    assert answer["totals"]["gainers"] == 1
    assert answer["totals"]["change_fen_month"] == 20_000  # two people, 100 yuan each
    assert (
        "增加 1 户" in told(capsys, "simulate", *population, *DAY, *setting, "--out", str(tmp_path / "S.parquet")).out
    )
    assert pl.read_parquet(tmp_path / "S.parquet")["change"].to_list() == [20_000]


def test_simulate_warns_of_oddities_and_of_columns_that_are_no_facts(population, tmp_path, capsys):
    persons = pl.read_parquet(tmp_path / "P.parquet").with_columns(disability_grade=pl.lit(2), name=pl.lit("x"))
    persons.write_parquet(tmp_path / "P.parquet")
    error = told(capsys, "simulate", *population, *DAY, "--set", "elder_age=71", "--json").err
    assert "2 人的残疾" in error
    assert "P.parquet 中不认识的列没有用到：name" in error


def test_simulate_needs_something_to_try(population, capsys):
    assert "--set" in told(capsys, "simulate", *population, *DAY, code=2).err


def test_coverage_and_parameters_are_printed(capsys):
    printed = told(capsys, "coverage")
    assert "M57-8" in printed.out
    assert "待实现" in printed.err
    planned = told(capsys, "coverage", "--planned").out
    assert "M57-37" in planned
    assert "M57-8\t" not in planned
    assert told(capsys, "coverage", "--open").out == ""
    rows = json.loads(told(capsys, "coverage", "--json").out)
    assert len(rows) > 250
    assert {row["status"] for row in rows} == {"done", "planned", "left_out"}
    assert "待当地确认" in told(capsys, "parameters").out
    rows = json.loads(told(capsys, "parameters", "--unconfirmed", "--json").out)
    assert all(row["unconfirmed"] for row in rows)
    assert "basic_pension_counted" in {row["name"] for row in rows}
