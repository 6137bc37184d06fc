"""An emergency on one page: who, what, how much, how, signed, paid. What is known is shown while it is filled in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from doudi.accounts.access import requires
from doudi.accounts.permissions import Permission
from doudi.places.queries import options
from doudi.registry.models import Household, Person
from doudi.registry.queries.search import Answer, Hit, hits_of, household_number
from doudi.registry.queries.search import search as find
from doudi.registry.queries.visible import visible
from doudi.registry.views.asking import StaffRequest

from ..actions.relief import help_now
from ..forms.relief import HelpForm, number_in
from ..models import ReliefAsk
from ..queries.relief import (
    Aid,
    Amounts,
    amounts,
    family_of,
    hidden_file,
    home_of,
    known_aid,
    person_for,
)
from ..queries.reserve import fund_at, standing_of

FOUND = 6


@requires(Permission.CASE_HANDLE)
@require_http_methods(["GET", "HEAD", "POST"])
def relief(request: StaffRequest) -> HttpResponse:
    """The page. Paid, it leads to the receipt; above the township's limit, to what was asked of the county."""
    now = timezone.now()
    today = timezone.localdate(now)
    places = _places(request)
    if request.method == "POST" and "find" not in request.POST:
        form = HelpForm(request.POST, request.FILES, places=places)
        if form.carried_out(
            lambda: help_now(said=form.help(request.user, today, now), by=request.user, on=today, at=now)
        ):
            done = form.result
            if isinstance(done, ReliefAsk):
                return redirect("payments:relief_ask", done.pk)
            return redirect("payments:relief_plan", done.plan_id)
        said: Mapping[str, Any] = request.POST
    else:
        said = HelpForm.fresh(now, **_known(request, today))
        form = HelpForm(initial=said, places=places)
    context = {"form": form, **_found(request, said, today), **_told(request, said, today)}
    return render(request, "payments/relief.html", context, status=form.status)


@requires(Permission.CASE_HANDLE)
@require_POST
def relief_who(request: StaffRequest) -> HttpResponse:
    """The people that the words may mean, to choose from."""
    return render(request, "payments/_relief_found.html", _found(request, request.POST, timezone.localdate()))


@requires(Permission.CASE_HANDLE)
@require_POST
def relief_told(request: StaffRequest) -> HttpResponse:
    """How much may be given, what the fund holds, and what was given before."""
    return render(request, "payments/_relief_told.html", _told(request, request.POST, timezone.localdate()))


def _places(request: StaffRequest) -> list[tuple[str, str]]:
    return [pair for place in request.user.scope.places(Permission.CASE_HANDLE) for pair in options(place, 12)]


def _known(request: StaffRequest, on: date) -> dict[str, Any]:
    """A page opened from a household or a person begins with them; without JavaScript, with what was typed."""
    if request.method == "POST":
        return {k: v for k, v in request.POST.items() if k in HelpForm.base_fields and k not in ("token", "heard")}
    person = _asked(request, on)
    if person is None:
        return {"severity": "light", "people_count": 1}
    home = home_of(person, request.user, on)
    n = len(family_of(home, person, on))
    return {"who": person.name, "person": person.pk, "severity": "light", "people_count": max(n, 1)}


def _asked(request: StaffRequest, on: date) -> Person | None:
    if number := request.GET.get("household", "")[:20]:
        rows = visible(Household.objects.filter(number=household_number(number)), request.user)
        home = rows.select_related("head").first()
        return home.head if home else None
    return person_for(request.user, _int(request.GET.get("person")))


def _int(value: Any) -> int | None:
    text = str(value or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _found(request: StaffRequest, said: Mapping[str, Any], on: date) -> dict[str, Any]:
    """The chosen person first, then whoever else the words may mean; a file elsewhere by its township alone."""
    chosen = person_for(request.user, _int(said.get("person")))
    words = str(said.get("who") or "")[:100]
    answer = find(words, staff=request.user, on=on, limit=FOUND) if words.strip() else Answer("")
    hits = [h for h in answer.hits if not h.died_on and not h.merged_into and h.person_id != getattr(chosen, "pk", 0)]
    first: list[Hit] = hits_of([chosen], on) if chosen else []
    # One exact answer to a whole number is the person: nobody has to press on it.
    only = hits[0].person_id if len(hits) == 1 and answer.understood == "number" else None
    context = {
        "hits": [*first, *hits][:FOUND], "chosen": chosen.pk if chosen else only, "problem": answer.problem,
        "asked": words, "elsewhere": answer.elsewhere, "understood": answer.understood,
    }  # fmt: skip
    return context


def _told(request: StaffRequest, said: Mapping[str, Any], on: date) -> dict[str, Any]:
    person = person_for(request.user, _int(said.get("person")))
    home = home_of(person, request.user, on) if person else None
    number = number_in(str(said.get("who") or ""))
    place = _place(request, said, home)
    told = _amounts(place, said, on)
    fund = fund_at(place)
    return {
        "told": told, "aid": _aid(person, home, number, place, on), "identified": bool(person or number),
        "fund": standing_of(fund, on) if fund else None, "picked": _int(said.get("amount_fen")),
        "because": str(said.get("repeated_because") or "")[:300],
    }  # fmt: skip


def _amounts(place: str, said: Mapping[str, Any], on: date) -> Amounts:
    severity = str(said.get("severity") or "light")
    people = min(max(_int(said.get("people_count")) or 1, 1), 50)
    return amounts(place=place, on=on, severity=severity, people=people)


def _place(request: StaffRequest, said: Mapping[str, Any], home: Household | None) -> str:
    """Where it happened: as said, else the household's own village, else the township of whoever asks."""
    own = min(request.user.scope.places(Permission.CASE_HANDLE), key=len, default="")
    asked = str(said.get("place") or "")
    for place in (asked, home.division_code if home else ""):
        if len(place) == 12 and request.user.may(Permission.CASE_HANDLE, place):
            return place
    return own.ljust(12, "0")


def _aid(person: Person | None, home: Household | None, number: str, place: str, on: date) -> list[Aid]:
    people = family_of(home, person, on)
    if not people and (hidden := hidden_file(number)):
        people = [hidden]
    return known_aid(people=people, number=number, place=place, on=on)
