"""`doudi upgrade`: bring a county's database to the form of this version, with nothing left to chance."""

from __future__ import annotations

import argparse
import sys
import time
from datetime import UTC, datetime

from .running import django, migrate, owner_alias


def upgrade(options: argparse.Namespace) -> int:
    """Check, say what will be done, do it, prove it; refuses with every reason at once."""
    django()
    from django.utils.translation import gettext as _

    from ..keeping import upgrading

    alias = owner_alias()
    plan = upgrading.planned(alias)
    _say(_("数据库 %(size)s MB，要做 %(count)s 步：") % {"size": f"{plan.bytes / 1e6:.0f}", "count": len(plan.steps)})
    for step in plan.steps:
        _say(f"    {step}")
    _say(_("行级权限、权限表重新写一遍。网站要停%(time)s") % {"time": upgrading.told_seconds(plan.seconds)})
    if not plan.disk_seen:
        room = f"{plan.bytes * upgrading.ROOM / 1e6:.0f}"
        _say(_("数据库在哪块盘上看不到：请自己确认那里至少还有 %(room)s MB") % {"room": room})
    reasons = list(upgrading.refusals(alias, options.backup, datetime.now(UTC)))
    if reasons:
        print(_("现在不能升级：") + "".join(f"\n  · {reason}" for reason in reasons), file=sys.stderr)
        return 1
    if options.check:
        _say(_("可以升级。去掉 --check 再执行一次"))
        return 0
    return _do(alias, plan.steps)


def _do(alias: str, steps: list[str]) -> int:
    from django.db import connections
    from django.utils.translation import gettext as _

    from doudi.audit.actions import record

    from ..keeping import proving, state

    started, before = time.monotonic(), state.counts(alias)
    try:
        migrate(argparse.Namespace())
    except Exception as error:
        print(_("升级没有做完：%(error)s") % {"error": error}, file=sys.stderr)
        print(_("做到一半的那一步已经退回。改好原因再执行一次就接着做；要回到升级以前，用备份恢复"), file=sys.stderr)
        return 1
    with connections[alias].cursor() as cursor:
        cursor.execute("ANALYZE")
    wrong = proving.prove(alias, _say, documents=False)
    wrong += [_("比升级前少了：%(what)s") % {"what": one} for one in state.lost(before, state.counts(alias))]
    record(by=None, action="database.upgrade", detail={"steps": steps, "wrong": len(wrong)})
    said = {"time": f"{time.monotonic() - started:.0f}"}
    _say(
        _("升级好了，用了 %(time)s 秒，核验一致") % said
        if not wrong
        else _("升级做完了，但核验有问题，见上；查清以前不要启用")
    )
    return 1 if wrong else 0


def _say(line: str) -> None:
    print(line, flush=True)
