"""The same rules on Spark: every value of every variable as on one machine, on two cores of this one."""

import os
import random
import subprocess
import sys
from contextlib import contextmanager
from datetime import date

import polars as pl
import pytest

from doudi.config.cli import main
from doudi.config.commands import spark
from doudi.policy import PolicyError, Run, rulebook
from doudi.policy.engine.cluster import Spreading
from doudi.policy.engine.declare import rule
from doudi.policy.engine.nodes import HOUSEHOLD, OBLIGOR, PERSON
from doudi.policy.engine.population import screen
from doudi.policy.engine.stream import Sources
from doudi.policy.engine.tables import NAMES, Tables
from doudi.policy.engine.units import FEN
from tests.policy.families import family, random_family
from tests.policy.test_population import frame, one_by_one

ON = date(2025, 7, 1)
RUN = Run.read("2022-09", 31, None)
DAYS = [date(2021, 6, 30), date(2022, 10, 20), date(2026, 1, 1)]
SMALL = {"spark.driver.memory": "1g", "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"}
KINDS = ("households", "persons", "obligors")


@pytest.fixture(scope="module")
def session():
    """One session for all tests of this file."""
    with spark.session("local[2]", SMALL) as started:
        yield lambda: spark.session("local[2]", {})
        assert started.sparkContext.defaultParallelism == 2


def random_families(count, on, seed=1):
    rng = random.Random(seed)
    return [random_family(rng, on, n) for n in range(count)]


def frames(families):
    people = [{**p, "household_id": f["household"]["household_id"]} for f in families for p in f["persons"]]
    return {
        HOUSEHOLD: frame(HOUSEHOLD, [f["household"] for f in families]),
        PERSON: frame(PERSON, people, "household_id"),
        OBLIGOR: frame(OBLIGOR, [o for f in families for o in f["obligors"]]),
    }


def on_spark(given, on, run, session, folder, book=None, share=1_000, chunk=3_000):
    sources = Sources({depth: each.lazy() for depth, each in given.items()}, NAMES)
    parts = list(Spreading(book or rulebook(), sources, on, run, session, folder, share, chunk))
    assert list(folder.iterdir()) == []
    return parts


def same(given, on, run, session, folder, book=None, share=1_000):
    """The answers of both ways, which must be the same to the type and the order of the rows."""
    parts = on_spark(given, on, run, session, folder, book, share)
    screened = screen(book or rulebook(), Tables.read(*given.values()), on, run)
    for name in KINDS:
        ours = pl.concat([getattr(part, name) for part in parts])
        assert ours.schema == getattr(screened, name).schema
        assert ours.equals(getattr(screened, name))
    return parts


@pytest.mark.parametrize("on", DAYS, ids=str)
def test_ten_thousand_random_households_get_what_they_get_on_one_machine(on, session, tmp_path):
    families = random_families(10_000, on)
    parts = same(frames(families), on, RUN, session, tmp_path)
    assert len(parts) == 10  # tasks of the cluster
    homes, people = one_by_one(rulebook(), families[:100], on, RUN)
    assert parts[0].households.head(100).to_dicts() == homes
    assert parts[0].persons.drop("household_id").head(len(people)).to_dicts() == people


def test_other_parameters_and_sinking_prices_are_calculated_alike(session, tmp_path):
    values = {"dibao_method.rural": "tier", "cpi_trigger": -10, "food_cpi_trigger": -10, "top_up_percent.elder": 20}
    book = rulebook().laid_over(values)
    same(frames(random_families(300, ON)), ON, Run.read("2025-06", -7, -5), session, tmp_path, book)


def test_rows_in_any_order_and_families_of_nobody_come_back_in_the_order_given(session, tmp_path):
    families = random_families(200, ON)
    families[3]["persons"], families[3]["obligors"] = [], []
    families[4]["household"]["division_code"] = None
    given = {depth: each.sample(fraction=1, shuffle=True, seed=4) for depth, each in frames(families).items()}
    parts = same(given, ON, Run(), session, tmp_path, share=20)
    assert len(parts) == 1


def test_nobody_at_all_can_be_screened_on_spark(session, tmp_path):
    assert all(part.households.height == 0 for part in on_spark(frames([]), ON, RUN, session, tmp_path))


def test_an_overflow_is_refused_and_never_another_number(session, tmp_path):
    @rule(PERSON, "计入的年收入", FEN, internal=True)
    def countable_income(wage_income_fen):
        """Far more than anybody earns."""
        return wage_income_fen * 10**15

    book = rulebook().laid_over(rules=(countable_income,))
    with pytest.raises(PolicyError, match="64 位整数"):
        on_spark(frames(random_families(10, ON)), ON, RUN, session, tmp_path, book)


