"""决定通知书: the letters of one or many determinations as one PDF."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from doudi.documents.forms import PrintStamp, render_form

from ..letters import Letter, Relief, letter
from ..models import Conclusion, Determination
from ..programmes import Programme
from ..queries.outgoing import NUMBER_KINDS, check_outgoing
from ..queries.relief import ceiling
from .papers import organ_of, words_of

FORM = "decision_letter"


def letter_of(determination: Determination) -> Letter:
    """The words of a kept determination."""
    application = determination.application
    person = determination.person or application.applicant
    return letter(
        number=determination.number,
        name=person.name if person else str(application.stranger or ""),
        programme=determination.programme,
        person=determination.person_id,
        accepted_on=application.accepted_on,
        decided_on=determination.on,
        granted=determination.conclusion == Conclusion.GRANT,
        findings=json.loads(str(determination.findings)),
        amount_fen=determination.amount_fen_month,
        reason=str(determination.reason or ""),
        office=organ_of(determination),
        relief=_relief(determination),
    )


def _relief(made: Determination) -> Relief | None:
    if made.amount_fen_once is None:
        return None
    case, at_once = made.application, made.programme == Programme.TEMPORARY_EMERGENCY
    told = json.loads(str(made.answer)) if at_once else _of_a_ceiling(made)
    return Relief(
        amount_fen=made.amount_fen_once, most_fen=told["most_fen"], standard_fen_month=told["standard_fen_month"],
        months=told["months"], people=told["people"], situation=str(case.cause or ""), at_once=at_once,
    )  # fmt: skip


def _of_a_ceiling(made: Determination) -> dict[str, Any]:
    """The ceiling of the expenditure type, by the values that were known when it was decided."""
    case = made.application
    told = ceiling(case, case.severity, made.known_at)
    return {"most_fen": told.most_fen, "standard_fen_month": told.basis.standard_fen_month,
            "months": told.basis.months, "people": case.people_count or 1}  # fmt: skip


def print_letters(determinations: Sequence[Determination], stamp: PrintStamp) -> bytes:
    """One file for one or a thousand letters."""
    return print_words([letter_of(d) for d in determinations], stamp)


def print_words(letters: Sequence[Letter], stamp: PrintStamp) -> bytes:
    """The same from words that are ready."""
    told = [_as_data(words, stamp) for words in letters]
    for one in told:
        check_outgoing(*words_of(one), kinds=NUMBER_KINDS)
    return render_form(FORM, {"letters": told, "stamp": stamp.as_data(FORM, letters[0].number)})


def _as_data(words: Letter, stamp: PrintStamp) -> dict[str, Any]:
    told = stamp.as_data(FORM, words.number)
    return {
        "number": words.number,
        "name": words.name,
        "programme": words.programme,
        "accepted": _day(words.accepted_on),
        "decided": _day(words.decided_on),
        "granted": words.granted,
        "failed": [{"label": f.label, "text": f.text, "clauses": list(f.clauses)} for f in words.failed],
        "reason": words.reason,
        "others": list(words.others),
        "amount": words.amount,
        "starts": _month_after(words.decided_on),
        "arithmetic": list(words.arithmetic),
        "clauses": list(words.clauses),
        "remedy": words.remedy,
        "unconfirmed": list(words.unconfirmed),
        "office": words.office or stamp.office,
        "once": words.once,
        "situation": words.situation,
        "owes": words.owes,
        "code": told["code"],
        "qr": told["qr"],
    }


def _day(day: date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def _month_after(day: date) -> str:
    """Paid from the month after the confirmation (M57-21)."""
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    return f"{year}年{month}月"
