"""The bank's file of a locked run and the reconciliation of its return: 60,000 lines, 1,000,000 lines, how it grows.

`measure(environ)` is called by `money.py` with the environment of a running demo county; it lays its own people and
accounts beside the county's. By itself, on a database of its own that is thrown away:
`python -m benchmarks.money_bank --scratch [--lines 60000,1000000] [--form xlsx]` with DOUDI_MODE=demo set.
"""

# ruff: noqa: E501  (statements of SQL read better whole)

from __future__ import annotations

import argparse
import json
import math
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
LINES = (60_000, 1_000_000)
FEN = 64_400
COUNTY = "533103"
PLACE = COUNTY.ljust(12, "0")
MONTHS = (date(2031, 1, 1), date(2031, 2, 1), date(2031, 3, 1))
Rows = list[tuple[str, str, str, str]]


def measure(environ: dict[str, str], lines: Sequence[int] = LINES) -> Rows:
    """Rows of (what, measured, wanted, note), from a process of its own."""
    command = [sys.executable, str(Path(__file__)), "--lines", ",".join(map(str, lines))]
    told = subprocess.run(command, env=environ, check=True, capture_output=True, text=True)
    return [tuple(row) for row in json.loads(told.stdout.strip().splitlines()[-1])]


def main() -> int:
    """Measure each size on a run of its own, print the rows as JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--lines", default=",".join(map(str, LINES)))
    parser.add_argument("--form", default="csv")
    parser.add_argument("--scratch", action="store_true")
    options = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    settings = "test_settings" if options.scratch else "settings"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", f"doudi.config.{settings}")
    import django

    django.setup()
    from doudi.jobs.worker import collect_seldom

    collect_seldom()
    sizes = [int(size) for size in options.lines.split(",")]
    with scratch() if options.scratch else nothing():
        rows = run(sizes, options.form)
    print(json.dumps(rows, ensure_ascii=False))
    return 0


@contextmanager
def nothing() -> Iterator[None]:
    """The database as it is."""
    yield


@contextmanager
def scratch() -> Iterator[None]:
    """A database of its own with the second wall, gone afterwards."""
    from django.conf import settings
    from django.test.utils import get_runner, setup_test_environment

    from doudi.accounts.grants import write_grants
    from doudi.privacy import wall

    setup_test_environment()
    runner = get_runner(settings)(interactive=False, verbosity=0)
    old = runner.setup_databases()
    try:
        wall.apply()
        write_grants()
        yield
    finally:
        runner.teardown_databases(old)


def run(sizes: Sequence[int], form: str) -> Rows:
    """File and reconciliation for every size, and the exponent between the first and the last."""
    maker, fund = staff(), None
    rows: Rows = []
    seconds: list[tuple[int, float, float]] = []
    for number, size in enumerate(sizes):
        fund = lay(size, maker, number, fund)
        sent, answered, broken, *used = one(size, maker, form, number)
        seconds.append((size, sent, answered))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        first = number == 0
        rows.append(
            (
                f"bank file of {size:,} lines ({form}), read back",
                f"{sent:.1f} s",
                "≤ 5 s" if first else "",
                f"processor {used[0]:.1f} s, peak {peak:,.0f} MB",
            )
        )
        rows.append(
            (
                f"reconciliation of its return, {size:,} rows",
                f"{answered:.1f} s",
                "≤ 20 s" if first else "",
                f"processor {used[1]:.1f} s, {broken} invariants broken",
            )
        )
    if len(seconds) > 1:
        (n, a, b), (m, c, d) = seconds[0], seconds[-1]
        for what, early, late in (("bank file", a, c), ("reconciliation", b, d)):
            exponent = math.log(late / early) / math.log(m / n)
            rows.append((f"growth exponent of the {what}, {n:,} to {m:,}", f"{exponent:.2f}", "≤ 1.1", ""))
    return rows


def one(size: int, maker: Any, form: str, number: int) -> tuple[float, float, int, float, float]:
    """Send a run, let the simulated bank answer with one in a hundred rejected, reconcile; seconds, and what broke."""
    from django.utils import timezone

    from doudi.jobs.files import open_file
    from doudi.jobs.models import Job, JobFile
    from doudi.payments.actions import bank, returns
    from doudi.payments.banking.sheets import bank_key
    from doudi.payments.banking.simulator import Habits, SimulatedBank
    from doudi.payments.models import PaymentRun
    from doudi.payments.queries.checking import check

    asking(maker)
    used = cpu()
    the_run = PaymentRun.objects.get(number=f"BT-{MONTHS[number]:%Y%m}-91")
    started = time.perf_counter()
    job = bank.start_send(run=the_run, by=maker, at=timezone.now(), form=form)
    finish(job)
    sent, used_sending = time.perf_counter() - started, cpu() - used
    content = b"".join(open_file(JobFile.objects.get(job=job, role=JobFile.Role.RESULT)))
    simulated = SimulatedBank(bank_key(COUNTY), number, Habits(reject=0.01))
    simulated.submit(content, on=timezone.localdate())
    answer = simulated.fetch(on=timezone.localdate())[0]
    used = cpu()
    started = time.perf_counter()
    file, _new = returns.take_return(
        content=answer.content, name=answer.name, county=COUNTY, by=maker, at=timezone.now()
    )
    finish(Job.objects.get(pk=file.job_id))
    answered, used_answering = time.perf_counter() - started, cpu() - used
    broken = len([b for b in check(_owner()) if b.invariant in ("I1", "I2", "I3", "I6")])
    return sent, answered, broken, used_sending, used_answering


def cpu() -> float:
    """Seconds of processor of this process and of its backend: what it would take on an idle machine."""
    import psutil
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        times = psutil.Process(cursor.fetchone()[0]).cpu_times()
    return time.process_time() + float(times.user) + float(times.system)


def finish(job: Any) -> None:
    """The job to its end, in this process or in a worker that took it first."""
    from doudi.jobs.models import Job
    from doudi.jobs.runner import run as run_job

    run_job(job.pk)
    while (done := Job.objects.using(_owner()).get(pk=job.pk)).is_open:
        time.sleep(0.02)
    assert done.state == "done", done.message


def _owner() -> str:
    from doudi.privacy.wall import owner_alias

    return owner_alias()


def asking(staff: Any) -> None:
    """The web role asks for this person from now on."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('doudi.staff', %s, false)", [str(staff.pk)])


