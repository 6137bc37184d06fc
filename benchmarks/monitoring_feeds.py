"""A year of department files into a county: `python -m benchmarks.monitoring_feeds [--rows N] [--people N]`.

Lays a demo county in a database of its own, writes the files of the largest sources, and lands them in order of arrival
the way a dropped file lands: received and sealed, read, checked, matched, held against what was said before, written
where something changed. As many processes as `--workers` says share the files, as workers share jobs: those of one
source land one after the other, by whoever is free. Prints a markdown table; wanted: 20,000 rows a second overall,
3 GB. `--keep DIR` uses files that are there already, or keeps them.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.money_runs import environ, scratch  # noqa: E402

WANTED_ROWS_A_SECOND, WANTED_MB = 20_000, 3 * 1024
Row = tuple[str, str, str, str]


def main() -> int:
    """The parts run in processes of their own, so that memory is that of landing alone."""
    options = arguments()
    name = f"bench_feeds_{options.people}"
    if options.part:
        return {"lay": lay, "land": land, "count": count}[options.part](options, name)
    var = Path(tempfile.mkdtemp(prefix="bench-feeds-"))  # server and sealed files of this run alone
    folder = Path(options.keep or var / "files")
    os.environ["DOUDI_VAR"] = str(var)
    try:
        with scratch(name):
            finished([begin("lay", options, folder, name)])
            began, memory = time.perf_counter(), Memory()
            workers = [begin("land", options, folder, name) for _ in range(options.workers)]
            memory.start([psutil.Process(worker.pid) for worker in workers])
            told = merged([json.loads(text.splitlines()[-1]) for text in finished(workers)])
            memory.stop()
            told |= {"whole": time.perf_counter() - began, "memory": memory.peaks}
            told |= json.loads(finished([begin("count", options, folder, name)])[0].splitlines()[-1])
    finally:
        from doudi.config.postgres import stop

        stop(var / "pg-test")
        shutil.rmtree(var, ignore_errors=True)
    table = markdown(told, options)
    print(table)
    if options.write:
        target = ROOT / "benchmarks" / "results" / f"{date.today():%Y-%m-%d}-monitoring-feeds.md"
        target.write_text(table, encoding="utf-8")
    return 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=7_000_000)
    parser.add_argument("--people", type=int, default=440_000)
    parser.add_argument("--sources", type=int, default=12, help="how many, the largest first")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", default="", help="folder of the files")
    parser.add_argument("--write", action="store_true", help="write the table to benchmarks/results")
    parser.add_argument("--profile", action="store_true", help="say where the time goes")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--part", choices=("lay", "land", "count"), default="")
    return parser.parse_args()


def begin(what: str, options: argparse.Namespace, folder: Path, name: str) -> subprocess.Popen[str]:
    """Start a part in a process of its own."""
    said = ["--rows", options.rows, "--people", options.people, "--sources", options.sources, "--seed", options.seed,
            "--workers", options.workers]  # fmt: skip
    command = [sys.executable, __file__, "--part", what, "--keep", folder, *said, *["--profile"] * options.profile]
    return subprocess.Popen([str(word) for word in command], env=environ(name), stdout=subprocess.PIPE, text=True)


def finished(parts: list[subprocess.Popen[str]]) -> list[str]:
    """What they printed."""
    told = [one.communicate()[0] for one in parts]
    if any(one.returncode for one in parts):
        raise SystemExit("a part broke")
    return told


def merged(told: list[dict[str, Any]]) -> dict[str, Any]:
    """One account of what several workers landed."""
    rows: dict[str, int] = defaultdict(int)
    seconds: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for one in told:
        for key, number in one["rows"].items():
            rows[key] += number
        for key, steps in one["seconds"].items():
            for step, spent in steps.items():
                seconds[key][step] += spent
    return {"worked": sum(one["worked"] for one in told), "rows": rows, "seconds": seconds}


def on_scratch(name: str) -> None:
    """Stand in the scratch database."""
    import django

    django.setup()
    from django.db import connection

    connection.settings_dict["NAME"] = name


def lay(options: argparse.Namespace, name: str) -> int:
    """The county in the database, its files in the folder, and the list of those that are to land."""
    on_scratch(name)
    import polars as pl

    from doudi.demo.county import draw
    from doudi.demo.feeds import write_year
    from doudi.demo.generate import generate, villages
    from doudi.places.actions import load_divisions

    folder = Path(options.keep)
    load_divisions(by=None)
    began = time.perf_counter()
    generate(seed=options.seed, people=options.people, replace=True)
    say(f"county {time.perf_counter() - began:.0f} s")
    began = time.perf_counter()
    sheets, _truth = write_year(draw(options.seed, villages(), options.people), folder)
    say(f"{sum(s.rows for s in sheets):,} rows in {len(sheets)} files written in {time.perf_counter() - began:.0f} s")
    told = pl.DataFrame(sheets).filter(pl.col("trouble").is_in(["", "later", "corrected"]))
    largest = told.group_by("source").agg(pl.sum("rows")).sort("rows", descending=True)["source"].head(options.sources)
    told = told.filter(pl.col("source").is_in(largest.implode()))
    told.filter(pl.col("rows").cum_sum().shift(1, fill_value=0) < options.rows).write_parquet(folder / "list.parquet")
    return 0


def land(options: argparse.Namespace, name: str) -> int:
    """Land every file of the list; prints seconds by source and step, rows, and the highest memory."""
    on_scratch(name)
    import polars as pl

    sheets = pl.read_parquet(Path(options.keep) / "list.parquet").to_dicts()
    seconds: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    profile = profiler() if options.profile else None
    rows: dict[str, int] = defaultdict(int)
    for sheet in taken(sheets):
        land_one(Path(options.keep) / sheet["file"], sheet, seconds[sheet["source"]])
        rows[sheet["source"]] += sheet["rows"]
    if profile is not None:
        show(profile)
    print(json.dumps({"worked": time.process_time(), "rows": rows, "seconds": seconds}))
    return 0


def taken(sheets: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The next file of whatever source has most before it and is in nobody's hands, until there is none."""
    from django.db import connection

    from doudi.feeds.models import Batch

    of: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for sheet in sheets:
        of[sheet["source"]].append(sheet)

    def left(source: str) -> list[dict[str, Any]]:
        return of[source][Batch.objects.filter(contract=source).count() :]

    while waiting := [s for s in of if left(s)]:
        free = 0
        for source in sorted(waiting, key=lambda s: -sum(sheet["rows"] for sheet in left(s))):
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [source])
                if not cursor.fetchone()[0]:
                    continue
            try:
                if files := left(source):
                    free += 1
                    yield files[0]
            finally:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_unlock(hashtext(%s))", [source])
            break
        if not free:
            time.sleep(0.1)  # every source that is left is in somebody's hands


