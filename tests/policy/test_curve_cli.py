"""`doudi policy curve` from outside: a table with sentences, JSON, and one sentence for bad input."""

import json

from tests.policy.families import family
from tests.policy.test_cli import DAY, file, told  # noqa: F401

ILL = family({"severe_illness": True, "employed": False, "wage_income_fen": 300_000}, {"wage_income_fen": 0})


def test_the_table_ends_with_what_it_means(file, capsys):  # noqa: F811
    out = told(capsys, "curve", file(ILL), *DAY).out
    assert "3,000.00\t低保家庭\t" in out
    assert "多挣 1 元，少得 3,960.00 元" in out


def test_the_curve_is_had_as_json_for_one_member_range_and_step(file, capsys):  # noqa: F811
    how = ["--person", "p2", "--fact", "business_net_income_fen", "--from", "0", "--to", "100000", "--step", "50000"]
    answer = json.loads(told(capsys, "curve", file(ILL), *DAY, *how, "--json").out)
    assert (answer["person"], answer["fact"], answer["now"]["income_fen_year"]) == ("p2", "business_net_income_fen", 0)
    assert [point["income_fen_year"] for point in answer["points"]] == [0, 25_000, 50_000, 75_000, 100_000]


def test_a_curve_under_another_standard(file, capsys):  # noqa: F811
    out = told(capsys, "curve", file(ILL), *DAY, "--set", "dibao_standard.rural=60000", "--json").out
    assert json.loads(out)["changes"][0]["at_fen_year"] == 2 * 12 * 60_000


def test_what_is_not_known_is_a_dash(file, capsys):  # noqa: F811
    out = told(capsys, "curve", file(family({"birth_date": None, "wage_income_fen": None})), *DAY).out
    assert "0.00\t低保家庭\t—\t—" in out


def test_a_member_that_is_not_there_is_refused(file, capsys):  # noqa: F811
    assert "没有人员 x" in told(capsys, "curve", file(ILL), *DAY, "--person", "x", code=2).err
