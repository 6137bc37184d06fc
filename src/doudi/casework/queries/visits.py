"""What looking into a family's circumstances has brought, and whether it is enough to go on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from doudi.accounts.models import Assignment, Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.roles import ADMINS
from doudi.documents.models import Document, Kind
from doudi.registry.actions.refusal import Problems
from doudi.verification.queries import current_report, is_settled

from ..models import Application, CheckDraw, Enquiry, GapNotice, HomeVisit, Objection, Origin, Step
from ..programmes import SETTINGS, Programme
from ..stages import Stage
from .certifying import certifiable
from .gaps import matter_of
from .involvement import disclosures_about, people_of

PAPERS: Mapping[str, str | Promise] = {
    "application": _lazy("申请书"),
    "gaps": _lazy("一次性告知书"),
    "slip": _lazy("受理通知书"),
    "procedure": _lazy("审核确认表"),
    "certificate": _lazy("救助证明"),
}


@dataclass(frozen=True)
class SurveyCard:
    """The card of the survey on the page of a case."""

    visits: Sequence[HomeVisit]
    enquiries: Sequence[Enquiry]
    photos: Sequence[Document]
    county: str = ""
    appraisal: bool = False
    documents: Sequence[Document] = ()
    papers: Sequence[tuple[str, str | Promise]] = ()
    may_handle: bool = False
    may_check: bool = False
    may_upload: bool = False
    wants_proxy: bool = False


def card(application: Application, staff: Staff, today: date) -> SurveyCard:
    """Visits and enquiries, the newest first; photos only for those who may see documents."""
    place, ended = application.division_code, application.ended_on is not None
    files: list[Document] = []
    if staff.may(Permission.DOCUMENT_READ, place):
        files = list(Document.objects.of("application", str(application.pk)))
    return SurveyCard(
        visits=list(HomeVisit.objects.filter(application=application).order_by("-at", "-pk")),
        enquiries=list(Enquiry.objects.filter(application=application).order_by("-on", "-pk")),
        photos=[one for one in files if one.kind == Kind.PHOTO],
        county=why_county(application, application.ended_on or today),
        appraisal=appraisal_where_objected(application),
        documents=[one for one in files if one.kind != Kind.PHOTO],
        papers=papers_of(application, today),
        may_handle=not ended and staff.may(Permission.CASE_HANDLE, place),
        may_check=application.stage in (Stage.COUNTY, Stage.CHECK) and staff.may(Permission.CASE_CHECK, place),
        may_upload=not ended and staff.may(Permission.DOCUMENT_WRITE, place),
        wants_proxy=_wants_proxy(application) and staff.may(Permission.CASE_INTAKE, place),
    )


def _wants_proxy(application: Application) -> bool:
    open_proxy = application.origin == Origin.PROXY and application.ended_on is None
    return open_proxy and application.proxy_document is None


def papers_of(application: Application, today: date) -> list[tuple[str, str | Promise]]:
    """The papers a case has by now, by the name in their address."""
    has = {
        "gaps": GapNotice.objects.filter(application=application).exists(),
        "slip": application.accepted_on is not None,
        "procedure": application.accepted_on is not None,
        "certificate": certifiable(application, today) is not None,
    }
    return [(form, label) for form, label in PAPERS.items() if has.get(form, True)]


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
    called = Step.objects.filter(application=application, move__in=("send_to_check", "complain"))
    drawn = called.order_by("-pk").first()
    if not why_county(application, on) and drawn is None:
        return
    visits = HomeVisit.objects.filter(application=application, kind=HomeVisit.Kind.COUNTY)
    if not (visits.filter(recorded_at__gte=drawn.at) if drawn else visits).exists():
        problems.add("", _("这件申请须市级入户后才能决定，还没有入户记录。"))


def was_drawn_from(application: Application, by: Staff, on: date, problems: Problems) -> None:
    """The guard of a decision on tekun by the county: the case lay in the urn of a random check (M43-16).

    A case the county has visited anyway is checked already. Where the township decides, the county draws afterwards.
    """
    if application.programme != Programme.TEKUN or application.delegated:
        return
    steps = Step.objects.filter(application=application, to_stage=Stage.COUNTY).exclude(from_stage=Stage.CHECK)
    came = steps.exclude(from_stage=Stage.COUNTY).order_by("-pk").first()
    draws = CheckDraw.objects.filter(numbers__contains=[application.number])
    seen = HomeVisit.objects.filter(application=application, kind=HomeVisit.Kind.COUNTY)
    if came is not None:
        draws, seen = draws.filter(drawn_at__gte=came.at), seen.filter(recorded_at__gte=came.at)
    if not draws.exists() and not seen.exists():
        problems.add("", _("特困人员认定须先随机抽查（不低于百分之三十），请先在“抽查复核”里抽取，再作决定。"))


def investigators(place: str, today: date) -> dict[str, Staff]:
    """The staff who work at a place or above it, by name: offered where investigators are named."""
    now = timezone.make_aware(datetime.combine(today, time(12)))
    rows = Assignment.objects.in_force(now).exclude(role__in=ADMINS).select_related("staff")
    here = rows.filter(Q(division_code__startswith=place[:9]) | Q(division_code=place[:6]), staff__is_active=True)
    return {a.staff.name: a.staff for a in here.order_by("staff__name")}


def why_county(application: Application, on: date) -> str:
    """Why the county must go there itself before it decides; '' where it need not (M57-20)."""
    if application.visit_because == "complaint":
        return _("审核确认期间收到投诉举报")
    if application.visit_because or disclosures_about(people_of(application), on).exists():
        return _("与工作人员或村（社区）干部是近亲属，已单独登记备案")
    return ""


def appraisal_where_objected(application: Application) -> bool:
    """Whether an appraisal is called for: somebody objected to the notice and none was held since (M57-19)."""
    latest = Objection.objects.filter(application=application).order_by("-pk").first()
    if latest is None:
        return False
    held = Enquiry.objects.filter(application=application, kind=Enquiry.Kind.APPRAISAL)
    return not held.filter(on__gte=latest.received_on).exists()
