"""What follows from a confirmation: the category in the registry, and the award from the month after."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.audit.actions import digest_of
from doudi.awards import actions as awards
from doudi.awards.entitlements import Entitlement, NoEntitlement, from_decision
from doudi.awards.kinds import Programme as Paid
from doudi.registry.actions import determine_status
from doudi.registry.actions.refusal import refuse
from doudi.registry.actions.statuses import department_of
from doudi.rulebook.queries.answers import fact_words

from ..models import Application, Opinion
from ..months import months_after
from ..programmes import SETTINGS, Programme
from ..queries.evaluation import Evaluation
from ..queries.transfers import first_month_of

PAID = {
    Programme.HOUSEHOLD_DIBAO: Paid.DIBAO,
    Programme.INDIVIDUAL_DIBAO: Paid.INDIVIDUAL_DIBAO,
    Programme.TEKUN: Paid.TEKUN,
}


def entitle(
    application: Application,
    opinion: Opinion,
    evaluation: Evaluation,
    *,
    number: str,
    by: Staff,
    on: date,
    at: datetime,
) -> str:
    """Enter what was confirmed and grant it; the number of the award, '' where a category gives no money."""
    programme = Programme(application.programme)
    if SETTINGS[programme].category:
        _enter(application, programme, evaluation, number=number, by=by, on=on, at=at)
    if programme not in PAID:
        return ""
    entitlement = _entitlement(application, programme, evaluation)
    digest = digest_of({"answer": evaluation.answer})
    review_by = review_day(programme, evaluation, on)
    award = awards.grant(
        entitlement=entitlement, determination=number, digest=digest, by=by, on=on, at=at, review_by=review_by,
        starts_on=first_month_of(application),
    )  # fmt: skip
    return str(award.number)


def _entitlement(application: Application, programme: Programme, evaluation: Evaluation) -> Entitlement:
    """What the rulebook gives. Nobody types an amount: where it gives none, the facts have to be settled first."""
    people = {f"p{pk}": pk for pk in evaluation.people()}
    try:
        return from_decision(
            evaluation.decision, PAID[programme], household=application.household_id or 0, people=people,
            person=f"p{application.person_id}" if application.person_id else "",
        )  # fmt: skip
    except NoEntitlement as none:
        missing = evaluation.fit(programme, application.person_id).unknown_because
        named = "、".join(fact_words(key, evaluation.names) for key in missing[:5])
        why = _("还不知道：%(what)s") % {"what": named} if missing else _("规则测算不符合")
        words = _("规则算不出按月发放的金额（%(why)s），不能确认。请退回乡镇核实补全情况，或者转按其他项目办理。")
        raise refuse("", words % {"why": why}) from none


def _enter(
    application: Application,
    programme: Programme,
    evaluation: Evaluation,
    *,
    number: str,
    by: Staff,
    on: date,
    at: datetime,
) -> None:
    household = application.household
    assert household is not None
    category = SETTINGS[programme].category
    months = SETTINGS[programme].valid_months
    determine_status(
        household=household,
        person=application.person,
        category=category,
        ground=_("审核确认决定 %(number)s") % {"number": number},
        department=department_of(category, on) or "civil_affairs",
        starts_on=on,
        ends_on=months_after(on, months) if months else None,
        review_by=None if months else review_day(programme, evaluation, on),
        by=by,
        on=on,
        at=at,
        replaces=True,
    )


def review_day(programme: Programme, evaluation: Evaluation, on: date) -> date:
    """When it is looked at again (M57-31, ZB20-7): yearly, half-yearly where somebody can work, tekun yearly."""
    steady = programme == Programme.TEKUN or evaluation.decision.value("dibao_tier") == "A"
    return months_after(on, 12 if steady else 6)
