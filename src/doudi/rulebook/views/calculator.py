"""The case calculator: a registered household, or one typed by hand."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from doudi.accounts.access import requires
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit
from doudi.accounts.views.common import me
from doudi.policy import Case, PolicyError
from doudi.registry.actions.reading import opened
from doudi.registry.facts import household_facts
from doudi.registry.queries.search import household_number
from doudi.registry.views.asking import StaffRequest
from doudi.registry.views.reach import files, the_household

from ..forms.facts import LAST_YEAR, PEOPLE_LIMIT, FactsForm
from ..queries.answers import Answer, answer, case_of, names_of, origins_of
from ..queries.book import county_book
from .common import page

PURPOSE = "政策测算"
EARLIEST_YEAR = 2000  # before 2021 the rulebook refuses in words; before the register began there is nothing to read


@requires(Permission.POLICY_READ)
@require_http_methods(["GET", "HEAD", "POST"])
def typed(request: HttpRequest) -> HttpResponse:
    """A household typed by hand; nothing of it is kept."""
    wanted = request.GET.get("household", "")[:40].strip()
    if wanted and me(request).may(Permission.PERSON_READ):
        return redirect("rulebook:calculate", household_number(wanted))
    form = _form(request)
    found, refused = _answered(form) if request.POST.get("do") == "count" else (None, "")
    status = 422 if refused or (found is None and form.errors) else 200
    context = {"form": form, "answer": found, "refused": refused, "view": request.POST.get("view")}
    return page(request, "calculator", "calculator", status=status, **context)


def _form(request: HttpRequest) -> FactsForm:
    if request.method != "POST":
        place = min((p for p in me(request).scope.own_places), key=len, default=settings.DOUDI_COUNTY)[:9]
        initial = {"on": timezone.localdate().isoformat(), "place": place, "ordinary": True}
        return FactsForm(None, 1, initial=initial)
    do = request.POST.get("do")
    if do in ("count", None):
        return filled(request.POST)
    people = _number(request.POST.get("people"), 1, PEOPLE_LIMIT, {"more": 1, "fewer": -1}.get(do, 0))
    more = {"more_obligors": 1, "fewer_obligors": -1}.get(do, 0)
    obligors = _number(request.POST.get("obligors"), 0, PEOPLE_LIMIT, more)
    return FactsForm(None, people, obligors, initial={key: request.POST.get(key) for key in request.POST})


def filled(posted: QueryDict) -> FactsForm:
    """What was typed, with as many members and obligors as there were."""
    people = _number(posted.get("people"), 1, PEOPLE_LIMIT)
    return FactsForm(posted, people, _number(posted.get("obligors"), 0, PEOPLE_LIMIT))


def _number(text: str | None, least: int, most: int, more: int = 0) -> int:
    given = int(text) if text and text.isascii() and text.isdigit() and len(text) < 3 else least
    return min(max(given + more, least), most)


def member_names(form: FactsForm) -> dict[str, str]:
    """What members and obligors typed by hand are called, by their ids."""
    names = {f"p{n}": _("成员 %(n)s") % {"n": n} for n in range(1, form.people + 1)}
    return names | {f"o{n}": _("义务人 %(n)s") % {"n": n} for n in range(1, form.obligors + 1)}


def _answered(form: FactsForm) -> tuple[Answer | None, str]:
    if not form.is_valid():
        return None, ""
    try:
        return answer(county_book(), Case.read(form.facts()), form.cleaned_data["on"], member_names(form)), ""
    except PolicyError as error:
        return None, str(error)


@requires(Permission.POLICY_READ)
@require_safe
@files
def registered(request: StaffRequest, number: str) -> HttpResponse:
    """A household of the register with the facts of a day; looking is recorded like opening the file."""
    permit(request.user, Permission.PERSON_READ)
    home = the_household(request, number)
    on = the_day(request.GET.get("on", ""))
    opened(home, by=request.user, purpose=PURPOSE)
    facts = household_facts(home.pk, on=on)
    try:
        found, refused = answer(county_book(), case_of(facts), on, names_of(facts), origins_of(facts)), ""
    except PolicyError as error:
        found, refused = None, str(error)
    context = {"home": home, "on": on, "answer": found, "refused": refused, "view": request.GET.get("view")}
    return page(request, "calculated", "calculator", status=200 if found else 422, **context)


def the_day(text: str) -> date:
    """A day of an address, today if it is none that the register could know."""
    with suppress(ValueError):
        day = date.fromisoformat(text)
        if EARLIEST_YEAR <= day.year <= LAST_YEAR:
            return day
    return timezone.localdate()
