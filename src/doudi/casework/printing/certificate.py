"""救助证明: that somebody receives assistance now, for another office to read; the code proves it."""

from __future__ import annotations

from datetime import date
from typing import Any

from doudi.documents.forms import PrintStamp

from ..models import Determination
from ..programmes import SETTINGS, Decider, Programme
from .papers import day, head_of, member_rows, person_row, print_guarded, subject_of, yuan

FORM = "certificate"


def print_certificate(made: Determination, stamp: PrintStamp, *, on: date) -> bytes:
    """The certificate of a confirmation that still holds; numbers stay masked."""
    return print_guarded(FORM, certificate_data(made, on), stamp, made.number)


def certificate_data(made: Determination, on: date) -> dict[str, Any]:
    """Who, what, since when. The amount is told as decided; why is nobody else's business."""
    application = made.application
    person = made.person or subject_of(application)
    about_person = SETTINGS[Programme(made.programme)].about_person
    return head_of(application) | {
        "number": made.number,
        "programme": str(made.get_programme_display()),
        "person": person_row(person) if person else {},
        "about_person": about_person,
        "members": [] if about_person else member_rows(application.household, on),
        "amount": yuan(made.amount_fen_month),
        "since": day(made.on),
        "on": day(on),
        "decider": str(Decider(made.decider).label),
    }
