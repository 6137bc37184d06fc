"""Two hundred pay at once from one reserve fund; and how long a trained thumb takes from the page to the money.

`measure(environ, port)` is called by `money.py` with the environment and port of a running demo county. By itself:
`python -m benchmarks.money_relief --port N` with DOUDI_VAR, DATABASE_URL, DATABASE_OWNER_URL and DOUDI_MODE=demo set.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from statistics import median, quantiles
from typing import Any
from uuid import uuid4

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
PAYMENTS, MONEY_FOR = 200, 150
PROCESSES, THREADS = 3, 2  # as `doudi serve` starts the server
FEN = 10_000
VILLAGE, TOWNSHIP = "533103102203", "533103102000"
Rows = list[tuple[str, str, str, str]]


def measure(environ: dict[str, str], port: int, payments: int = PAYMENTS) -> Rows:
    """Rows of (what, measured, wanted, note)."""
    return [*purse(environ, payments), *phone(environ, port)]


def phone(environ: dict[str, str], port: int) -> Rows:
    """The thumb, in a process of its own, with some money in the purse."""
    in_the_house(environ, "fill")
    return [(row[0], row[1], row[2], row[3]) for row in in_the_house(environ, "thumb", str(port))["rows"]]


def purse(environ: dict[str, str], payments: int) -> Rows:
    """As many presses at the same moment, with money for three quarters of them."""
    laid = in_the_house(environ, "lay", str(payments))
    chunks = [laid["plans"][n::PROCESSES] for n in range(PROCESSES)]
    told = _rush(environ, chunks)
    after = in_the_house(environ, "after", str(laid["fund"]))
    times, own = [one[0] for one in told], [one[1] for one in told]
    others = sorted({what for _arrived, _own, what in told} - {"paid", "refused"})
    paid = sum(what == "paid" for _arrived, _own, what in told)
    p95, p95_own = quantiles(times, n=20)[-1], quantiles(own, n=20)[-1]
    in_the_house(environ, "fill")
    alone = in_the_house(environ, "alone")["seconds"]
    said = f"{paid} paid, {payments - paid - len(others)} told that {after['left'] / 100:.2f} yuan are left"
    return [
        (f"{payments} payments at the same moment, p95", f"{p95:.2f} s", "≤ 1 s",
         f"one purse; {PROCESSES} processes of {THREADS} connections, each at work before; from arrival, median "
         f"{median(times):.2f} s"),
        ("the same, from when a connection takes it up, p95", f"{p95_own:.2f} s", "≤ 1 s",
         f"{PROCESSES * THREADS} at one purse; median {median(own):.2f} s"),
        ("negative balances", str(int(after["left"] < 0)), "0", said),
        ("deadlocks and other errors", str(len(others)), "0", "; ".join(others)[:200]),
        (
            "paid beside money for",
            f"{paid} / {laid['money_for']}",
            "equal",
            f"ledger check: {after['broken'] or 'clean'}",
        ),
        ("limit: one payment alone", f"{alone * 1000:.0f} ms", "", "median of 20"),
    ]  # fmt: skip


def _rush(environ: dict[str, str], chunks: list[list[int]]) -> list[list[Any]]:
    """Every process says when its connections stand; then all are told the same moment."""
    pipe = subprocess.PIPE
    running = [
        subprocess.Popen([sys.executable, __file__, "pay", ",".join(map(str, chunk))], env=environ, text=True,
                         stdin=pipe, stdout=pipe)
        for chunk in chunks
    ]  # fmt: skip
    for process in running:
        assert process.stdout is not None
        process.stdout.readline()
    start = time.time() + 0.3
    for process in running:  # all are told before anybody is waited for
        assert process.stdin is not None
        process.stdin.write(f"{start}\n")
        process.stdin.flush()
    said = [process.communicate()[0] for process in running]
    return [line for text in said for line in json.loads(text.strip().splitlines()[-1])]


def in_the_house(environ: dict[str, str], task: str, *arguments: str) -> dict[str, Any]:
    """One of the tasks below, in a process of its own; the last line it says is JSON."""
    owner = environ | {"DATABASE_URL": environ["DATABASE_OWNER_URL"]} if task in ("fill", "lay", "after") else environ
    command = [sys.executable, __file__, task, *arguments]
    done = subprocess.run(command, env=owner, check=False, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def lay(count: str) -> dict[str, Any]:
    """A purse with money for three quarters, and help that was decided and waits to be handed over."""
    from django.utils import timezone

    from doudi.payments.models import ReserveFund
    from tests.stories.purse import opened

    now = timezone.now()
    fund = ReserveFund.objects.filter(division_code=TOWNSHIP, closed_on=None).first() or opened(now)
    money_for = int(count) * MONEY_FOR // PAYMENTS
    _level(fund, money_for * FEN, now)
    return {"fund": fund.pk, "money_for": money_for, "plans": [_plan(now) for _n in range(int(count) + 21)][21:]}


def fill() -> dict[str, Any]:
    """A few thousand yuan for the thumb, and for payments one by one."""
    from django.utils import timezone

    from doudi.payments.models import ReserveFund
    from tests.stories.purse import opened

    now = timezone.now()
    fund = ReserveFund.objects.filter(division_code=TOWNSHIP, closed_on=None).first() or opened(now)
    _level(fund, 3000_00, now)
    return {"fund": fund.pk}


def _staff(username: str) -> Any:
    from django.utils import timezone

    from doudi.accounts.models import Staff
    from doudi.accounts.scope import scope_of

    staff = Staff.objects.get(username=username)
    staff.scope = scope_of(staff, timezone.now())
    return staff


def _level(fund: Any, fen: int, now: Any) -> None:
    """Exactly so much money in it: the rest goes back, what is missing comes."""
    from django.utils import timezone

    from doudi.payments.actions import reserve, reserve_topups

    on, there = timezone.localdate(now), reserve.balance(fund)
    if there > fen:
        reserve.give_back(
            fund=fund, fen=there - fen, reference=f"bench-{uuid4()}", by=_staff("caizheng"), on=on, at=now
        )
    elif there < fen:
        one = reserve_topups.ask(fund=fund, fen=fen - there, because="bench", by=_staff("jingban"), at=now)
        reserve_topups.decide(top_up=one, fen=fen - there, note="", by=_staff("shenhe"), at=now)
        reserve_topups.pay(top_up=one, by=_staff("caizheng"), on=on, at=now)


def _plan(now: Any) -> int:
    from django.utils import timezone

    from doudi.casework.actions.opening import Need
    from doudi.casework.actions.relief import register_relief, relieve
    from doudi.casework.models import Origin, PlaceBasis
    from doudi.casework.programmes import Programme
    from doudi.payments.actions.relief import plan_for

    need = Need(
        programme=Programme.TEMPORARY_EMERGENCY, stranger="测速", origin=Origin.FOUND, people_count=1,
        place_basis=PlaceBasis.EMERGENCY, place=VILLAGE, severity="light",
    )  # fmt: skip
    said = {"by": _staff("jingban"), "on": timezone.localdate(now), "at": now}
    made = relieve(application=register_relief(need=need, **said), amount_fen=FEN, **said)
    return int(plan_for(made, parts=1, heard_at=now, **said).pk)


def pay(plans: str) -> list[tuple[float, float, str]]:
    """All presses arrive at one moment, told by the parent; as many threads as a server has work them off.

    A press is timed from its arrival, waiting for a thread and for the purse included, and from when it is taken up.
    """
    clerk, chosen = _staff("jingban"), [int(pk) for pk in plans.split(",") if pk]
    together, begins = threading.Barrier(THREADS + 1), []

    def ready() -> None:
        stand_at_wall(clerk.pk)
        with suppress(
            Refused
        ):  # a server at work has its code loaded: every thread has answered, and refused, one press
            _handed(ReliefPlan.objects.select_related("application").get(pk=chosen[0]), clerk, number=99)
        together.wait()
        together.wait()
        time.sleep(max(begins[0] - time.time(), 0))

    from doudi.accounts.middleware import stand_at_wall
    from doudi.payments.models import ReliefPlan
    from doudi.registry.actions.refusal import Refused

    with ThreadPoolExecutor(THREADS, initializer=ready) as pool:
        told = pool.map(lambda pk: _one(pk, clerk, begins[0]), chosen)
        together.wait()
        print("ready", flush=True)
        begins.append(float(sys.stdin.readline()))
        together.wait()
        return list(told)


def _one(pk: int, clerk: Any, begin: float) -> tuple[float, float, str]:
    from doudi.payments.models import ReliefPlan
    from doudi.registry.actions.refusal import Refused

    taken_up = time.time()
    try:
        what = _handed(ReliefPlan.objects.select_related("application").get(pk=pk), clerk)
    except Refused:
        what = "refused"
    except Exception as error:  # a deadlock, say: it is counted and named
        what = f"{type(error).__name__}: {error}"
    return time.time() - begin, time.time() - taken_up, what


def _handed(plan: Any, clerk: Any, number: int = 1) -> str:
    from django.utils import timezone

    from doudi.payments.actions.relief_paying import Handing, pay_instalment
    from doudi.payments.kinds import PaymentForm
    from doudi.verification.actions.signing import Mark

    now = timezone.now()
    hand = Handing(PaymentForm.CASH, "测速", Mark("typed", name="测速"), uuid4())
    pay_instalment(plan=plan, number=number, handing=hand, by=clerk, on=timezone.localdate(now), at=now)
    return "paid"


def alone() -> dict[str, float]:
    """One payment with nobody else about: those that were laid beyond the rush."""
    from doudi.accounts.middleware import stand_at_wall
    from doudi.payments.models import ReliefPlan
    from doudi.registry.actions.refusal import Refused

    clerk, times = _staff("jingban"), []
    stand_at_wall(clerk.pk)
    for plan in ReliefPlan.objects.filter(payments=None, approved_fen=FEN).select_related("application")[:20]:
        began = time.perf_counter()
        with suppress(Refused):
            _handed(plan, clerk)
        times.append(time.perf_counter() - began)
    return {"seconds": median(times)}


def after(fund: str) -> dict[str, Any]:
    """What is left, and whether the books hold."""
    from django.db import connection

    from doudi.payments.actions.reserve import balance
    from doudi.payments.models import ReserveFund
    from doudi.payments.queries.checking import RESERVES, SUMS

    broken = []
    for statement in (SUMS, RESERVES):
        with connection.cursor() as cursor:
            cursor.execute(statement)
            broken += [str(row[0]) for row in cursor.fetchall()]
    return {"left": balance(ReserveFund.objects.get(pk=fund)), "broken": "; ".join(broken)[:100]}


def thumb(port: str) -> dict[str, Rows]:
    """On a phone's width, through the real pages: a person found by name, helped, signed for, paid."""
    from playwright.sync_api import sync_playwright

    from doudi.demo.staff import PASSWORD
    from tests.stories.test_an_emergency_is_paid import KEY, RECEIPT, TAP, Thumb, why_again

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        context = browser.new_context(viewport={"width": 390, "height": 844}, base_url=f"http://127.0.0.1:{port}")
        page = context.new_page()
        page.goto("/sign-in/")
        page.get_by_label("登录名").fill("jingban")
        page.get_by_label("密码", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        page.wait_for_url(lambda url: "/sign-in/" not in url)
        page.goto("/households/")
        name = page.locator("main tbody a").first.inner_text().split()[0]
        hand = Thumb(page)
        page.goto("/payments/relief/")
        hand.type(page.locator("#id_who"), name)
        hand.tap(page.locator("#found label").first)
        hand.tap(page.locator("#id_what label").first)
        hand.tap(page.locator("#told .picks label").first)
        why_again(page)
        hand.sign()
        hand.tap(page.locator("[data-pay]"))
        page.wait_for_url(RECEIPT)
        took, machine = hand.seconds, time.monotonic() - hand.began
        browser.close()
    said = f"{machine:.1f} s of it the machine; {TAP} s a tap, {KEY} s a key; opening the page to posted money, 390 px"
    rows = [
        ("emergency on a phone, trained user", f"{took:.1f} s", "≤ 60 s", said),
        ("taps", str(hand.taps), "≤ 8", f"{hand.keys} keys typed"),
    ]
    return {"rows": rows}


TASKS = {"fill": fill, "lay": lay, "pay": pay, "alone": alone, "after": after, "thumb": thumb}


def main() -> int:
    """A task of its own process, or the table."""
    if sys.argv[1:] and sys.argv[1] in TASKS:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "doudi.config.settings")
        import django

        django.setup()
        print(json.dumps(TASKS[sys.argv[1]](*sys.argv[2:]), ensure_ascii=False))
        return 0
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--payments", type=int, default=PAYMENTS)
    options = parser.parse_args()
    for part in (lambda: purse(dict(os.environ), options.payments), lambda: phone(dict(os.environ), options.port)):
        for row in part():
            print("| " + " | ".join(row) + " |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
