"""Ending an award, at once or after a phase-out."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.policy import PolicyError
from doudi.policy.parameters import Parameters
from doudi.registry.actions.refusal import Problems
from doudi.rulebook.queries.book import county_book

from ..kinds import Act, Programme
from ..models import Award, AwardChange, AwardLine, AwardMember, Suspension
from ..months import months_after
from ..queries.amounts import total
from .recording import Why, Work, check_inside, check_why, keep, known, working
from .refusal import guarded

LONGEST_PHASE_OUT = 12  # SEED-二(一): six to twelve months; what lies beyond the national six needs its own reason


def end(
    *, award: Award, from_month: date, why: Why, by: Staff, on: date, at: datetime, version: int | None = None
) -> AwardChange:
    """Nothing is paid from a month on. From the first month itself: the award never held."""
    with guarded(), working(award, by=by, on=on, at=at, version=version) as work:
        problems = Problems()
        check_why(why, Act.END, on, problems)
        check_inside(work.award, from_month, problems)
        problems.refuse_if_any()
        fen = total(work.award, from_month)
        phasing = work.award.phase_out_from
        if phasing is not None and phasing >= from_month:
            work.set(phase_out_from=None)
        _close(work, from_month, why.reason)
        return keep(work, Act.END, why, fen=(fen, 0), from_month=from_month)


def phase_out(
    *,
    award: Award,
    months: int,
    from_month: date,
    why: Why,
    by: Staff,
    on: date,
    at: datetime,
    version: int | None = None,
) -> AwardChange:
    """Work has lifted the family over the line: aid goes on unchanged for some months and then ends (M57-33).

    The range is that of the place and day; beyond the national six months the decision is recorded in `why.note`.
    """
    with guarded(), working(award, by=by, on=on, at=at, version=version) as work:
        problems = Problems()
        check_why(why, Act.PHASE_OUT, on, problems)
        if work.award.programme == Programme.TEKUN:
            problems.add("", _("渐退期只适用于最低生活保障；特困人员不再符合条件的，办理终止。"))
        if work.award.ends_on is not None:
            problems.add("", _("该待遇已定于 %(m)s 终止，不能再进入渐退期。") % {"m": f"{work.award.ends_on:%Y-%m}"})
        check_inside(work.award, from_month, problems)
        _check_months(work.award, months, why.note, on, problems)
        problems.refuse_if_any()
        until, fen = months_after(from_month, months), total(work.award, from_month)
        _close(work, until, why.reason)
        work.set(phase_out_from=from_month)
        return keep(work, Act.PHASE_OUT, why, fen=(fen, fen), from_month=from_month, until=until, months=months)


def phase_out_range(parameters: Parameters, place: str, on: date) -> tuple[int, int]:
    """Months that a family is given at least, and at most without a recorded reason; PolicyError if not set."""
    low, high = (parameters.find(f"phase_out_{end}_months", place, None, on).value for end in ("min", "max"))
    if not isinstance(low, int) or not isinstance(high, int):
        raise PolicyError("渐退期月数待当地确认，请先在“政策规则—参数”中设定。")
    return low, high


def _check_months(award: Award, months: int, note: str, on: date, problems: Problems) -> None:
    try:
        low, high = phase_out_range(county_book().parameters, award.division_code, on)
    except PolicyError as error:
        problems.add("months", str(error))
        return
    if not low <= months <= max(high, LONGEST_PHASE_OUT):
        said = {"low": low, "high": max(high, LONGEST_PHASE_OUT)}
        problems.add("months", _("渐退期应为 %(low)s 至 %(high)s 个月。") % said)
    elif months > high and not note.strip():
        problems.add("note", _("渐退期原则上不超过 %(high)s 个月，超过的请写明集体研究的理由。") % {"high": high})


def _close(work: Work, until: date, reason: str) -> None:
    """The award, its members and its lines end on a month; a rest that would only begin later never begins."""
    work.set(ends_on=until, ended_because=reason)
    for model in (AwardMember, AwardLine):
        work.clear(known(model, work.award), (until, None))
    work.clear([row for row in known(Suspension, work.award) if row.starts_on >= until], (until, None))
