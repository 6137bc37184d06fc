"""标准调整通知: a page a household, a file a village; printed as a job, since a county has thousands."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doudi.accounts.scope import within
from doudi.documents.forms import PrintStamp, render_form
from doudi.jobs.files import attach
from doudi.jobs.models import Job, JobFile
from doudi.jobs.steps import JobError, Steps
from doudi.kernel.money import format_yuan
from doudi.places.queries import place_name
from doudi.policy.law import LAW26, M57
from doudi.registry.queries.naming import spots

from ..actions.notifying import NOTICES
from ..models import Adjustment, AdjustmentLine
from ..models.adjustments import Outcome, Step

FORM = "standard_notice"


class PrintNotices(Steps):
    """One village a chunk."""

    kind = NOTICES
    title = gettext_lazy("打印标准调整通知")
    unit = gettext_lazy("村")

    def count(self, job: Job) -> int:
        return len(_villages(job))

    def step(self, job: Job, at: datetime) -> bool:
        villages = _villages(job)
        if job.done < len(villages):
            village, by = villages[job.done], job.started_by
            assert by is not None
            rows = _lines(job).filter(division_code=village)
            lines = list(rows.select_related("award__person", "award__household__head").order_by("award__number"))
            stamp = PrintStamp(by.office, by.name, by.pk, at, str(job.params["address"]))
            pdf = notices_pdf(lines, _adjustment(job), stamp, timezone.localdate(at))
            name = f"{place_name(village[:9])}{place_name(village)}-{_('标准调整通知')}.pdf"
            attach(job, JobFile.Role.RESULT, name=name, media_type="application/pdf", stream=io.BytesIO(pdf), at=at)
            job.done += 1
        return job.done < len(villages)


def _adjustment(job: Job) -> Adjustment:
    found = Adjustment.objects.select_related("draft").filter(pk=job.params["adjustment"], state=Step.APPLIED).first()
    if found is None:
        raise JobError(_("这次调整已经撤销，通知不再打印。"))
    return found


def _lines(job: Job) -> Any:
    rows = AdjustmentLine.objects.filter(adjustment=_adjustment(job), outcome=Outcome.RAISED)
    return rows.filter(within(str(job.params["place"])))


def _villages(job: Job) -> list[str]:
    rows = _lines(job).order_by("division_code").values_list("division_code", flat=True)
    return list(rows.distinct())


def notices_pdf(lines: Sequence[AdjustmentLine], adjustment: Adjustment, stamp: PrintStamp, on: date) -> bytes:
    """The notices as one PDF."""
    where = spots(line.division_code for line in lines)
    notices = [_notice(line, where[line.division_code].official) for line in lines]
    told = {"notices": notices, "remedy": remedy(on), "basis": _basis(adjustment)}
    return render_form(FORM, {**told, "stamp": stamp.as_data(FORM, adjustment.number)})


def _notice(line: AdjustmentLine, place: str) -> dict[str, Any]:
    award = line.award
    who = award.person or award.household.head
    raised = [one for one in line.stretches if one["after"] and one["after"] != one["before"]]
    return {
        "name": who.name,
        "place": place,
        "award": award.number,
        "programme": str(award.get_programme_display()),
        "sentence": line.notice,
        "back_pay": format_yuan(line.back_pay_fen) if line.back_pay_fen else "",
        "rows": [_row(one) for one in raised],
    }


def _row(told: dict[str, Any]) -> dict[str, str]:
    fens = {side: sum(one[2] for one in told[side]) for side in ("before", "after")}
    return {
        "months": f"{told['from'][:7]} 至 {told['until'][:7]} 前" if told["until"] else f"{told['from'][:7]} 起",
        "old": format_yuan(fens["before"]),
        "new": format_yuan(fens["after"]),
        "more": format_yuan(fens["after"] - fens["before"]),
    }


def _basis(adjustment: Adjustment) -> str:
    sources = adjustment.draft.blocks.values_list("source", flat=True)
    return "、".join(dict.fromkeys(filter(None, sources)))


def remedy(on: date) -> str:
    """How to ask and how to object, with the clause of the day."""
    clause = LAW26.article(76) if LAW26.in_force(on) else M57.article(38)
    return (
        "对金额有疑问的，可以向乡镇（街道、农场）或市民政局询问，随时要求重新核对；不服的，可以自收到本通知之日起"
        f"六十日内申请行政复议，或者自收到本通知之日起六个月内向人民法院提起行政诉讼（{clause.citation}）。"
    )
