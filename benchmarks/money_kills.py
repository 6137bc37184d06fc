"""A month of 60,000 recipients whose worker is killed -9 a hundred times: list, lock, bank file, reconciliation.

`measure()` is called by `money.py`. It makes a database of its own beside those of the tests. By itself:
`python -m benchmarks.money_kills [--awards N] [--kills N]`.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.money_runs import environ, scratch  # noqa: E402

AWARDS = 60_000
KILLS = 112  # a hundred and some more: a job may end before its last blow
PHASES = ("list", "lock", "bank file", "reconciliation")
SHORTEST, LONGEST = 0.05, 5.0
Rows = list[tuple[str, str, str, str]]


def measure(awards: int = AWARDS, kills: int = KILLS) -> Rows:
    """One row: how many lines were lost or doubled, and everything else that would be wrong."""
    command = [sys.executable, str(Path(__file__)), "killed", str(awards), str(kills)]
    done = subprocess.run(command, env=environ(), check=True, stdout=subprocess.PIPE, text=True)
    told = json.loads(done.stdout.strip().splitlines()[-1])
    struck = ", ".join(f"{count} in the {phase}" for phase, count in told["struck"].items())
    note = f"{struck}; {told['broken']} invariants broken; totals {'equal' if told['equal'] else 'DIFFER'}; "
    what = f"kill -9 at {sum(told['struck'].values())} random points"
    return [(what, str(told["lost"]), "0 lines lost or doubled", note + f"{told['seconds']:.0f} s")]


def killed(awards: int, kills: int) -> dict[str, Any]:
    """Each of the four jobs killed about a quarter of the times, then let end; the outcome against the plain count."""
    name, started, draw = f"bench_money_killed_{awards}", time.perf_counter(), random.Random(7)
    with scratch(name):
        from doudi.payments.models import BankAnswer, PaymentLine, PaymentRun, Transfer
        from doudi.payments.queries.checking import check
        from tests.payments.many_awards import awards_of

        people = awards_of(awards)
        struck: dict[str, int] = {}
        for phase, begin in zip(PHASES, (_list, _lock, _bank_file, _reconciliation), strict=True):
            left = kills - sum(struck.values())  # a job that ended early leaves its share to the next
            struck[phase] = strike(begin(people), name, left // (len(PHASES) - len(struck)), draw)
        run, (lines, fen) = PaymentRun.objects.get(), expected(awards)
        matched = BankAnswer.objects.filter(state="matched").count()
        counts = (PaymentLine.objects.count(), Transfer.objects.count(), BankAnswer.objects.count(), matched)
        return {
            "struck": struck, "lost": sum(abs(count - lines) for count in counts), "broken": len(check()),
            "equal": (run.lines_count, run.total_fen) == (lines, fen), "seconds": time.perf_counter() - started,
        }  # fmt: skip


def _list(people: Any) -> int:
    from doudi.payments.actions import runs
    from doudi.payments.kinds import RunKind
    from tests.payments.many_awards import COUNTY, FIRST, NOW

    run = runs.start_run(county=COUNTY, kind=RunKind.MONTHLY, month=FIRST, by=people.maker, on=NOW.date(), at=NOW)
    return int(run.job_id or 0)


def _lock(people: Any) -> int:
    from benchmarks.money_runs import lock
    from doudi.payments.models import PaymentRun

    return int(lock(people, PaymentRun.objects.get(), wait=False).job_id)


def _bank_file(people: Any) -> int:
    from doudi.payments.actions import bank
    from doudi.payments.models import PaymentRun
    from tests.payments.many_awards import NOW

    return int(bank.start_send(run=PaymentRun.objects.get(), by=people.maker, at=NOW).pk)


def _reconciliation(people: Any) -> int:
    """The simulated bank reads what was left after all the kills, and answers every row."""
    from doudi.jobs.files import open_file
    from doudi.jobs.models import JobFile
    from doudi.payments.actions import returns
    from doudi.payments.banking.sheets import bank_key
    from doudi.payments.banking.simulator import Habits, SimulatedBank
    from tests.payments.many_awards import COUNTY, NOW

    bank, on = SimulatedBank(bank_key(COUNTY), 7, Habits(reject=0.01)), NOW.date()
    bank.submit(b"".join(open_file(JobFile.objects.filter(role=JobFile.Role.RESULT).latest("pk"))), on=on)
    answer = bank.fetch(on=on)[0]
    file, _new = returns.take_return(content=answer.content, name=answer.name, county=COUNTY, by=people.maker, at=NOW)
    return int(file.job_id or 0)


def expected(awards: int) -> tuple[int, int]:
    """Lines and fen of `many_awards`, counted without the product."""
    fen = sum(40_000 + n % 40 * 1_000 + (5_600 if n % 5 == 4 else 0) for n in range(awards))
    return awards + awards // 10, fen


def strike(job: int, name: str, kills: int, draw: random.Random) -> int:
    """Kill the process that does a job at random instants after it has begun; at last let it end."""
    from doudi.jobs.models import Job

    struck, pause, row = 0, 0.4, Job.objects.get(pk=job)
    while struck < kills and row.is_open:
        worker, before = _worker(job, name), row.done
        time.sleep(draw.uniform(0, pause))
        if worker.poll() is None:
            worker.send_signal(signal.SIGKILL)
            struck += 1
        worker.wait()
        row.refresh_from_db()
        # Always before the first commit, a kill would try nothing; long after it, the job would end before the last.
        pause = min(pause * 1.3, LONGEST) if row.done == before else max(pause * 0.7, SHORTEST)
    while row.is_open:  # the server may not have noticed the last death yet: then the job is not given to another
        assert _worker(job, name).wait() == 0
        row.refresh_from_db()
    assert row.state == "done", row.message
    return struck


def _worker(job: int, name: str) -> subprocess.Popen[str]:
    command = [sys.executable, str(Path(__file__)), "work", str(job), name]
    worker = subprocess.Popen(command, env=environ(name), stdout=subprocess.PIPE, text=True)
    assert worker.stdout is not None
    worker.stdout.readline()
    return worker


def work(job: int, name: str) -> None:
    """Do a job in the scratch database; say so before it begins."""
    os.environ.update(environ(name))
    import django

    django.setup()
    from django.db import connection

    from doudi.jobs.runner import run
    from tests.payments.many_awards import NOW

    connection.settings_dict["NAME"] = name
    print("begun", flush=True)
    run(job, clock=lambda: NOW)


def main() -> int:
    """One part, told as JSON, or the row."""
    match sys.argv[1] if len(sys.argv) > 1 else "":
        case "killed":
            print(json.dumps(killed(int(sys.argv[2]), int(sys.argv[3]))))
        case "work":
            work(int(sys.argv[2]), sys.argv[3])
        case _:
            parser = argparse.ArgumentParser()
            parser.add_argument("--awards", type=int, default=AWARDS)
            parser.add_argument("--kills", type=int, default=KILLS)
            for row in measure(**vars(parser.parse_args())):
                print("| " + " | ".join(row) + " |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
