"""What the printed forms need: a signed text as it was signed, a report as it stands."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone

from doudi.accounts.models import Staff
from doudi.documents.forms import PrintStamp, render_form
from doudi.kernel.money import format_yuan
from doudi.places.organs import county_bureau, township_government

from .actions.signing import image_of
from .models import Pledge, Report, Signature, VerificationConsent
from .queries.pages import Row, row_of
from .queries.reports import report_items
from .sources import label_of

SIGNED, REPORT = "signed_text", "verification_report"


def consent(given: VerificationConsent, stamp: PrintStamp, *, by: Staff) -> bytes:
    """A consent as PDF."""
    withdrawn = f"本授权已于 {_moment(given.withdrawn_at)} 撤回，此后不再查询" if given.withdrawn_at else ""
    period = f"{given.starts_on:%Y-%m-%d} 起至 {given.ends_on:%Y-%m-%d}（不含当日）"
    facts = [["授权期间", period], ["告知版本", f"个人信息处理告知 {given.notice_version} 版"]]
    capacity = f"（{given.person.name}的监护人）" if given.capacity == "guardian" else ""
    office = township_government(given.division_code)
    told = {"office": office, "capacity": capacity, "withdrawn": withdrawn}
    return _signed(given.number, given.signature, facts, stamp, by, **told)


def pledge(given: Pledge, stamp: PrintStamp, *, by: Staff) -> bytes:
    """A pledge as PDF."""
    return _signed(given.number, given.signature, [["承诺户", given.household.number]], stamp, by,
                   office=township_government(given.division_code))  # fmt: skip


def _signed(
    number: str, signature: Signature, facts: list[list[str]], stamp: PrintStamp, by: Staff, *, office: str,
    capacity: str = "", withdrawn: str = "",
) -> bytes:  # fmt: skip
    title, *paragraphs = str(signature.text_shown).split("\n")
    image = list(image_of(signature, by=by)) if signature.image_id else []
    witness = Staff.objects.filter(pk=signature.witness_id).first()
    return render_form(SIGNED, {
        "title": title, "number": number, "version": signature.text_version, "paragraphs": paragraphs,
        "image": image, "signer": signature.signer.name, "capacity": capacity, "withdrawn": withdrawn,
        "signed": _moment(signature.signed_at), "method": str(signature.get_method_display()),
        "witness": f"{witness.office} {witness.name}" if witness else "—", "facts": facts,
        "office": office, "text_digest": signature.text_digest, "digest": signature.digest,
        "stamp": stamp.as_data(SIGNED, number),
    })  # fmt: skip


def report(made: Report, stamp: PrintStamp, *, on: date) -> bytes:
    """A report as PDF."""
    request = made.request
    silent = request.queries.exclude(state="answered").select_related("person").order_by("pk")
    left = request.unasked.select_related("person").order_by("pk")
    return render_form(REPORT, {"report": {
        "office": county_bureau(made.division_code), "number": made.number, "version": str(made.version),
        "made": _day(made.made_on),
        "until": _day(made.valid_until),
        "head": made.household.head.name, "household": made.household.number,
        "asked": f"{request.queries.count()} 项，已答复 {request.queries.filter(state='answered').count()} 项",
        "unasked": _grouped((u.person.name, u.source) for u in left),
        "unanswered": _grouped((q.person.name, q.source) for q in silent), "note": made.note, "digest": made.digest,
        "items": [_item(row) for row in map(row_of, report_items(made, on)) if row.tells],
    }, "stamp": stamp.as_data(REPORT, made.number)})  # fmt: skip


def _item(row: Row) -> dict[str, str]:
    item = row.item
    by = f" {format_yuan(row.by)}" if row.by and item.differs else ""
    least = "至少 " if item.is_partial and item.found is not None else ""
    adopted = {"found": "按核对结果", "declared": "按家庭申报"}.get(item.adopted, "")
    reason = item.reason_label + (f"（{item.reason_words}）" if item.reason_words else "")
    waits = "待说明" if item.differs and not item.reason else ""
    return {
        "label": item.label, "source": item.source_label, "person": item.person or "全家",
        "declared": _money(item.declared) if row.is_money else str(row.declared),
        "found": least + _money(item.found) if row.is_money else str(row.found),
        "conclusion": item.conclusion_label + by,
        "adopted": "；".join(w for w in (adopted if item.conclusion != "consistent" else "", reason, waits) if w),
    }  # fmt: skip


def _grouped(pairs: Any) -> str:
    by_person: dict[str, list[str]] = {}
    for name, source in pairs:
        by_person.setdefault(name, []).append(label_of(source))
    return "；".join(
        f"{name}：{'全部来源' if len(sources) == 15 else '、'.join(sources)}" for name, sources in by_person.items()
    )


def _money(fen: int | None) -> str:
    return "—" if fen is None else format_yuan(fen)


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _moment(at: Any) -> str:
    return f"{timezone.localtime(at):%Y年%-m月%-d日 %H:%M}"
