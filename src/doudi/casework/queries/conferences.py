"""Conferences about a case or a review."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission

from ..models import Application, CaseConference, PeriodicReview


@dataclass(frozen=True)
class Held:
    """One conference as a page shows it."""

    conference: CaseConference
    participants: Sequence[dict[str, str]]

    @property
    def people(self) -> str:
        return "、".join(f"{p['name']}（{p['office']}）" if p["office"] else p["name"] for p in self.participants)


def held_of(matter: Application | PeriodicReview) -> list[Held]:
    """Every conference, the newest first."""
    about = {"application": matter} if isinstance(matter, Application) else {"review": matter}
    rows = CaseConference.objects.filter(**about).order_by("-pk")
    return [Held(row, json.loads(str(row.participants))) for row in rows]


def card(application: Application, staff: Staff, today: date) -> dict[str, Any] | None:
    """Conferences on the case page; None where there were none."""
    held = held_of(application) if staff.may(Permission.CASE_READ, application.division_code) else []
    return {"held": held} if held else None


def evidence(application: Application) -> list[dict[str, str]]:
    """The minutes a decision rests on, with their digests."""
    rows = CaseConference.objects.filter(application=application).order_by("pk")
    return [{"kind": "conference", "id": c.number, "digest": c.minutes_digest} for c in rows]
