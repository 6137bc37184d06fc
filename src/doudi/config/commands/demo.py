"""`doudi demo up`: a county on one machine. PostgreSQL from the wheel, the demo county, web and worker, one address."""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from http.client import HTTPConnection
from pathlib import Path
from types import FrameType
from typing import TypeVar

from ..environment import VAR

DATABASE = "doudi_demo"
T = TypeVar("T")
# Open cases lie in the two townships that the demo has clerks for.
CASE_PLACES = ("533103102", "533103103")
PGDATA = VAR / "pg-demo"
PATIENCE_SECONDS = 240  # a machine that does much else takes its time


def up(options: argparse.Namespace) -> int:
    """Start everything and stay until stopped with Ctrl-C; a second start finds the county already there."""
    started = time.monotonic()
    steps = Steps()
    environ = steps.say("启动数据库", lambda: _prepare_database(options.fresh))
    from .running import django, migrate

    django(as_owner=True)
    steps.say("建表与行级权限", lambda: migrate(argparse.Namespace()), quiet=True)
    steps.say("整理静态文件", _collect_static)
    _county(options)
    web, worker = _start(options.port, environ)
    try:
        _wait_for_page(options.port, web)
        _announce(options, time.monotonic() - started)
        if options.once:
            return 0
        money = subprocess.Popen([sys.executable, "-m", "doudi.config.cli", "demo", "money", "--files"], env=environ)
        try:
            return _stay(web, worker)
        finally:
            money.terminate()
            money.wait(timeout=20)
    finally:
        for process in (web, worker):
            process.terminate()
        for process in (web, worker):
            process.wait(timeout=20)


def money(options: argparse.Namespace) -> int:
    """Grant the demo county's awards and pay the months so far, unless that was done already."""
    from .running import django

    django(as_owner=True)
    from django.utils import timezone

    from doudi.demo.money import lay_money, pay_past_months
    from doudi.demo.neighbours import lay_neighbours

    started, now = time.monotonic(), timezone.now()
    today = timezone.localdate(now)
    awards = lay_money(seed=options.seed, today=today, at=now)
    months = pay_past_months(seed=options.seed, today=today, at=now)
    lay_neighbours(seed=options.seed, today=today, at=now)
    if awards or months:
        said = f"演示县：{awards:,} 项待遇，补记 {months} 个月的发放，{time.monotonic() - started:.0f} 秒"
        print(said, flush=True)
    return _hand_in_files() if options.files else 0


def _hand_in_files() -> int:
    """What the departments sent last month, after the money: who is paid and should not be is then known."""
    from django.utils import timezone

    from doudi.demo.feeds.landing import hand_in_recent

    from .running import owner_alias

    started, now = time.monotonic(), timezone.now()
    if files := hand_in_recent(on=timezone.localdate(now), at=now, using=owner_alias()):
        print(f"演示县：{files} 份部门数据已送到，{time.monotonic() - started:.0f} 秒", flush=True)
    return 0


def down(options: argparse.Namespace) -> int:
    """Stop the demo's PostgreSQL."""
    from ..postgres import stop

    stop(PGDATA)
    return 0


def generate(options: argparse.Namespace) -> int:
    """Write the demo county into the configured database."""
    from .running import django, owner_alias

    django(as_owner=True)
    from doudi.demo.generate import generate as write

    summary = write(
        seed=options.seed,
        people=options.people,
        using=owner_alias(),
        replace=options.replace,
        progress=Bar(),
        truth_path=_truth_path(),
    )
    print(f"\n{summary}")
    return 0


def feeds(options: argparse.Namespace) -> int:
    """Write the files the departments send over a year; the truth of them goes where the county's own is."""
    from .running import django, owner_alias

    django(as_owner=True)
    from doudi.demo.county import draw
    from doudi.demo.feeds import recent_files, write_list, write_year
    from doudi.demo.generate import villages

    started = time.monotonic()
    county = draw(options.seed, villages(using=owner_alias()), options.people)
    sheets, truth = (recent_files if options.recent else write_year)(county, options.out)
    write_list(sheets, options.out / "files.csv")
    target = _truth_path().with_name("events.parquet")
    target.parent.mkdir(parents=True, exist_ok=True)
    truth.write_parquet(target)
    rows = sum(sheet.rows for sheet in sheets)
    print(f"{len(sheets)} 个文件，{rows:,} 行，{time.monotonic() - started:.0f} 秒：{options.out}\n真实情况：{target}")
    return 0


def _truth_path() -> Path:
    """Outside the data folder on purpose: the software never reads what is really so."""
    return VAR / "demo-truth" / "truth.parquet"


def _prepare_database(fresh: bool) -> dict[str, str]:
    """Start the server; returns the environment of web and worker."""
    from ..postgres import create_database, start

    if fresh:
        down(argparse.Namespace())
        shutil.rmtree(PGDATA, ignore_errors=True)
        shutil.rmtree(VAR / "data", ignore_errors=True)
    start(PGDATA, durable=True)
    web_url, owner_url = create_database(PGDATA, DATABASE)
    os.environ |= {"DOUDI_MODE": "demo", "DATABASE_URL": web_url, "DATABASE_OWNER_URL": owner_url}
    return dict(os.environ)


