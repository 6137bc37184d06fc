"""Suspending payment, and taking it up again."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.registry.actions.refusal import Problems

from ..kinds import Act
from ..models import Award, AwardChange, Suspension
from ..queries.amounts import total
from .recording import Why, check_inside, check_why, keep, known, working
from .refusal import guarded


def suspend(
    *, award: Award, from_month: date, why: Why, by: Staff, on: date, at: datetime, version: int | None = None
) -> AwardChange:
    """The award goes on, payment rests from a month until somebody restarts it."""
    with guarded(), working(award, by=by, on=on, at=at, version=version) as work:
        problems = Problems()
        check_why(why, Act.SUSPEND, on, problems)
        check_inside(work.award, from_month, problems)
        if any(row.ends_on is None or row.ends_on > from_month for row in known(Suspension, work.award)):
            problems.add("from_month", _("这一月份或以后已经暂停发放，请先恢复。"))
        problems.refuse_if_any()
        fen = total(work.award, from_month)
        work.put(Suspension(award=work.award, reason=why.reason, starts_on=from_month))
        return keep(work, Act.SUSPEND, why, fen=(fen, 0), from_month=from_month)


def restart(
    *, award: Award, from_month: date, why: Why, by: Staff, on: date, at: datetime, version: int | None = None
) -> AwardChange:
    """Pay again from a month. From the month of the suspension itself, it never rested and the money is made up."""
    with guarded(), working(award, by=by, on=on, at=at, version=version) as work:
        problems = Problems()
        check_why(why, Act.RESTART, on, problems)
        resting = next((row for row in known(Suspension, work.award) if row.ends_on is None), None)
        if resting is None:
            problems.add("", _("该待遇没有暂停发放，不用恢复。"))
        elif check_inside(work.award, from_month, problems) and from_month < resting.starts_on:
            said = {"m": f"{resting.starts_on:%Y-%m}"}
            problems.add("from_month", _("自 %(m)s 起才暂停发放，恢复月份不能更早。") % said)
        problems.refuse_if_any()
        assert resting is not None
        work.clear([resting], (from_month, None))
        return keep(work, Act.RESTART, why, fen=(0, total(work.award, from_month)), from_month=from_month)
