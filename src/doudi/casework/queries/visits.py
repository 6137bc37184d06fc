"""What looking into a family's circumstances has brought, and whether it is enough to go on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.documents.models import Document, Kind
from doudi.registry.actions.refusal import Problems
from doudi.verification.queries import current_report, is_settled

from ..models import Application, Enquiry, HomeVisit, Objection, Step
from ..programmes import SETTINGS, Programme
from .gaps import matter_of


@dataclass(frozen=True)
class SurveyCard:
    """The card of the survey on the page of a case."""

    visits: Sequence[HomeVisit]
    enquiries: Sequence[Enquiry]
    photos: int


def card(application: Application) -> SurveyCard:
    """Visits and enquiries, the newest first."""
    photos = Document.objects.of("application", str(application.pk)).filter(kind=Kind.PHOTO).count()
    return SurveyCard(
        list(HomeVisit.objects.filter(application=application).order_by("-at", "-pk")),
        list(Enquiry.objects.filter(application=application).order_by("-on", "-pk")),
        photos,
    )


def is_visited(application: Application, by: Staff, on: date, problems: Problems) -> None:
    """The guard of the end of the survey: somebody was there, two of them."""
    if not HomeVisit.objects.filter(application=application).exclude(kind=HomeVisit.Kind.FOLLOW_UP).exists():
        problems.add("", _("还没有入户调查（至少两名调查人员），不能结束调查。"))


def is_verified(application: Application, by: Staff, on: date, problems: Problems) -> None:
    """The guard of the end of the survey: the report is there, valid, and every difference has its reason."""
    if not SETTINGS[Programme(application.programme)].verified:
        return
    report = current_report(matter_of(application))
    if report is None:
        problems.add("", _("核对报告还没有返回，不能结束调查。"))
    elif report.expired(on):
        problems.add("", _("核对报告已过有效期，请重新核对。"))
    elif not is_settled(report, on):
        problems.add("", _("核对报告里还有差异没有说明理由，或复核还没有结果。"))


def county_has_visited(application: Application, by: Staff, on: date, problems: Problems) -> None:
    """The guard of a confirmation: disclosed relatives or complaints mean the county goes there itself (M57-20)."""
    drawn = Step.objects.filter(application=application, move="send_to_check").order_by("-pk").first()
    if not application.visit_because and drawn is None:
        return
    visits = HomeVisit.objects.filter(application=application, kind=HomeVisit.Kind.COUNTY)
    if not (visits.filter(recorded_at__gte=drawn.at) if drawn else visits).exists():
        problems.add("", _("这件申请须市级入户后才能决定，还没有入户记录。"))


def appraisal_where_objected(application: Application) -> bool:
    """Whether an appraisal is called for: somebody objected to the notice and none was held since (M57-19)."""
    latest = Objection.objects.filter(application=application).order_by("-pk").first()
    if latest is None:
        return False
    held = Enquiry.objects.filter(application=application, kind=Enquiry.Kind.APPRAISAL)
    return not held.filter(on__gte=latest.received_on).exists()