def staff() -> Any:
    """A maker of payments; made if the county has none."""
    from django.utils import timezone

    from doudi.accounts.models import Assignment, Staff
    from doudi.accounts.scope import scope_of

    now, using = timezone.now(), _owner()
    found = Staff.objects.using(using).filter(username="bench-payment-maker").first()
    if found is None:
        found = Staff(username="bench-payment-maker", name="测算制单", office="测算", created_at=now)
        found.set_unusable_password()
        found.save(using=using)
        since = now.replace(year=2020)
        Assignment.objects.using(using).create(staff=found, role="payment_maker", division_code=COUNTY, starts_at=since)
    found = Staff.objects.get(pk=found.pk)
    found.scope = scope_of(found, now)
    return found


# --- laying: people, households and accounts copied from one, lines from those; everything set-based --------------


def lay(size: int, maker: Any, number: int, fund: int | None) -> int:
    """A locked run of so many lines with a fund that can pay them; the fund."""
    from django.db import connections, transaction

    with transaction.atomic(using=_owner()), connections[_owner()].cursor() as cursor:
        fund = fund or _fund(cursor, maker)
        _money(cursor, maker, fund, size * FEN, number)
        first = _people(cursor, size)
        _accounts(cursor, first, size)
        _run(cursor, maker, fund, first, size, number)
    with connections[_owner()].cursor() as cursor:
        cursor.execute("ANALYZE")
    return fund


def _insert(cursor: Any, table: str, **values: Any) -> int:
    names = ", ".join(f'"{name}"' for name in values)
    slots = ", ".join(["%s"] * len(values))
    cursor.execute(f"INSERT INTO {table} ({names}) VALUES ({slots}) RETURNING id", list(values.values()))
    return int(cursor.fetchone()[0])