def count(options: argparse.Namespace, name: str) -> int:
    """What there is in the end, and how fast rows could go in at most."""
    on_scratch(name)
    print(json.dumps({"left": left(), "limit": limit(Path(options.keep))}))
    return 0


def limit(folder: Path) -> float:
    """Rows a second of the largest text file with nothing checked or matched: read, and copied into an empty table."""
    import polars as pl
    from django.db import connection, transaction

    from doudi.jobs.copying import copy_in

    files = pl.read_parquet(folder / "list.parquet").filter(pl.col("file").str.ends_with(".csv"))
    path = folder / files.sort("rows", descending=True)["file"][0]
    began = time.perf_counter()
    frame = pl.read_csv(path, infer_schema=False, encoding="utf8-lossy", truncate_ragged_lines=True, has_header=False)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMP TABLE plain ({', '.join(f'{name} text' for name in frame.columns)}) ON COMMIT DROP"
        )
        copy_in(cursor, "plain", frame)
    return frame.height / (time.perf_counter() - began)


def land_one(path: Path, sheet: dict[str, Any], seconds: dict[str, float]) -> None:
    """One file on its way: received, then its jobs one after the other as the worker runs them."""
    from django.utils import timezone

    from doudi.feeds.actions.receiving import receive
    from doudi.feeds.models import Way
    from doudi.jobs import runner
    from doudi.jobs.models import Job

    began, now = time.perf_counter(), timezone.now()
    with path.open("rb") as stream:
        batch = receive(
            contract=sheet["source"], file_name=path.name, stream=stream, way=Way.FOLDER, by=None,
            on=timezone.localdate(now), at=now,
        )  # fmt: skip
    seconds["receive"] += time.perf_counter() - began
    mine = Job.objects.filter(state="waiting", kind__startswith="feeds.", params__batch=batch.pk)
    while job := mine.order_by("pk").first():
        began = time.perf_counter()
        runner.run(job.pk)
        seconds[job.kind.removeprefix("feeds.")] += time.perf_counter() - began
        job.refresh_from_db()
        if job.state != "done":
            raise SystemExit(f"{path.name}: job {job.kind} is {job.state}: {job.errors}")


