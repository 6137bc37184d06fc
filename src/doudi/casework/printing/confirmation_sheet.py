"""审核确认表: the whole procedure of one case on one sheet, with who did what and what the rulebook said."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from django.utils import timezone

from doudi.accounts.models import Staff
from doudi.documents.forms import PrintStamp
from doudi.verification.queries import current_report, report_items

from ..letters import arithmetic_of, clauses_of, unconfirmed_in
from ..models import Application, Determination, Enquiry, HomeVisit, Objection, Opinion, PublicNotice, Step
from ..queries.cases import move_label
from ..queries.determinations import in_force
from ..queries.gaps import matter_of
from .papers import day, head_of, member_rows, organ_of, print_guarded, township_of, yuan

FORM = "confirmation_sheet"
SAYS = {True: "符合", False: "不符合", None: "还不能判断，由人判断"}


def print_sheet(application: Application, stamp: PrintStamp) -> bytes:
    """The sheet as the file keeps it; open places stay empty for the pen."""
    return print_guarded(FORM, sheet_data(application), stamp, application.number)


def sheet_data(application: Application) -> dict[str, Any]:
    """Everything on the sheet."""
    steps = list(Step.objects.filter(application=application))
    opinion = Opinion.objects.filter(application=application).order_by("-pk").first()
    made = in_force(application)
    ids = {s.by_id for s in steps} | {getattr(opinion, "by_id", None), getattr(opinion, "second_id", None)}
    ids |= {made.by_id} if made else set()
    names = {pk: one.name for pk, one in Staff.objects.in_bulk([i for i in ids if i]).items()}
    return head_of(application) | {
        "members": member_rows(application.household, application.accepted_on or application.opened_on),
        "steps": [_step(step, names) for step in steps],
        "verification": _verification(application),
        "visits": [_visit(v) for v in HomeVisit.objects.filter(application=application).order_by("at", "pk")],
        "enquiries": [_enquiry(e) for e in Enquiry.objects.filter(application=application).order_by("on", "pk")],
        "opinion": _opinion(opinion, names) if opinion else None,
        "notices": [_notice(n) for n in PublicNotice.objects.filter(application=application).order_by("pk")],
        "decision": _decision(made, names) if made else None,
        "rulebook": _rulebook(made) if made else None,
        "office": organ_of(made) if made else township_of(application.division_code),
    }


def _step(step: Step, names: Mapping[int, str]) -> dict[str, str]:
    return {"on": step.on.isoformat(), "what": move_label(step.move), "who": names.get(step.by_id or 0, "")}


def _verification(application: Application) -> str:
    report = current_report(matter_of(application))
    if report is None:
        return ""
    items = report_items(report)
    differing = [item for item in items if item.differs]
    reasons = "；".join(f"{i.person} {i.label}：{i.reason_label or '未说明'}" for i in differing)
    told = f"报告 {report.number}，{day(report.made_on)} 出具，{day(report.valid_until)} 前有效。核对 {len(items)} 项，"
    return told + (f"有差异 {len(differing)} 项：{reasons}。" if differing else "没有差异。")


def _visit(visit: HomeVisit) -> str:
    when = f"{timezone.localtime(visit.at):%Y年%-m月%-d日}"
    signed = "家庭已签名" if visit.family_signature else f"家庭未签名（{visit.unsigned_because}）"
    who = f"{visit.first_name}、{visit.second_name}"
    return f"{when} {visit.get_kind_display()}，调查人 {who}，{visit.get_result_display()}，{signed}。"


def _enquiry(enquiry: Enquiry) -> str:
    votes = f"，同意 {enquiry.votes_for} 人、不同意 {enquiry.votes_against} 人" if enquiry.kind == "appraisal" else ""
    return f"{day(enquiry.on)} {enquiry.get_kind_display()}{votes}。"


def _opinion(opinion: Opinion, names: Mapping[int, str]) -> dict[str, str]:
    return {
        "conclusion": str(opinion.get_conclusion_display()),
        "amount": yuan(opinion.amount_fen_month),
        "says": SAYS[opinion.rulebook_says],
        "reason": str(opinion.reason or ""),
        "by": names.get(opinion.by_id, ""),
        "second": names.get(opinion.second_id or 0, ""),
        "on": day(opinion.on),
    }


def _notice(notice: PublicNotice) -> str:
    told = f"{day(notice.posted_on)} 至 {day(notice.last_day)}，"
    objections = list(Objection.objects.filter(notice=notice))
    if not objections:
        return told + ("没有异议。" if notice.taken_down_on else "公示中。")
    outcomes = "、".join(str(o.get_outcome_display()) if o.outcome else "处理中" for o in objections)
    return told + f"异议 {len(objections)} 件：{outcomes}。"


def _decision(made: Determination, names: Mapping[int, str]) -> dict[str, str]:
    return {
        "number": made.number,
        "conclusion": str(made.get_conclusion_display()),
        "amount": yuan(made.amount_fen_month if made.amount_fen_month is not None else made.amount_fen_once),
        "by": names.get(made.by_id, ""),
        "on": day(made.on),
        "reason": str(made.reason or ""),
        "starts": _from_month(made.on) if made.amount_fen_month is not None else "",
    }


def _from_month(on: date) -> str:
    year, month = (on.year + 1, 1) if on.month == 12 else (on.year, on.month + 1)
    return f"{year}年{month}月"


def _rulebook(made: Determination) -> dict[str, Any]:
    told = json.loads(str(made.findings))
    main, amount = told.get("main") or {}, told.get("amount") or {}
    return {
        "version": made.rulebook_version,
        "rules_on": day(made.rules_on),
        "digest": made.answer_digest[:16],
        "conditions": list(_conditions([main])) if main else [],
        "arithmetic": arithmetic_of(amount) if amount else [],
        "clauses": clauses_of(main)[:10] if main else [],
        "unconfirmed": unconfirmed_in(amount or main) if (amount or main) else [],
    }


def _conditions(findings: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, str]]:
    """The conditions of the finding decided, each with whether it holds."""
    marks = {True: "成立", False: "不成立", None: "不能判断"}
    for finding in findings:
        for condition in finding.get("conditions", ()):
            yield {"text": condition["text"], "holds": marks.get(condition["holds"], "")}