def _fund(cursor: Any, maker: Any) -> int:
    return _insert(
        cursor,
        "payments_fund",
        county=COUNTY,
        code="BENCH",
        name="测算资金",
        source="county",
        rank=999,
        programmes="[]",
        is_open=True,
    )


def _account(cursor: Any, book: str, fund: int, programme: str = "", year: int = 0) -> int:
    key = (PLACE, book, fund, programme, year)
    cursor.execute(
        "SELECT id FROM payments_account WHERE (division_code, book, fund_id, programme, year) = (%s, %s, %s, %s, %s)",
        key,
    )
    if found := cursor.fetchone():
        return int(found[0])
    return _insert(
        cursor,
        "payments_account",
        county=COUNTY,
        division_code=PLACE,
        book=book,
        fund_id=fund,
        programme=programme,
        year=year,
        balance_fen=0,
    )


def _post(cursor: Any, maker: Any, kind: str, about: tuple[str, str, str], from_: int, to: int, fen: int) -> None:
    entry = _insert(
        cursor,
        "payments_entry",
        county=COUNTY,
        division_code=PLACE,
        kind=kind,
        about=about[0],
        about_id=about[1],
        step=about[2],
        text="测算",
        postings_count=2,
        on=MONTHS[0],
        at=f"{MONTHS[0]} 00:00Z",
        by_id=maker.pk,
    )
    cursor.execute(
        "INSERT INTO payments_posting (entry_id, account_id, fen, division_code, origin) VALUES (%s, %s, %s, %s, ''), (%s, %s, %s, %s, '')",
        [entry, from_, -fen, PLACE, entry, to, fen, PLACE],
    )


def _money(cursor: Any, maker: Any, fund: int, fen: int, number: int) -> None:
    year, programme = MONTHS[0].year, "price_subsidy"
    _post(
        cursor,
        maker,
        "inflow",
        ("bench", str(fund), f"in-{number}"),
        _account(cursor, "source", fund),
        _account(cursor, "fund", fund),
        fen,
    )
    _post(
        cursor,
        maker,
        "budget",
        ("bench", str(fund), f"budget-{number}"),
        _account(cursor, "authorised", fund, programme, year),
        _account(cursor, "available", fund, programme, year),
        fen,
    )


def _columns(cursor: Any, table: str) -> list[str]:
    cursor.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s ORDER BY ordinal_position", [table]
    )
    return [name for (name,) in cursor.fetchall()]


def _copied(cursor: Any, table: str, template: int, size: int, **changes: str) -> None:
    """So many rows like one, but for these columns; `g` counts them."""
    columns = _columns(cursor, table)
    said = ", ".join(changes.get(name, f't."{name}"') for name in columns)
    names = ", ".join(f'"{name}"' for name in columns)
    cursor.execute(
        f"INSERT INTO {table} ({names}) SELECT {said} FROM {table} t, generate_series(1, {size}) g WHERE t.id = {template}"
    )


def _people(cursor: Any, size: int) -> int:
    """People and their households; the id before the first, the same for both."""
    cursor.execute("SELECT h.id, h.head_id FROM registry_household h WHERE h.closed_on IS NULL ORDER BY h.id LIMIT 1")
    home, person = cursor.fetchone() or _template(cursor)
    cursor.execute(
        "SELECT greatest((SELECT max(id) FROM registry_person), (SELECT max(id) FROM registry_household)) + 10"
    )
    first = int(cursor.fetchone()[0])
    _copied(
        cursor,
        "registry_person",
        person,
        size,
        id=f"{first} + g",
        resident_id_index=f"decode(md5('bench' || ({first} + g)), 'hex')",
        merged_into_id="NULL",
    )
    _copied(
        cursor,
        "registry_household",
        home,
        size,
        id=f"{first} + g",
        head_id=f"{first} + g",
        number=f"'BENCH-' || ({first} + g)",
        merged_into_id="NULL",
    )
    return first


def _template(cursor: Any) -> tuple[int, int]:
    """One household where the database has none."""
    from doudi.accounts.roles import Role
    from doudi.places.models import Division
    from tests.conftest import DIVISIONS, staff_member
    from tests.registry.world import a_household

    Division.objects.bulk_create(
        Division(code=c, name=n, short_name=n, level=lv, parent_id=p, residence_class=rc, letters=le)
        for c, n, lv, p, rc, le in DIVISIONS
    )
    home = a_household(staff_member(Role.TOWNSHIP_CLERK))
    return home.pk, home.head_id


