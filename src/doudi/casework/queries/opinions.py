"""The township's opinion as it stands, and what must be true of it before the case goes on."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.registry.actions.refusal import Problems

from ..models import Application, Conclusion, Opinion, Step
from ..programmes import SETTINGS, Programme
from ..stages import Stage


def current_opinion(application: Application) -> Opinion | None:
    """The latest opinion written since the case last came to the review; None if there is none yet."""
    came = (
        Step.objects.filter(application=application, to_stage=Stage.REVIEW)
        .exclude(from_stage=Stage.REVIEW)
        .order_by("-pk")
        .values_list("at", flat=True)
        .first()
    )
    rows = Opinion.objects.filter(application=application).order_by("-pk")
    return rows.filter(at__gte=came).first() if came else rows.first()


def latest_opinion(application: Application) -> Opinion | None:
    """The opinion the case is decided on."""
    return Opinion.objects.filter(application=application).order_by("-pk").first()


def proposes(conclusion: Conclusion):  # type: ignore[no-untyped-def]
    """The guard of a proposal: an opinion with this conclusion, for this programme, signed by two where needed."""

    def guard(application: Application, by: Staff, on: date, problems: Problems) -> None:
        opinion = current_opinion(application)
        if opinion is None or opinion.conclusion != conclusion:
            problems.add("", _("请先出具“%(what)s”的初审意见。") % {"what": conclusion.label})
            return
        if (opinion.programme, opinion.person_id) != (application.programme, application.person_id):
            problems.add("", _("初审意见针对的是转办前的项目，请按现在的项目重新出具。"))
        if opinion.against and opinion.second_id is None:
            problems.add("", _("意见与规则测算不一致，须由乡镇分管领导第二人签署后才能继续。"))

    return guard


def says_how_much(application: Application, by: Staff, on: date, problems: Problems) -> None:
    """The guard of a proposed grant that is paid monthly: where facts are missing, there is no sum to post yet.

    Against a clear no of the rulebook two officers may still propose; the county decides on that.
    """
    opinion = current_opinion(application)
    paid = SETTINGS[Programme(application.programme)].amount
    if paid and opinion and opinion.rulebook_says is None and not opinion.amount_fen_month:
        words = _("规则算不出按月发放的金额，不能提出确认建议。请补全缺少的情况后重新出具意见，或转按其他项目办理。")
        problems.add("", words)


def has_opinion(application: Application, by: Staff, on: date, problems: Problems) -> None:
    """The guard of a determination: there is an opinion to confirm or refuse."""
    if latest_opinion(application) is None:
        problems.add("", _("这件申请还没有初审意见，请退回乡镇。"))
