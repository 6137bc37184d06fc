"""Help first, papers later: an emergency is decided on what the clerk sees, and the file is completed afterwards."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.audit.actions import digest_of
from doudi.kernel.money import format_yuan
from doudi.policy import PolicyError
from doudi.registry.actions.refusal import refuse
from doudi.rulebook.queries.book import county_book

from ..models import Application, Conclusion, Determination, PlaceBasis
from ..programmes import SETTINGS, Decider, Programme
from ..queries.determinations import evidence_of
from ..queries.evaluation import canonical
from ..queries.relief import Proposal, given_before, may_decide, proposal
from .accepting import accept, submit
from .determining import LETTERS
from .moving import decider_of, lock, move
from .numbering import next_number
from .opening import Need, open_application


def register_relief(*, need: Need, by: Staff, on: date, at: datetime) -> Application:
    """Register and accept an emergency in one act: no verification, no notice (TR26), whoever and wherever from."""
    if need.programme is not Programme.TEMPORARY_EMERGENCY or need.place_basis != PlaceBasis.EMERGENCY:
        raise refuse("programme", _("这里只登记急难型临时救助，按急难发生地受理。"))
    with transaction.atomic():
        application = open_application(need=need, by=by, on=on, at=at)
        submit(application=application, by=by, on=on, at=at)
        return accept(application=application, by=by, on=on, at=at)


def relieve(
    *,
    application: Application,
    amount_fen: int,
    by: Staff,
    on: date,
    at: datetime,
    repeated_because: str = "",
    version: int | None = None,
    note: str = "",
) -> Determination:
    """Decide the amount. Refused above the rulebook's ceiling, or above what this person may decide.

    Help within twelve months does not stop it, but the reason for helping again goes on record.
    """
    with transaction.atomic():
        current = lock(application.pk)
        told = _proposal(current)
        before = given_before(current, on)
        _check(current, told, amount_fen, by, bool(before), repeated_because)
        data = {"amount_fen": amount_fen, "most_fen": told.most_fen, "before": [d.number for d in before]}
        words = "\n".join(filter(None, [note.strip(), repeated_because.strip()]))
        moved = move(current, "relieve", by=by, on=on, at=at, version=version, note=words, data=data)
        return _keep(moved, told, amount_fen, by=by, on=on, at=at, reason=words)


def _proposal(application: Application) -> Proposal:
    on = application.accepted_on or application.opened_on
    try:
        return proposal(
            place=application.division_code, on=on, severity=application.severity or "light",
            people=application.people_count or 1,
        )  # fmt: skip
    except PolicyError as error:
        raise refuse("amount_fen", str(error)) from error


def _check(application: Application, told: Proposal, amount: int, by: Staff, before: bool, because: str) -> None:
    if not 0 < amount <= told.most_fen:
        said = {"most": format_yuan(told.most_fen)}
        raise refuse("amount_fen", _("金额应大于 0，且不超过规则测算的 %(most)s 元。") % said)
    limit = county_book().parameters.find("township_limit", application.division_code, "urban", told_day(application))
    within = limit.value is not None and amount <= int(limit.value)
    if who := may_decide(application, by, within):
        raise refuse("amount_fen", who)
    if before and not because.strip():
        raise refuse("repeated_because", _("十二个月内已给予过临时救助，请写明再次救助的理由。"))


def told_day(application: Application) -> date:
    """The day whose values count: that of acceptance."""
    return application.accepted_on or application.opened_on


def _keep(
    application: Application, told: Proposal, amount: int, *, by: Staff, on: date, at: datetime, reason: str
) -> Determination:
    answer = canonical(
        {"amount_fen": amount, "most_fen": told.most_fen, "months": told.basis.months, "rapid": told.rapid,
         "standard_fen_month": told.basis.standard_fen_month, "people": application.people_count or 1}
    )  # fmt: skip
    book = county_book(at)
    return Determination.objects.create(
        number=next_number(f"{SETTINGS[Programme.TEMPORARY_EMERGENCY].letters}{LETTERS}", on),
        application=application, division_code=application.division_code, programme=application.programme,
        conclusion=Conclusion.GRANT, decider=_who(application, by), on=on, at=at, by_id=by.pk,
        rules_on=told_day(application), rulebook_version=book.version, known_at=at, answer=answer,
        answer_digest=digest_of({"answer": answer}), findings=canonical({"main": {}, "tried": []}), parameters=[],
        evidence=evidence_of(application), amount_fen_once=amount, reason=reason or None,
    )  # fmt: skip


def _who(application: Application, by: Staff) -> Decider:
    """The township decides small sums itself (SEED-二(六)); above them whoever decides the programme."""
    if by.may(Permission.CASE_CONFIRM, application.division_code):
        return decider_of(application)
    return Decider.TOWNSHIP


def file_papers(
    *, application: Application, by: Staff, on: date, at: datetime, note: str = "", version: int | None = None
) -> Application:
    """The explanation and material are complete: the case is closed."""
    return move(application, "file_papers", by=by, on=on, at=at, note=note, version=version)
