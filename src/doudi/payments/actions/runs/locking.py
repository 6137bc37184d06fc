# ruff: noqa: E501  (statements of SQL read better whole)
"""The job that locks a list: a last look, the budget, then line after line, then totals and digest.

What was decided at the beginning stands in the run (`figures["plan"]`), so a job that is stopped anywhere is followed by
another that goes on from there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import connections
from django.db.models import Count, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit
from doudi.jobs.models import Job
from doudi.jobs.steps import JobError, Steps

from ...kinds import NOTICES, Afterwards, Book, EntryKind, HoldReason, LineState, Programme, RunState
from ...models import Fund, Hold, PaymentLine, PaymentRun
from ...queries.runs_totals import digest_of
from ..posting import About, account, pair, post
from .approving import LOCK
from .common import held_fast, log, moved, staff_of
from .figures import write_figures
from .gate import assign, budget_of, look
from .keeping import book_kept, keep_no_more_than_owed

LINES_A_CHUNK = 4_000

# The next lines in order, each with the fund of its stretch. Looked for behind the last one that was locked: a look for
# whatever is still ready would pass over all that were ready before, chunk after chunk.
LOCK_LINES = """
WITH next AS (SELECT l.id, l.programme FROM payments_paymentline l WHERE l.run_id = %(run)s AND l.state = 'ready' AND l.id > %(after)s
  ORDER BY l.id LIMIT %(n)s)
UPDATE payments_paymentline l SET state = 'locked', fund_id = p.fund
FROM next JOIN unnest(%(programmes)s::text[], %(first)s::bigint[], %(last)s::bigint[], %(funds)s::bigint[]) AS p (programme, first, last, fund)
  ON p.programme = next.programme AND next.id BETWEEN p.first AND p.last
