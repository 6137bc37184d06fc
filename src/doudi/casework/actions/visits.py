"""Recording what was seen and said; drawing which cases the county visits itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit, within
from doudi.audit import actions as audit
from doudi.registry.actions.refusal import Problems, refuse

from ..drawing import chosen_of
from ..models import Application, CheckDraw, Enquiry, HomeVisit
from ..programmes import Programme
from ..queries.involvement import is_involved
from ..stages import Stage
from .moving import move, record

TEKUN_SHARE = 30  # M43-16: at least thirty of a hundred


@dataclass(frozen=True)
class Seen:
    """What a visit brought. `signature` is a verification.Signature of the family, else `unsigned_because` says why."""

    kind: str
    at: datetime
    place: str
    first_name: str
    second_name: str
    findings: str
    result: str
    signature: int | None = None
    unsigned_because: str = ""
    latitude: Decimal | None = None
    longitude: Decimal | None = None
    first_id: int | None = None
    second_id: int | None = None


def record_visit(
    *, application: Application, seen: Seen, by: Staff, on: date, at: datetime, version: int | None = None
) -> HomeVisit:
    """Record a visit; the township's is a step of the case, the county's belongs to its check."""
    _check(seen, at)
    with transaction.atomic():
        if seen.kind == HomeVisit.Kind.COUNTY:
            permit(by, Permission.CASE_CHECK, place=application.division_code)
            _not_involved(application, by, on)
            record(application, "county_visit", by)
        else:
            move(application, "record_visit", by=by, on=on, at=at, version=version, data={"kind": seen.kind})
        return HomeVisit.objects.create(
            application=application, division_code=application.division_code, kind=seen.kind, on=on, at=seen.at,
            place=seen.place.strip(), first_name=seen.first_name.strip(), second_name=seen.second_name.strip(),
            first_id=seen.first_id, second_id=seen.second_id, findings=seen.findings.strip(), result=seen.result,
            family_signature=seen.signature, unsigned_because=seen.unsigned_because.strip(), latitude=seen.latitude,
            longitude=seen.longitude, recorded_at=at, recorded_by_id=by.pk,
        )  # fmt: skip


def _not_involved(application: Application, by: Staff, on: date) -> None:
    if is_involved(by.pk, application, on):
        raise refuse("", _("申请人或其家庭成员是您本人或您备案的近亲属，请交由其他人办理。"))


def _check(seen: Seen, at: datetime) -> None:
    problems = Problems()
    first, second = seen.first_name.strip(), seen.second_name.strip()
    if not first or not second or first == second:
        problems.add("second_name", _("入户调查至少两人，请填写两名不同的调查人员。"))
    if not seen.findings.strip():
        problems.add("findings", _("请写明调查看到和了解到的情况。"))
    if seen.result not in ("matches", "differs", "unclear"):
        problems.add("result", _("请选择调查结果。"))
    if seen.signature is None and not seen.unsigned_because.strip():
        problems.add("unsigned_because", _("请由家庭签名；不能签名的写明原因。"))
    if seen.at > at:
        problems.add("at", _("调查时间不能晚于现在。"))
    problems.refuse_if_any()


def record_enquiry(
    *,
    application: Application,
    kind: str,
    asked: str,
    said: str,
    by: Staff,
    on: date,
    at: datetime,
    votes_for: int | None = None,
    votes_against: int | None = None,
) -> Enquiry:
    """Record what a neighbour, an office or the village's panel said."""
    permit(by, Permission.CASE_HANDLE, place=application.division_code)
    _not_involved(application, by, on)
    problems = Problems()
    if kind not in Enquiry.Kind.values:
        problems.add("kind", _("请选择调查方式。"))
    if not asked.strip() or not said.strip():
        problems.add("said", _("请写明向谁了解、了解到什么。"))
    if (kind == Enquiry.Kind.APPRAISAL) != (votes_for is not None and votes_against is not None):
        problems.add("votes_for", _("民主评议请填写同意和不同意的人数，其他方式不填。"))
    if on > timezone.localdate(at):
        problems.add("on", _("日期不能晚于今天。"))
    problems.refuse_if_any()
    with transaction.atomic():
        enquiry = Enquiry.objects.create(
            application=application, division_code=application.division_code, kind=kind, on=on, asked=asked.strip(),
            said=said.strip(), votes_for=votes_for, votes_against=votes_against, recorded_at=at, recorded_by_id=by.pk,
        )  # fmt: skip
        record(application, "record_enquiry", by, kind=kind)
    return enquiry


def register_complaint(
    *, application: Application, by: Staff, on: date, at: datetime, note: str, version: int | None = None
) -> Application:
    """Somebody complains while the county decides: it goes there itself, whatever was seen before (M57-20)."""
    changes = {"visit_because": application.visit_because or "complaint"}
    return move(application, "complain", by=by, on=on, at=at, note=note, version=version, changes=changes)


def draw_checks(
    *, programme: Programme, place: str, share_percent: int, seed: str, by: Staff, on: date, at: datetime
) -> CheckDraw:
    """Draw which of the cases before the county it visits itself; of tekun never less than thirty in a hundred.

    The draw is repeatable from its seed and list. Every case drawn moves to the check in the same transaction.
    """
    permit(by, Permission.CASE_CHECK, place=place)
    if programme is Programme.TEKUN and share_percent < TEKUN_SHARE:
        raise refuse("share_percent", _("特困人员认定的抽查比例不得低于百分之三十。"))
    if not seed.strip():
        raise refuse("seed", _("请填写随机种子（例如当天开奖号码），任何人凭它都能重新抽出同样的名单。"))
    rows = Application.objects.filter(within(place), stage=Stage.COUNTY, programme=programme).order_by("number")
    numbers = list(rows.values_list("number", flat=True))
    chosen = chosen_of(numbers, share_percent, seed.strip())
    with transaction.atomic():
        draw = CheckDraw.objects.create(
            programme=programme, place=place, drawn_on=on, drawn_at=at, drawn_by_id=by.pk, seed=seed.strip(),
            share_percent=share_percent, numbers=numbers, chosen=chosen,
        )  # fmt: skip
        audit.record(by=by, action="case.draw_checks", detail={"draw": draw.pk, "of": len(numbers), "n": len(chosen)})
        for application in Application.objects.filter(number__in=chosen).order_by("number"):
            move(application, "send_to_check", by=by, on=on, at=at, data={"draw": draw.pk})
    return draw
