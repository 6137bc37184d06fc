"""A population read piece by piece gives what it gives as a whole, in whatever order its rows lie."""

import random
from datetime import date

import polars as pl
import pytest

from doudi.config.commands.tables import Outputs
from doudi.policy import PolicyError, rulebook
from doudi.policy.engine.nodes import HOUSEHOLD, OBLIGOR, PERSON
from doudi.policy.engine.population import screen
from doudi.policy.engine.stream import Sources, Streaming
from doudi.policy.engine.tables import NAMES, Tables
from tests.policy.families import random_family
from tests.policy.test_population import frame

ON = date(2025, 7, 1)


def population(count=60):
    rng = random.Random(17)
    families = [random_family(rng, ON, n) for n in range(count)]
    people = [{**p, "household_id": f["household"]["household_id"]} for f in families for p in f["persons"]]
    return {
        HOUSEHOLD: frame(HOUSEHOLD, [f["household"] for f in families]),
        PERSON: frame(PERSON, people, "household_id"),
        OBLIGOR: frame(OBLIGOR, [o for f in families for o in f["obligors"]]),
    }


def sources(frames):
    return Sources({depth: frame.lazy() for depth, frame in frames.items()}, NAMES)


def pieces(frames, chunk=7):
    return list(sources(frames).pieces(chunk))


def agrees(frames, chunk=7):
    whole = screen(rulebook(), Tables.read(*frames.values()), ON)
    parts = list(Streaming(rulebook(), sources(frames), ON, chunk=chunk))
    for name in ("households", "persons", "obligors"):
        assert pl.concat([getattr(part, name) for part in parts]).equals(getattr(whole, name))


def shuffled(frame):
    return frame.sample(fraction=1, shuffle=True, seed=4)


@pytest.mark.parametrize("chunk", [1, 7, 59, 60, 1_000])
def test_pieces_of_any_size_give_what_the_whole_gives(chunk):
    frames = population()
    agrees(frames, chunk)
    assert len(pieces(frames, chunk)) == -(-60 // chunk)


def test_rows_may_lie_in_any_order_inside_a_piece():
    frames = population()
    number = pl.col("household_id").str.slice(1).cast(pl.Int64) // 7
    frames[PERSON] = shuffled(frames[PERSON]).sort(number, maintain_order=True)
    assert not frames[PERSON].equals(population()[PERSON])
    agrees(frames)
    assert len(pieces(frames)) == 9


@pytest.mark.parametrize("depth", [HOUSEHOLD, PERSON, OBLIGOR], ids=NAMES.get)
def test_a_table_in_another_order_is_read_whole_and_right(depth):
    frames = population()
    frames[depth] = shuffled(frames[depth])
    agrees(frames)
    assert len(pieces(frames)) == 1


def test_ids_of_another_kind_and_a_population_without_obligors_are_understood():
    frames = population()
    frames[PERSON] = frames[PERSON].with_columns(pl.col("household_id").cast(pl.Categorical))
    assert len(pieces(frames)) == 1
    del frames[OBLIGOR]
    agrees(frames)
    agrees({**frames, PERSON: population()[PERSON]})


def test_nobody_at_all_is_one_empty_piece():
    (tables,) = pieces({depth: frame.clear() for depth, frame in population().items()})
    assert (tables.households.height, tables.persons.height) == (0, 0)


@pytest.mark.parametrize(
    ("depth", "column", "row", "value", "message"),
    [
        (HOUSEHOLD, "household_id", 58, "h3", "households 第 59 行：household_id “h3”重复"),
        (PERSON, "person_id", 100, "h0-0", "persons 第 101 行：person_id “h0-0”重复"),
        (PERSON, "person_id", 100, None, "persons 第 101 行：person_id.*不能为空"),
        (PERSON, "household_id", 100, "h99", "persons 第 101 行：household_id “h99”在上一级表中不存在"),
        (PERSON, "wage_income_fen", 100, -1, "persons 第 101 行：wage_income_fen.*-1"),
        (HOUSEHOLD, "division_code", 40, "110101000000", "households 第 41 行：.*没有参数"),
    ],
)
def test_what_cannot_be_used_is_told_by_its_row_in_the_file(depth, column, row, value, message):
    frames = population()
    values = frames[depth][column].to_list()
    values[row] = value
    frames[depth] = frames[depth].with_columns(pl.Series(column, values))
    if depth == HOUSEHOLD and column == "household_id":
        frames[PERSON] = frames[PERSON].filter(pl.col("household_id") != "h58")
        del frames[OBLIGOR]
    with pytest.raises(PolicyError, match=message):
        list(Streaming(rulebook(), sources(frames), ON, chunk=7))


def test_two_ids_missing_are_told_as_missing_not_as_the_same():
    frames = population()
    gone = pl.col("person_id").is_in(["h2-0", "h9-0"])
    frames[PERSON] = frames[PERSON].with_columns(pl.when(~gone).then(pl.col("person_id")).alias("person_id"))
    del frames[OBLIGOR]
    with pytest.raises(PolicyError, match=r"person_id.*不能为空"):
        list(Streaming(rulebook(), sources(frames), ON, chunk=7))


def test_oddities_of_all_pieces_are_counted_together():
    frames = population()
    streaming = Streaming(rulebook(), sources(frames), ON, chunk=7)
    list(streaming)
    assert streaming.warnings() == Tables.read(*frames.values()).warnings()
    assert streaming.warnings()


def test_columns_that_are_no_facts_are_named():
    frames = population()
    frames[PERSON] = frames[PERSON].with_columns(name=pl.lit("x"), age=pl.lit(1))
    assert Streaming(rulebook(), sources(frames), ON).warnings() == ["persons 中不认识的列没有用到：age、name。"]


def write(target, pieces):
    with Outputs([str(target)]) as outputs:
        for values in pieces:
            outputs.add({str(target): pl.DataFrame({"n": values})})


def test_pieces_become_one_file_in_their_order(tmp_path):
    write(tmp_path / "R.parquet", [[2 * number, 2 * number + 1] for number in range(12)])
    assert pl.read_parquet(tmp_path / "R.parquet")["n"].to_list() == list(range(24))
    assert [path.name for path in tmp_path.iterdir()] == ["R.parquet"]


def test_nothing_is_left_where_no_file_can_be_written(tmp_path):
    (tmp_path / "R.parquet" / "in the way").mkdir(parents=True)
    with pytest.raises(PolicyError, match="写不了"):
        write(tmp_path / "R.parquet", [[1], [2]])
    assert [path.name for path in tmp_path.iterdir()] == ["R.parquet"]