def test_a_birth_after_the_day_is_refused_before_anything_is_sent(tmp_path):
    given = frames([family({"birth_date": date(2025, 7, 2)})])
    with pytest.raises(PolicyError, match="persons 第 1 行：birth_date"):
        on_spark(given, ON, RUN, None, tmp_path)


class Elsewhere:
    """A cluster that writes its answers to disks of its own."""

    def sql(self, statement):
        return self

    @property
    def write(self):
        return self

    def parquet(self, folder):
        """Nothing arrives here."""


@contextmanager
def elsewhere():
    yield Elsewhere()


def test_a_folder_that_the_cluster_does_not_share_is_said(tmp_path):
    with pytest.raises(PolicyError, match="共享目录"):
        on_spark(frames([family()]), ON, RUN, elsewhere, tmp_path)


def test_a_folder_in_which_nothing_can_be_written_is_said(tmp_path):
    @contextmanager
    def full():
        raise OSError("disk full")
        yield

    with pytest.raises(PolicyError, match="disk full"):
        on_spark(frames([family()]), ON, RUN, full, tmp_path)


@pytest.fixture
def files(tmp_path):
    """Three files of a small population in a folder whose name has signs that stand for others elsewhere."""
    folder = tmp_path / "人口 [1] {a}*`"
    folder.mkdir()
    given = frames(random_families(120, ON))
    for depth, name in NAMES.items():
        given[depth].write_parquet(folder / f"{name}.parquet")
    return folder


def arguments(folder, out, *more):
    tables = [word for name in KINDS for word in (f"--{name}", str(folder / f"{name}.parquet"))]
    outputs = ["--out", str(folder / f"{out}.parquet"), "--persons-out", str(folder / f"{out}-persons.parquet")]
    return ["policy", "screen", *tables, *outputs, "--on", str(ON), *more]


def test_the_command_line_writes_the_same_files_as_on_one_machine(session, files, capsys):
    assert main(arguments(files, "spark", "--engine", "spark", "--spark-conf", "spark.executor.memory=1g")) == 0
    on_cluster = capsys.readouterr()
    assert main(arguments(files, "polars")) == 0
    assert capsys.readouterr().out == on_cluster.out.replace("spark", "polars")
    for end in ("", "-persons"):
        one, two = (pl.read_parquet(files / f"{engine}{end}.parquet", glob=False) for engine in ("spark", "polars"))
        assert one.schema == two.schema
        assert one.equals(two)
    assert len(list(files.iterdir())) == 7


def process(folder, *more):
    """The command in a process of its own, with a folder for what it leaves behind."""
    environ = {**os.environ, "TMPDIR": str(folder)}
    command = [sys.executable, "-m", "doudi.config.cli", *arguments(folder, "R", "--engine", "spark", *more)]
    return subprocess.run(command, env=environ, capture_output=True, text=True, check=False)


def test_a_process_of_its_own_is_quiet_and_leaves_only_its_files(files):
    settings = [word for name, value in SMALL.items() for word in ("--spark-conf", f"{name}={value}")]
    done = process(files, "--spark-master", "local[2]", *settings)
    assert (done.returncode, done.stdout[:16]) == (0, "2025-07-01：120 户"[:16])
    assert [line[:3] for line in done.stderr.splitlines()] == ["提示："]
    assert len(list(files.glob("*.parquet"))) == 5
    assert not list(files.glob("doudi-spark-*"))


def test_a_cluster_that_is_none_is_one_sentence_with_the_place_of_the_output(files):
    done = process(files, "--spark-master", "nowhere")
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    (log,) = files.glob("doudi-spark-*.log")
    assert "集群计算失败" in line
    assert str(log) in line
    assert not (files / "R.parquet").exists()


def refused(folder, capsys, *more):
    assert main(arguments(folder, "R", *more)) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert len(list(folder.iterdir())) == 3
    return line


def test_without_java_the_command_that_installs_it_is_said(files, capsys, monkeypatch):
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(files))
    assert "apt-get install default-jre-headless" in refused(files, capsys, "--engine", "spark")
    monkeypatch.setenv("JAVA_HOME", str(files))
    assert f"JAVA_HOME={files}" in refused(files, capsys, "--engine", "spark")


def test_without_pyspark_the_command_that_installs_it_is_said(files, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyspark", None)
    assert "./run spark" in refused(files, capsys, "--engine", "spark")


def test_settings_of_a_cluster_need_a_cluster_and_a_value(files, capsys):
    assert "--engine spark" in refused(files, capsys, "--spark-master", "local[2]")
    assert "名称=值" in refused(files, capsys, "--engine", "spark", "--spark-conf", "spark.executor.memory")