def _accounts(cursor: Any, first: int, size: int) -> None:
    from doudi.payments.models import ACCOUNT_INDEX
    from doudi.privacy.cipher import keyring

    keys = keyring()
    holder = keys.seal("岳勒旺", purpose="payments_benefitaccount.holder")
    for start in range(1, size + 1, 100_000):
        ids = range(first + start, first + min(start + 100_000, size + 1))
        numbers = [f"6217{one:015d}" for one in ids]
        sealed = keys.seal_many(numbers, purpose="payments_benefitaccount.number")
        indexes = keys.index_many(numbers, purpose=ACCOUNT_INDEX)
        cursor.execute(
            "INSERT INTO payments_benefitaccount (division_code, starts_on, recorded_at, holder, number, number_index, tail, bank, because,"
            " person_id, differs_because, must_be_checked) SELECT '533103102201', '2026-01-01', now(), %s, n.sealed, n.index, right(n.number, 4),"
            " '农信社', '测算', n.id, '', false FROM unnest(%s::bigint[], %s::text[], %s::bytea[], %s::bytea[]) n (id, number, sealed, index)",
            [holder, list(ids), numbers, sealed, indexes],
        )


def _run(cursor: Any, maker: Any, fund: int, first: int, size: int, number: int) -> None:
    month, total = MONTHS[number], size * FEN
    release = _insert(
        cursor,
        "payments_indexrelease",
        county=COUNTY,
        area="5331",
        month=month,
        cpi=40,
        released_on=month.replace(day=20),
        source="测算",
        cpi_is_read=False,
        food_is_read=False,
        because="",
        entered_at=f"{month} 00:00Z",
        confirmed_by_id=maker.pk,
        confirmed_at=f"{month} 00:00Z",
    )
    run = _insert(
        cursor,
        "payments_paymentrun",
        county=COUNTY,
        division_code=PLACE,
        number=f"BT-{month:%Y%m}-91",
        kind="price_subsidy",
        month=month,
        state="building",
        version=1,
        pay_by=month,
        release_id=release,
        made_by_id=maker.pk,
        made_at=f"{month} 00:00Z",
        digest="",
        figures="{}",
        note="",
    )
    filled = {
        "run_id": run,
        "programme": "'price_subsidy'",
        "month": f"'{month}'",
        "kind": "'subsidy'",
        "fund_id": fund,
    }
    wanted = {
        **filled, "division_code": "a.division_code", "residence": "'rural'", "portion": "'main'", "household_id": "a.person_id",
        "due_fen": FEN, "kept_fen": 0, "fen": FEN, "parts": "'[]'", "why": "'{}'", "people_count": 1, "change": "'same'",
        "account_id": "a.id", "state": "'locked'", "dropped_because": "''", "afterwards": "''",
    }  # fmt: skip
    known = set(_columns(cursor, "payments_paymentline"))
    chosen = {name: value for name, value in wanted.items() if name in known}
    cursor.execute(
        f"INSERT INTO payments_paymentline ({', '.join(chosen)}) SELECT {', '.join(map(str, chosen.values()))}"
        f" FROM payments_benefitaccount a WHERE a.person_id > {first} AND a.person_id <= {first + size} ORDER BY a.id"
    )
    programme, year = "price_subsidy", month.year
    _post(
        cursor,
        maker,
        "commit",
        ("run", str(run), "commit-1"),
        _account(cursor, "available", fund, programme, year),
        _account(cursor, "committed", fund, programme, year),
        total,
    )
    cursor.execute(
        "UPDATE payments_paymentrun SET state = 'locked', checked_by_id = %s, approved_by_id = %s, checked_at = now(), approved_at = now(),"
        " lines_count = %s, total_fen = %s, digest = %s WHERE id = %s",
        [maker.pk + 100_000, maker.pk + 200_000, size, total, "d1" * 32, run],
    )


if __name__ == "__main__":
    raise SystemExit(main())
