"""Several clean cases confirmed in one go: each is its own decision, and what is not clean is left with its reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import NotPermitted
from doudi.registry.actions.refusal import Refused

from ..models import Application, Conclusion
from ..queries.cases import visible_cases
from ..queries.opinions import latest_opinion
from .determining import confirm
from .moving import Changed

LARGEST = 50


@dataclass(frozen=True)
class Outcome:
    """What became of a batch."""

    done: Sequence[str]
    skipped: Sequence[tuple[str, str]]


def confirm_clean(*, numbers: Sequence[str], by: Staff, on: date, at: datetime) -> Outcome:
    """Confirm each case that is clean: proposed to be granted, with the rulebook, nobody objected, no visit due."""
    if not by.may(Permission.CASE_CONFIRM):
        raise NotPermitted(Permission.CASE_CONFIRM, None)
    done, skipped = [], []
    for number in dict.fromkeys(numbers[:LARGEST]):
        why = _one(number, by, on, at)
        if why:
            skipped.append((number, why))
        else:
            done.append(number)
    return Outcome(done, skipped)


def _one(number: str, by: Staff, on: date, at: datetime) -> str:
    application = visible_cases(by).filter(number=number).first()
    if application is None:
        return _("没有找到这件申请。")
    if why := not_clean(application):
        return why
    try:
        confirm(application=application, by=by, on=on, at=at, version=application.version)
    except (Refused, Changed) as error:
        return str(error)
    except NotPermitted as error:
        return _("没有“%(what)s”的权限。") % {"what": error}
    return ""


def not_clean(application: Application) -> str:
    """Why a case wants to be looked at by itself; '' if it is clean."""
    opinion = latest_opinion(application)
    if opinion is None or opinion.conclusion != Conclusion.GRANT:
        return _("初审意见不是建议确认，请逐件办理。")
    if opinion.against:
        return _("初审意见与规则测算不一致，请逐件办理。")
    if application.visit_because:
        return _("须市级入户，请逐件办理。")
    if application.objections.exists():  # type: ignore[attr-defined]
        return _("公示期有过异议，请逐件办理。")
    return ""