def _collect_static() -> None:
    from django.core.management import call_command

    call_command("collectstatic", interactive=False, verbosity=0)


def _county(options: argparse.Namespace) -> None:
    """Divisions, people and one sign-in per role, unless they are there already."""
    from django.conf import settings
    from django.utils import timezone

    from doudi.demo.cases import lay_cases
    from doudi.demo.generate import generate as write
    from doudi.demo.generate import has_people
    from doudi.demo.staff import create_demo_staff
    from doudi.jobs.actions import start
    from doudi.payments.actions.subsidy_index import load_history
    from doudi.places.actions import load_divisions

    from .running import owner_alias

    alias = owner_alias()
    if has_people(using=alias):
        return
    now = timezone.now()
    load_divisions(by=None, at=now, using=alias)
    create_demo_staff(using=alias, at=now)
    summary = write(seed=options.seed, people=options.people, using=alias, progress=Bar(), truth_path=_truth_path())
    lay_cases(max(40, options.people // 800), seed=options.seed, today=timezone.localdate(now), places=CASE_PLACES)
    load_history(county=settings.DOUDI_COUNTY, at=now, using=alias)
    start("rulebook.population", by_id=None, at=now, using=alias)  # the simulation need not wait for the full hour
    print(f"\n演示县：{summary.people:,} 人，{summary.households:,} 户，{summary.seconds['total']:.1f} 秒", flush=True)


def _start(port: int, environ: dict[str, str]) -> tuple[subprocess.Popen[bytes], subprocess.Popen[bytes]]:
    doudi = [sys.executable, "-m", "doudi.config.cli"]
    web = subprocess.Popen([*doudi, "serve", "--bind", f"0.0.0.0:{port}"], env=environ)
    return web, subprocess.Popen([*doudi, "worker"], env=environ)


def _wait_for_page(port: int, web: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if web.poll() is not None:
            raise SystemExit(f"the web server stopped with code {web.returncode}; is port {port} in use?")
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/sign-in/")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"the web server did not answer within {PATIENCE_SECONDS} s")


def _announce(options: argparse.Namespace, seconds: float) -> None:
    from doudi.demo.staff import PASSWORD, demo_sign_ins

    print(f"\n兜底 Doudi 已就绪（{seconds:.0f} 秒）：  http://localhost:{options.port}/\n")
    print(f"演示账号，密码都是 {PASSWORD}")
    for sign_in in demo_sign_ins():
        print(f"  {sign_in.username:<24}{sign_in.role}  {sign_in.place}")
    print("\n按 Ctrl-C 停止；数据保留在 var/，--fresh 重新生成。", flush=True)


def _stay(web: subprocess.Popen[bytes], worker: subprocess.Popen[bytes]) -> int:
    """Wait until stopped; if either process dies, stop the other and say so."""
    stopping = False

    def stop(number: int, frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    while not stopping:
        for name, process in (("web", web), ("worker", worker)):
            if process.poll() is not None:
                print(f"{name} stopped with code {process.returncode}", file=sys.stderr)
                return 1
        time.sleep(0.5)
    return 0


class Steps:
    """Says each step and how long it took."""

    def say(self, label: str, step: Callable[[], T], quiet: bool = False) -> T:
        """Run one step between its label and its time."""
        started = time.monotonic()
        print(f"{label} … ", end="", flush=True)
        output, sys.stdout = sys.stdout, open(os.devnull, "w") if quiet else sys.stdout  # noqa: SIM115
        try:
            result = step()
        finally:
            sys.stdout = output
        print(f"{time.monotonic() - started:.1f} 秒", flush=True)
        return result


# What a phase of the generator is called; phases not named here build indexes and check constraints.
PHASES = {
    "registry_person": "写入人员",
    "registry_household": "写入家庭",
    "registry_membership": "写入家庭成员",
    "registry_residence": "写入户籍与居住",
    "registry_certificate": "写入证件与状况",
    "registry_statement": "写入收入支出",
    "registry_circumstance": "写入家庭情况",
    "registry_lowincomestatus": "写入低收入状态",
    "registry_kintie": "写入赡养关系",
    "statistics": "整理统计信息",
    "audit": "留痕",
    "truth": "另存真实情况",
    "": "完成",
}


class Bar:
    """A progress bar on one line."""

    width = 30

    def __call__(self, done: int, total: int, label: str) -> None:
        """Draw the bar for a phase."""
        filled = self.width * done // max(total, 1)
        bar = "█" * filled + "░" * (self.width - filled)
        words = PHASES.get(label, "推算人口" if "_" not in label else "建索引、查约束")
        print(f"\r生成演示县 {bar} {done:>3} / {total}  {words:<10}", end="", flush=True)
