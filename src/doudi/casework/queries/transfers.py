"""Transfers: what goes with a family to another county, and from which month the new place pays."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import QuerySet

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.awards import queries as awards
from doudi.awards.models import Award
from doudi.places.queries import place_name
from doudi.registry.facts import household_facts
from doudi.registry.models import Household, Membership
from doudi.registry.queries.wording import relation
from doudi.rulebook.queries.answers import case_of

from ..models import Application, Determination, PeriodicReview, Transfer
from ..stages import OPEN

FORMAT = "doudi.transfer/1"


def visible_transfers(staff: Staff) -> QuerySet[Transfer]:
    """The transfers this person may see."""
    rows = Transfer.objects.select_related("household__head", "application")
    return staff.scope.narrow(rows, Permission.CASE_READ)


def open_cases(household: Household) -> list[Application]:
    """The unfinished applications of a household that its own place handles."""
    rows = Application.objects.filter(household=household, stage__in=[s.value for s in OPEN])
    return list(rows.filter(division_code=household.division_code).order_by("pk"))


def running_awards(household: Household, on: date) -> list[Award]:
    """Awards of the household and its people that have not ended and have no end yet."""
    return [a for a in awards.of_household(household.pk, on) if a.ends_on is None]


def package_of(household: Household, on: date) -> dict[str, Any]:
    """Everything the next county needs, as plain data: people, facts, decisions, awards, reviews, open cases."""
    rows = Membership.objects.known().on(on).filter(household=household).select_related("person").order_by("pk")
    held = running_awards(household, on)
    numbers = [a.determination for a in held]
    return {
        "format": FORMAT,
        "made_on": on.isoformat(),
        "from": {"code": household.division_code[:6], "place": place_name(household.division_code[:6])},
        "household": {"number": household.number, "address": str(household.address or "")},
        "people": [_person(m) for m in rows],
        "facts": case_of(household_facts(household.pk, on=on)).told(),
        "awards": [_award(a, on) for a in held],
        "determinations": [_decision(d) for d in Determination.objects.filter(number__in=numbers).order_by("pk")],
        "reviews": [_review(r) for r in PeriodicReview.objects.filter(household=household).order_by("pk")],
        "open_cases": [_case(c) for c in open_cases(household)],
    }


def _person(membership: Membership) -> dict[str, Any]:
    person = membership.person
    return {
        "id": f"p{person.pk}",
        "name": person.name,
        "resident_id": str(person.resident_id) if person.resident_id else None,
        "birth_date": person.birth_date.isoformat(),
        "sex": person.sex,
        "relation": relation(membership.relation),
        "co_resident": membership.co_resident,
    }


def _award(award: Award, on: date) -> dict[str, Any]:
    paid = awards.payable(award, max(on, award.starts_on))
    return {
        "number": award.number,
        "programme": award.programme,
        "person": f"p{award.person_id}" if award.person_id else None,
        "since": award.starts_on.isoformat(),
        "suspended": paid.suspension is not None,
        "review_by": award.review_by.isoformat() if award.review_by else None,
        "lines": [
            {"kind": row.kind, "person": f"p{row.person_id}" if row.person_id else None, "fen_month": row.fen_month,
             "reason": row.reason, "clauses": row.clauses}
            for row in paid.in_force
        ],
    }  # fmt: skip


def _decision(made: Determination) -> dict[str, Any]:
    return {
        "number": made.number, "programme": made.programme, "on": made.on.isoformat(), "conclusion": made.conclusion,
        "amount_fen_month": made.amount_fen_month, "rulebook": made.rulebook_version, "award": made.award,
    }  # fmt: skip


def _review(review: PeriodicReview) -> dict[str, Any]:
    decision = getattr(review, "decision", None)
    return {
        "number": review.number, "category": review.category, "ground": review.ground,
        "opened_on": review.opened_on.isoformat(), "outcome": decision.outcome if decision else None,
        "from_month": decision.from_month.isoformat() if decision else None,
    }  # fmt: skip


def _case(application: Application) -> dict[str, Any]:
    accepted = application.accepted_on
    return {
        "number": application.number, "programme": application.programme, "stage": application.stage,
        "opened_on": application.opened_on.isoformat(), "accepted_on": accepted.isoformat() if accepted else None,
    }  # fmt: skip


def came_with(application: Application) -> Transfer | None:
    """The transfer with which a case came from another county."""
    return Transfer.objects.filter(application=application, kind=Transfer.Kind.IN).order_by("-pk").first()


def first_month_of(application: Application) -> date | None:
    """From when the new award runs: the month after the old place's last; None for an ordinary application."""
    came = came_with(application)
    return came.first_month if came else None