def left() -> dict[str, Any]:
    """What there is in the end, and which files did not land by themselves."""
    from django.db.models import Count, Sum

    from doudi.feeds.models import Batch

    states = dict(Batch.objects.values_list("state").annotate(n=Count("pk")))
    sums = Batch.objects.aggregate(
        *(Sum(name) for name in ("rows", "good", "rejected", "matched", "doubtful", "unmatched"))
    )
    waiting = list(Batch.objects.exclude(state="landed").values_list("contract", "file_name", "said")[:8])
    return {"states": states, "sums": sums, "waiting": waiting}


class Memory:
    """Samples the proportional set size of the landing processes and of PostgreSQL until stopped."""

    def __init__(self) -> None:
        self.peaks = {"process": 0, "postgres": 0, "together": 0}
        self._stopped = threading.Event()

    def start(self, processes: list[psutil.Process]) -> None:
        self._thread = threading.Thread(target=self._watch, args=[processes], daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join()

    def _watch(self, processes: list[psutil.Process]) -> None:
        while not self._stopped.wait(2):
            mine, server = pss(processes), pss(postgres())
            for name, value in (("process", mine), ("postgres", server), ("together", mine + server)):
                self.peaks[name] = max(self.peaks[name], value)


def postgres() -> list[psutil.Process]:
    """The processes of the bench's own server."""
    found = [p for p in psutil.process_iter(["name", "cmdline"]) if p.info["name"] == "postgres"]
    root = next(p for p in found if "bench-feeds-" in " ".join(p.info["cmdline"] or []))
    return [root, *root.children(recursive=True)]


def pss(processes: list[psutil.Process]) -> int:
    """Megabytes."""
    total = 0
    for process in processes:
        try:
            total += process.memory_full_info().pss
        except psutil.Error:
            continue
    return total // 2**20


def profiler() -> Any:
    import cProfile

    profile = cProfile.Profile()
    profile.enable()
    return profile


def show(profile: Any) -> None:
    import pstats

    profile.disable()
    pstats.Stats(profile, stream=sys.stderr).sort_stats("cumtime").print_stats(60)


def say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def markdown(told: dict[str, Any], options: argparse.Namespace) -> str:
    """The table, with what it was measured on."""
    rows, whole, peaks = sum(told["rows"].values()), told["whole"], told["memory"]
    lines: list[Row] = [
        ("rows a second, all sources", f"{rows / whole:,.0f}", f"≥ {WANTED_ROWS_A_SECOND:,}",
         f"{rows:,} rows in {whole:,.0f} s by {options.workers} processes, processor time {told['worked']:,.0f} s"),
        ("memory, landing processes and PostgreSQL", f"{peaks['together']:,} MB", f"≤ {WANTED_MB:,} MB",
         f"peak PSS; processes {peaks['process']:,}, PostgreSQL {peaks['postgres']:,}"),
    ]  # fmt: skip
    lines.append(
        ("the limit: one process copies a text file as it is", f"{told['limit']:,.0f} rows/s", "", "nothing checked")
    )
    for key, steps in sorted(told["seconds"].items(), key=lambda item: -told["rows"][item[0]]):
        spent = sum(steps.values())
        note = ", ".join(f"{step} {seconds:.1f} s" for step, seconds in steps.items())
        lines.append((key, f"{told['rows'][key] / spent:,.0f} rows/s", "", f"{told['rows'][key]:,} rows: {note}"))
    lines.append(("in the end", str(told["left"]["states"]), "", str(told["left"]["sums"])))
    lines += [("not landed by itself", f"{key} {name}", "", said) for key, name, said in told["left"]["waiting"]]
    memory = round(psutil.virtual_memory().total / 2**30)
    head = f"A county of {options.people:,}, {date.today():%Y-%m-%d}. "
    head += f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, {memory} GiB, Python "
    head += f"{platform.python_version()}; server without fsync; load when it ended {os.getloadavg()[0]:.1f}.\n\n"
    body = [
        "| what | measured | wanted | note |",
        "|---|---|---|---|",
        *("| " + " | ".join(line) + " |" for line in lines),
    ]
    return head + "\n".join(body) + "\n"


if __name__ == "__main__":
    sys.exit(main())