WHERE l.id = next.id RETURNING l.id
"""


class Lock(Steps):
    """First the plan, in one transaction with the budget it takes; then the lines, some thousand a chunk."""

    kind = LOCK
    title = gettext_lazy("锁定发放名单")
    unit = gettext_lazy("笔")

    def count(self, job: Job) -> int | None:
        run = _run_of(job)
        return PaymentLine.objects.filter(run=run, state__in=[LineState.READY, LineState.HELD]).count()

    def step(self, job: Job, at: datetime) -> bool:
        by, run = staff_of(job, at), _run_of(job)
        permit(by, Permission.PAYMENT_APPROVE, place=run.division_code)
        if "plan" not in run.figures:
            return _plan(job, run, by, at)
        locked, last = _lock_lines(run, job.cursor.get("after", 0))
        job.done = min(job.done + locked, job.total or 0)
        job.cursor = {"after": last}
        return locked > 0

    def finish(self, job: Job, at: datetime) -> None:
        by, run = staff_of(job, at), held_fast(_run_of(job), {RunState.LOCKING, RunState.CHECKED})
        if run.state == RunState.LOCKING:
            _close(run, job, by, at)
        job.result = {"url": f"/payments/runs/{run.pk}/", "label": run.number}


def _run_of(job: Job) -> PaymentRun:
    run = PaymentRun.objects.filter(pk=job.params["run"]).first()
    if run is None or run.state not in (RunState.LOCKING, RunState.CHECKED):
        raise JobError(_("批次已不在锁定中，任务停止"))
    return run


def _plan(job: Job, run: PaymentRun, by: Staff, at: datetime) -> bool:
    """Look a last time, leave out what is held, give every line its fund, and take the budget."""
    run = held_fast(run, {RunState.LOCKING})
    keep_no_more_than_owed(run)
    look(run, by=by, at=at)
    left_out = _leave_out(run)
    rows = PaymentLine.objects.filter(run=run, state=LineState.READY).order_by("pk")
    asking = list(rows.values_list("pk", "programme", "fen"))
    if not asking:
        moved(run, RunState.CHECKED, note=_("没有可以发放的：全部暂缓"), figures=run.figures | {"left_out": left_out})
        return False
    budget = budget_of(run)
    funds = assign(asking, budget)
    if None in funds.values():
        raise JobError(_("预算刚被其他批次占用，请再次审签"))
    _commit(run, budget.used, by, date.fromisoformat(job.params["on"]), at)
    figures = run.figures | {"left_out": left_out, "plan": _stretches(asking, funds)}
    moved(run, RunState.LOCKING, figures=figures)
    job.total = job.done + len(asking)
    return True


def _leave_out(run: PaymentRun) -> Mapping[str, Any]:
    """What is still held is dropped with the reasons in words; its month comes again."""
    found: dict[int, list[str]] = {}
    holds = Hold.objects.filter(line__run=run, line__state=LineState.HELD, released_at__isnull=True)
    for line, reason in (
        holds.exclude(reason__in=NOTICES).order_by("line_id", "reason").values_list("line_id", "reason")
    ):
        found.setdefault(line, []).append(reason)
    by_reason: dict[tuple[str, ...], list[int]] = {}
    for line, reasons in found.items():
        by_reason.setdefault(tuple(dict.fromkeys(reasons)), []).append(line)
    told = {}
    for why, lines in by_reason.items():
        words = _("暂缓：%(why)s") % {"why": "、".join(str(HoldReason(one).label) for one in why)}
        rows = PaymentLine.objects.filter(pk__in=lines)
        told[words] = {"n": len(lines), "fen": rows.aggregate(fen=Sum("fen"))["fen"]}
        rows.update(state=LineState.DROPPED, dropped_because=words[:200], afterwards=Afterwards.LATER)
    return told


def _commit(run: PaymentRun, used: Mapping[tuple[int, str], int], by: Staff, on: date, at: datetime) -> None:
    funds = Fund.objects.in_bulk({fund for fund, _programme in used})
    for n, ((fund, programme), fen) in enumerate(sorted(used.items()), 1):
        keys: dict[str, Any] = {"fund": funds[fund], "programme": programme, "year": run.month.year}
        keys["place"] = run.division_code
        said = {"n": run.number, "p": Programme(programme).label}
        if fen:
            post(
                kind=EntryKind.COMMIT, about=About("run", str(run.pk), f"commit-{n}"),
                moves=pair(account(Book.AVAILABLE, **keys), account(Book.COMMITTED, **keys), fen),
                text=_("%(n)s 占用%(p)s预算") % said, place=run.division_code, by=by, on=on, at=at,
            )  # fmt: skip


def _stretches(asking: Iterable[tuple[int, str, int]], funds: Mapping[int, int | None]) -> list[list[Any]]:
    """The plan in short: programme, first line, last line, fund; as many as there are changes of fund."""
    plan: list[list[Any]] = []
    last: dict[str, list[Any]] = {}
    for line, programme, _fen in asking:
        stretch = last.get(programme)
        if stretch is None or stretch[3] != funds[line]:
            stretch = last[programme] = [programme, line, line, funds[line]]
            plan.append(stretch)
        stretch[2] = line
    return plan


def _lock_lines(run: PaymentRun, after: int) -> tuple[int, int]:
    """How many of the next lines were locked, and the last of them."""
    programmes, first, last, funds = (list(column) for column in zip(*run.figures["plan"], strict=True))
    said: dict[str, Any] = {
        "run": run.pk,
        "n": LINES_A_CHUNK,
        "after": max(after, min(first) - 1),
        "programmes": programmes,
        "first": first,
        "last": last,
        "funds": funds,
    }
    with connections["default"].cursor() as cursor:
        cursor.execute("SET LOCAL jit = off")  # also for what closes the list in the same transaction
        cursor.execute(LOCK_LINES, said)
        locked = [row[0] for row in cursor.fetchall()]
    return len(locked), max(locked, default=after)


def _close(run: PaymentRun, job: Job, by: Staff, at: datetime) -> None:
    """Totals and digest, and what was kept back; from here on the database refuses every change."""
    on = date.fromisoformat(job.params["on"])
    if PaymentLine.objects.filter(run=run, state__in=[LineState.READY, LineState.HELD]).exists():
        raise JobError(_("名单没有全部锁定，请再次审签"))
    book_kept(run, by, on, at)
    said = PaymentLine.objects.filter(run=run, state=LineState.LOCKED).aggregate(n=Count("pk"), fen=Sum("fen"))
    write_figures(run)
    run.figures.pop("plan")
    run = moved(
        run, RunState.LOCKED, lines_count=said["n"], total_fen=said["fen"] or 0, digest=digest_of(run),
        figures=run.figures,
    )  # fmt: skip
    log(by, "locked", run, {"lines": run.lines_count, "fen": run.total_fen, "digest": run.digest})
