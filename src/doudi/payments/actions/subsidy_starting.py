"""From a triggered index to a list of payments."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit
from doudi.registry.actions.refusal import Problems

from ..kinds import RunKind
from ..models import PaymentRun
from ..queries.subsidy_amounts import terms_of
from ..queries.subsidy_index import Deciding, deciding
from ..queries.subsidy_measure import measure
from ..queries.subsidy_proof import proof_of
from ..queries.subsidy_runs import first_day, open_run, runs_of
from .runs.starting import start_run


def start_subsidy(
    *, county: str, month: date, stands_in_accepted: bool = False, by: Staff, on: date, at: datetime
) -> PaymentRun:
    """The list of an index month, or, once that was paid, a further one for those who were missed: nobody twice."""
    permit(by, Permission.PAYMENT_MAKE, place=county)
    found = deciding(county, month)
    problems = Problems()
    if found is None:
        problems.add("", _("这个月还没有州级或省级指数，不能启动。"))
    else:
        _may_start(found, stands_in_accepted, problems)
        if not problems.found:
            _has_somebody(found, on, problems)
    problems.refuse_if_any()
    assert found is not None
    return start_run(county=county, kind=RunKind.PRICE_SUBSIDY, month=month, release=found.release, by=by, on=on, at=at)


def _may_start(found: Deciding, stands_in_accepted: bool, problems: Problems) -> None:
    release = found.release
    if release.confirmed_by_id is None:
        problems.add("", _("指数还没有经另一人复核，请先复核。"))
    triggered = proof_of(release).triggered
    if triggered is None:
        problems.add("", _("两项指数还没有录全，无法确定按哪一项计算，请先补录。"))
    elif not triggered:
        problems.add("", _("指数没有达到启动条件，不发放。"))
    if found.stands_in and not stands_in_accepted:
        problems.add("stands_in", _("这个月没有州级指数，将按省级指数计算，请勾选确认。"))


def _has_somebody(found: Deciding, on: date, problems: Problems) -> None:
    """A list is begun where it will hold somebody."""
    county, month = found.release.county, found.release.month
    runs = runs_of(county, month)
    if open_ := open_run(runs):
        problems.add("", _("批次 %(n)s 正在办理，请打开它继续。") % {"n": open_.number})
        return
    told = measure(terms_of(found.release, first_day(county, month) or on))
    if told.classless:
        problems.add("", _("有 %(n)s 人所在村（社区）没有城乡类别，算不出金额，请先补录区划。") % {"n": told.classless})
    if not told.people:
        problems.add("", _("没有应发而未发的人。") if runs else _("这个月没有符合条件的人。"))
