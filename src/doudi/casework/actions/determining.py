"""The determination: confirmed or refused by whoever may decide, with everything needed to make it again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.audit.actions import digest_of
from doudi.registry.actions.refusal import refuse

from ..models import Application, Conclusion, Determination, Opinion
from ..programmes import ONGOING, SETTINGS, Programme
from ..queries.determinations import evidence_of, in_force
from ..queries.evaluation import Evaluation, again, canonical
from ..queries.opinions import latest_opinion
from .entitling import entitle
from .moving import decider_of, lock, move
from .notices import publish
from .numbering import next_number

LETTERS = "QR"  # 确认


def confirm(
    *, application: Application, by: Staff, on: date, at: datetime, version: int | None = None, note: str = ""
) -> Determination:
    """Confirm on the facts of the opinion; the award begins with the month after (M57-21)."""
    return _decide(application, Conclusion.GRANT, by=by, on=on, at=at, version=version, note=note)


def refuse_application(
    *, application: Application, by: Staff, on: date, at: datetime, version: int | None = None, note: str = ""
) -> Determination:
    """Refuse. A decision against the township's opinion or the rulebook needs a reason."""
    return _decide(application, Conclusion.REFUSE, by=by, on=on, at=at, version=version, note=note)


def _decide(
    application: Application,
    conclusion: Conclusion,
    *,
    by: Staff,
    on: date,
    at: datetime,
    version: int | None,
    note: str,
) -> Determination:
    with transaction.atomic():
        current = lock(application.pk)
        opinion = latest_opinion(current)
        if opinion is None:
            raise refuse("", _("这件申请还没有初审意见，请退回乡镇。"))
        if conclusion != opinion.conclusion and not note.strip():
            raise refuse("note", _("决定与乡镇初审意见不同，请写明理由。"))
        if conclusion == Conclusion.GRANT and opinion.conclusion != Conclusion.GRANT:
            raise refuse("", _("初审意见是不予确认，没有经过公示，不能直接确认；请退回乡镇重新审核。"))
        name = "confirm" if conclusion == Conclusion.GRANT else "refuse"
        moved = move(current, name, by=by, on=on, at=at, version=version, note=note, data={"opinion": opinion.pk})
        made = _keep(moved, opinion, conclusion, by=by, on=on, at=at, note=note)
        if conclusion == Conclusion.GRANT and Programme(moved.programme) in ONGOING:
            publish(determination=made, by=by, on=on)
        return made


def _keep(
    application: Application, opinion: Opinion, conclusion: Conclusion, *, by: Staff, on: date, at: datetime, note: str
) -> Determination:
    evaluation = again(opinion.snapshot, opinion.known_at)
    granted = conclusion == Conclusion.GRANT
    number = next_number(f"{SETTINGS[Programme(application.programme)].letters}{LETTERS}", on)
    award = entitle(application, opinion, evaluation, number=number, by=by, on=on, at=at) if granted else ""
    return Determination.objects.create(
        number=number,
        application=application,
        division_code=application.division_code,
        programme=application.programme,
        person_id=application.person_id,
        conclusion=conclusion,
        decider=decider_of(application),
        opinion=opinion,
        snapshot=opinion.snapshot,
        on=on,
        at=at,
        by_id=by.pk,
        rules_on=evaluation.on,
        rulebook_version=evaluation.decision.book.version,
        known_at=opinion.known_at,
        answer=evaluation.answer,
        answer_digest=digest_of({"answer": evaluation.answer}),
        findings=canonical(findings(evaluation, application)),
        parameters=evaluation.parameters(),
        evidence=evidence_of(application),
        amount_fen_month=opinion.amount_fen_month if granted else None,
        amount_fen_once=opinion.amount_fen_once if granted else None,
        award=award,
        reason="\n".join(filter(None, [str(opinion.reason or ""), note.strip()])) or None,
    )


def findings(evaluation: Evaluation, application: Application) -> dict[str, Any]:
    """The tree of the programme decided, and how every other programme fits: what a letter is written from."""
    programme = Programme(application.programme)
    tried = [
        {"programme": f.programme.value, "person": f.person, "name": f.name, "fits": f.fits,
         "amount_fen_month": f.amount_fen_month, "unknown_because": list(f.unknown_because)}
        for f in evaluation.tried()
    ]  # fmt: skip
    person = application.person_id
    main, amount = evaluation.finding(programme, person), evaluation.amount_finding(programme, person)
    return {"main": main, "amount": amount, "tried": tried}


def correct(
    *, application: Application, by: Staff, on: date, at: datetime, note: str, changes: Mapping[str, Any]
) -> Determination:
    """Correct a clerical error: a determination that replaces the other in words, not in substance.

    `changes` may set `reason`; conclusion, programme, person and amount are decided anew only by reopening the case.
    """
    allowed: Sequence[str] = ("reason",)
    if set(changes) - set(allowed):
        raise refuse("", _("更正只限笔误；结论、对象和金额的改变请重新办理。"))
    with transaction.atomic():
        old = in_force(application)
        if old is None:
            raise refuse("", _("这件申请还没有决定。"))
        move(application, "correct", by=by, on=on, at=at, note=note, data={"corrects": old.number})
        copy = {f.attname: getattr(old, f.attname) for f in old._meta.concrete_fields if not f.primary_key}
        copy |= {"number": next_number(old.number.split("-")[0], on), "on": on, "at": at, "by_id": by.pk}
        return Determination.objects.create(**(copy | dict(changes) | {"corrects_id": old.pk}))


def reopen(
    *, application: Application, by: Staff, on: date, at: datetime, note: str, version: int | None = None
) -> Application:
    """Take a refused case up again after an objection or a review decision; its people are held by it once more."""
    with transaction.atomic():
        moved = move(application, "reopen", by=by, on=on, at=at, note=note, version=version)
        moved.people.update(is_open=True)
    return moved
