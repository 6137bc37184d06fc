"""A run of 60,000 recipients: draft with reasons, gate, lock with posting; how that grows. The kills: `money_kills`.

`measure()` is called by `money.py`. It makes databases of its own beside those of the tests, so nothing of it touches a
county. By itself: `python -m benchmarks.money_runs [--awards N] [--many N]`.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
AWARDS, MANY = 60_000, 240_000
Rows = list[tuple[str, str, str, str]]


def measure(awards: int = AWARDS, many: int = MANY) -> Rows:
    """Rows of (what, measured, wanted, note); each part in a process and a database of its own."""
    one, more = _apart("run", awards), _apart("run", many) if many else None
    rows = [
        _row(f"draft with reasons, {one['lines']:,} lines", one["draft"], "≤ 20 s", "built township by township"),
        _row("gate", one["gate"], "≤ 5 s", "ten kinds of holds, in one statement"),
        _row("lock with posting", one["lock"], "≤ 20 s", f"{one['yuan']:,} yuan, digest and totals"),
    ]
    if more:
        for name in ("draft", "gate", "lock"):
            grown = math.log(more[name] / one[name]) / math.log(more["lines"] / one["lines"])
            note = f"{more[name]:.1f} s for {more['lines']:,} lines"
            rows.append((f"growth of {name}", f"{grown:.2f}", "≤ 1.1", note))
    return rows


def _row(what: str, seconds: float, wanted: str, note: str) -> tuple[str, str, str, str]:
    return what, f"{seconds:.1f} s", wanted, note


def _apart(task: str, *numbers: int) -> dict[str, Any]:
    command = [sys.executable, str(Path(__file__)), task, *map(str, numbers)]
    told = subprocess.run(command, env=environ(), check=True, stdout=subprocess.PIPE, text=True)
    return dict(json.loads(told.stdout.strip().splitlines()[-1]))


def environ(database: str = "") -> dict[str, str]:
    """What a process of the bench needs to know."""
    said = {"DOUDI_MODE": "demo", "DOUDI_ROOT": str(ROOT), "DJANGO_SETTINGS_MODULE": "doudi.config.test_settings"}
    return os.environ | said | ({"DOUDI_TEST_DB": database} if database else {})


@contextmanager
def scratch(name: str) -> Iterator[None]:
    """A database of that name with every table, the second wall and the permissions; gone afterwards."""
    os.environ.update(environ(name))
    import django

    django.setup()
    from django.db import connection

    from doudi.accounts.grants import write_grants
    from doudi.privacy import wall

    kept = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    wall.apply()
    write_grants()
    try:
        yield
    finally:
        connection.creation.destroy_test_db(kept, verbosity=0)


def run_once(awards: int) -> dict[str, Any]:
    """The three times, each in the name of whoever presses the button, behind row-level security."""
    with scratch(f"bench_money_runs_{awards}"):
        from doudi.payments.models import PaymentRun
        from doudi.payments.queries.checking import check
        from tests.payments.many_awards import awards_of

        people = awards_of(awards)
        draft, gate = build(people)
        started = time.perf_counter()
        lock(people, PaymentRun.objects.get())
        seconds = time.perf_counter() - started
        run = PaymentRun.objects.get()
        assert run.state == "locked", run.state
        broken = check()
        assert not broken, broken[:5]
        told = {"draft": draft, "gate": gate, "lock": seconds, "lines": run.lines_count}
        return told | {"yuan": (run.total_fen or 0) // 100}


def build(people: Any) -> tuple[float, float]:
    """Seconds for a draft without its gate, and for the gate alone."""
    from doudi.payments.actions import runs
    from doudi.payments.actions.runs import filling
    from doudi.payments.kinds import RunKind
    from tests.payments.many_awards import COUNTY, FIRST, NOW

    spent, look = [], filling.look

    def timed(*args: Any, **said: Any) -> None:
        started = time.perf_counter()
        look(*args, **said)
        spent.append(time.perf_counter() - started)

    filling.look = timed
    started = time.perf_counter()
    run = runs.start_run(county=COUNTY, kind=RunKind.MONTHLY, month=FIRST, by=people.maker, on=NOW.date(), at=NOW)
    run = runs.finish_jobs(run, NOW)
    whole = time.perf_counter() - started
    assert run.state == "draft", run.state
    return whole - spent[0], spent[0]


def lock(people: Any, run: Any, *, wait: bool = True) -> Any:
    """Submitted, checked, approved and locked."""
    from doudi.payments.actions import runs
    from tests.payments.many_awards import NOW

    run = runs.submit(run=run, by=people.maker, at=NOW)
    run = runs.check(run=run, by=people.checker, at=NOW)
    run = runs.approve(run=run, by=people.finance, on=NOW.date(), at=NOW)
    return runs.finish_jobs(run, NOW) if wait else run


def main() -> int:
    """One part, told as JSON, or everything as a table."""
    task = sys.argv[1] if len(sys.argv) > 1 and not sys.argv[1].startswith("-") else ""
    match task:
        case "run":
            print(json.dumps(run_once(int(sys.argv[2]))))
        case _:
            parser = argparse.ArgumentParser()
            for name, value in (("awards", AWARDS), ("many", MANY)):
                parser.add_argument(f"--{name}", type=int, default=value)
            for row in measure(**vars(parser.parse_args())):
                print("| " + " | ".join(row) + " |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
