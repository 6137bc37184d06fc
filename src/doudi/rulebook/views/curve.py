"""What a family has in hand for every income of one member: of a case typed by hand, or of the register."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from doudi.accounts.access import requires
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit
from doudi.policy import Case, PolicyError
from doudi.policy.curve import curve
from doudi.registry.actions.reading import opened
from doudi.registry.facts import household_facts
from doudi.registry.views.asking import StaffRequest
from doudi.registry.views.reach import files, the_household

from ..forms.curve import CurveForm
from ..queries.answers import case_of, fact_words, names_of
from ..queries.book import county_book
from ..queries.curves import Drawn, drawn
from .calculator import PURPOSE, filled, member_names, the_day
from .common import page

OWN = ("curve-", "csrfmiddlewaretoken", "do", "view")


@requires(Permission.POLICY_READ)
@require_http_methods(["GET", "HEAD", "POST"])
def typed(request: HttpRequest) -> HttpResponse:
    """The curve of a household typed by hand; nothing of it is kept."""
    if request.method != "POST":
        return redirect("rulebook:calculator")
    facts = filled(request.POST)
    names = member_names(facts)
    form = CurveForm(request.POST, list(names.items())[: facts.people])
    refused, found = "", None
    if facts.is_valid():
        found, refused = _curve(Case.read, facts.facts(), facts.cleaned_data["on"], names, form)
    carried = [(name, value) for name, value in request.POST.items() if not name.startswith(OWN)]
    context = {"form": form, "drawn": found, "refused": refused, "facts": facts, "carried": carried}
    return _shown(request, found, form, names, context | {"on": request.POST.get("on", "")})


@requires(Permission.POLICY_READ)
@require_safe
@files
def registered(request: StaffRequest, number: str) -> HttpResponse:
    """The curve of a household of the register; looking is recorded like opening the file."""
    permit(request.user, Permission.PERSON_READ)
    home, on = the_household(request, number), the_day(request.GET.get("on", ""))
    opened(home, by=request.user, purpose=PURPOSE)
    facts = household_facts(home.pk, on=on)
    names = names_of(facts)
    people = [(f"p{row['person_id']}", names[f"p{row['person_id']}"]) for row in facts.persons]
    form = CurveForm(request.GET or None, people)
    found, refused = _curve(case_of, facts, on, names, form)
    context = {"home": home, "on": on.isoformat(), "form": form, "drawn": found, "refused": refused}
    return _shown(request, found, form, names, context)


def _curve(read: Any, facts: Any, on: date, names: Mapping[str, str], form: CurveForm) -> tuple[Drawn | None, str]:
    """The curve and the one under another standard on the same range, or why there is none."""
    if (form.is_bound and not form.is_valid()) or not form.people:
        return None, ""
    try:
        book, case, how = county_book(), read(facts), form.how()
        found, other = curve(book, case, on, form.chosen, **how), None
        if form.overlay():
            wider = curve(book.laid_over(form.overlay()), case, on, form.chosen, **how)
            how["high"] = max(one.points[-1].income_fen_year for one in (found, wider))
            found = curve(book, case, on, form.chosen, **how)
            other = curve(book.laid_over(form.overlay()), case, on, form.chosen, **how)
        return drawn(found, names, other), ""
    except PolicyError as error:
        return None, str(error)


def _shown(
    request: HttpRequest, found: Drawn | None, form: CurveForm, names: Mapping[str, str], context: dict[str, Any]
) -> HttpResponse:
    missing = [fact_words(key, names) for key in found.curve.because] if found else []
    context |= {"missing": missing, "who": dict(form.people).get(form.chosen, "") if form.people else ""}
    return page(request, "curve", "calculator", status=200 if found else 422, **context)
