"""The initial review: the officer's opinion beside the rulebook's, and where the case goes from it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.audit.actions import digest_of
from doudi.kernel.money import format_yuan
from doudi.policy import PolicyError
from doudi.registry.actions.refusal import Problems, refuse

from ..models import Application, Conclusion, FactSnapshot, Opinion
from ..programmes import SETTINGS, Programme
from ..queries.evaluation import Evaluation, canonical, evaluate
from ..queries.judgements import to_judge
from ..queries.opinions import current_opinion
from ..queries.relief import ceiling
from .moving import move


def write_opinion(
    *,
    application: Application,
    conclusion: Conclusion,
    by: Staff,
    on: date,
    at: datetime,
    reason: str = "",
    judgements: Mapping[str, str] | None = None,
    amount_fen_once: int | None = None,
    severity: str = "",
    version: int | None = None,
) -> Opinion:
    """Put the facts before the rulebook and the officer's conclusion beside its answer.

    Every named matter must have an answer. Against the rulebook, or where it cannot tell, a reason is needed.
    `amount_fen_once` and `severity` only where people say how much within a ceiling (temporary assistance).
    """
    evaluation = evaluate(application, today=on, at=at)
    fit = evaluation.fit(Programme(application.programme), application.person_id)
    answered = {key: text.strip() for key, text in (judgements or {}).items() if text.strip()}
    problems = Problems()
    agrees = fit.fits is not None and fit.fits == (conclusion == Conclusion.GRANT)
    _check_said(application, evaluation, agrees or bool(reason.strip()), answered, problems)
    once = _once(application, conclusion, amount_fen_once, severity, problems)
    problems.refuse_if_any()
    changes = {"severity": severity} if once else {}
    with transaction.atomic():
        move(application, "write_opinion", by=by, on=on, at=at, version=version, changes=changes,
             data={"conclusion": str(conclusion)})  # fmt: skip
        return Opinion.objects.create(
            application=application, division_code=application.division_code, programme=application.programme,
            person_id=application.person_id, conclusion=conclusion, snapshot=keep(application, evaluation, at),
            rulebook_version=evaluation.decision.book.version, known_at=at, rulebook_says=fit.fits,
            amount_fen_month=fit.amount_fen_month if conclusion == Conclusion.GRANT else None, amount_fen_once=once,
            reason=reason.strip() or None, judgements=answered, by_id=by.pk, at=at, on=on,
        )  # fmt: skip


def _check_said(
    application: Application, evaluation: Evaluation, is_reasoned: bool, answered: Mapping[str, str], problems: Problems
) -> None:
    """A reason where the rulebook says otherwise, a person where one is meant, an answer to every named matter."""
    if not is_reasoned:
        problems.add("reason", _("意见与规则测算不一致（或规则还不能判断），请写明理由。"))
    if SETTINGS[Programme(application.programme)].about_person and application.person_id is None:
        problems.add("person", _("请先选定本项目的对象是家庭中的哪一位。"))
    for matter in to_judge(application, evaluation):
        if matter.key not in answered:
            problems.add(matter.key, _("“%(what)s”需要您判断后填写。") % {"what": matter.title})


def _once(
    application: Application, conclusion: Conclusion, amount: int | None, severity: str, problems: Problems
) -> int | None:
    """The sum of help given once: never none, never above the rulebook's ceiling. Elsewhere nobody types an amount."""
    if application.programme != Programme.TEMPORARY_EXPENDITURE or conclusion == Conclusion.REFUSE:
        return None
    if not severity:
        problems.add("severity", _("请选择困难程度，救助金额的上限按它测算。"))
        return None
    try:
        most = ceiling(application, severity).most_fen
    except PolicyError as error:
        problems.add("severity", str(error))
        return None
    if amount is None or not 0 < amount <= most:
        said = {"most": format_yuan(most)}
        problems.add("amount_fen_once", _("请填写救助金额，大于 0，不超过规则测算的 %(most)s 元。") % said)
    return amount


def keep(application: Application, evaluation: Evaluation, at: datetime) -> FactSnapshot:
    """Keep the facts for good, sealed, with the source of each."""
    return FactSnapshot.objects.create(
        application=application, division_code=application.division_code, on=evaluation.on, taken_at=at,
        facts=evaluation.facts, sources=canonical(evaluation.sources), names=canonical(evaluation.names),
        digest=digest_of({"facts": evaluation.facts, "sources": canonical(evaluation.sources)}),
    )  # fmt: skip


def countersign(*, application: Application, by: Staff, on: date, at: datetime, version: int | None = None) -> Opinion:
    """A second officer signs an opinion against the rulebook, and is not its author."""
    opinion = current_opinion(application)
    if opinion is None:
        raise refuse("", _("还没有可签署的初审意见。"))
    with transaction.atomic():
        move(application, "countersign", by=by, on=on, at=at, version=version, data={"opinion": opinion.pk})
        opinion.second_id, opinion.second_at = by.pk, at
        opinion.save(update_fields=["second_id", "second_at"])
    return opinion


def propose_refusal(
    *, application: Application, by: Staff, on: date, at: datetime, version: int | None = None
) -> Application:
    """A refusal goes straight to whoever decides: nothing is posted about it."""
    return move(application, "propose_refusal", by=by, on=on, at=at, version=version)


def back_to_survey(
    *, application: Application, by: Staff, on: date, at: datetime, note: str, version: int | None = None
) -> Application:
    """Something still has to be looked into."""
    return move(application, "back_to_survey", by=by, on=on, at=at, note=note, version=version)


def refer(
    *,
    application: Application,
    programme: Programme,
    by: Staff,
    on: date,
    at: datetime,
    person_id: int | None = None,
    version: int | None = None,
) -> Application:
    """Go on under another programme from the same application: a no is a referral."""
    setting = SETTINGS[programme]
    current = Programme(application.programme)
    if programme == current and person_id == application.person_id:
        raise refuse("programme", _("这件申请已经按“%(what)s”办理。") % {"what": programme.label})
    if setting.about_person != (person_id is not None):
        raise refuse("person", _("“%(what)s”请选定对象（家庭项目不选）。") % {"what": programme.label})
    if person_id is not None and not application.people.filter(person_id=person_id).exists():
        raise refuse("person", _("所选人员不是这件申请涉及的家庭成员。"))
    data = {"from": current.value, "to": programme.value, "person": person_id}
    changes = {"programme": programme.value, "person_id": person_id}
    return move(application, "refer", by=by, on=on, at=at, version=version, data=data, changes=changes)
