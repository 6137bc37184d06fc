"""The page of a household, the page of a person, and what is behind a mask."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from doudi.accounts.access import requires
from doudi.accounts.permissions import Permission
from doudi.console.forms import RevealForm
from doudi.registry.actions.reading import REVEALABLE, opened, revealed
from doudi.registry.models import Person
from doudi.registry.queries import chain, diagram, economy, household_file, person_file, trace

from .presenting import doors_of, person_words
from .reach import files, the_household, the_one


@requires(Permission.PERSON_READ)
@require_safe
@files
def household(request: HttpRequest, number: str) -> HttpResponse:
    """The whole story of a household; each opening is recorded."""
    on = timezone.localdate()
    home = the_household(request, number)
    file = household_file.household_file(home, staff=request.user, on=on)
    opened(home, by=request.user)
    people = [m.person_id for m in [*file.members, *file.former]]
    context = {
        "file": file,
        "home": home,
        "links": chain.chain(file, on),
        "economy": economy.economy(file.statements),
        "drawing": diagram.drawing(file),
        "traces": trace.traces(household=home.pk, people=people),
    }
    return render(request, "registry/household.html", context | doors_of(home, request.user))


@requires(Permission.PERSON_READ)
@require_safe
@files
def household_records(request: HttpRequest, number: str) -> HttpResponse:
    """Who looked at a household's file and who changed it."""
    home = the_household(request, number)
    people = list(home.memberships.values_list("person_id", flat=True))
    context = {
        "home": home,
        "looks": trace.traces(household=home.pk, people=people, changes=False, limit=100),
        "changes": trace.traces(household=home.pk, people=people, changes=True, limit=100),
    }
    return render(request, "registry/records.html", context)


@requires(Permission.PERSON_READ)
@require_safe
@files
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole story of a person; each opening is recorded."""
    someone = the_one(request, Person.objects.select_related("merged_into"), pk)
    file = person_file.person_file(someone, staff=request.user, on=timezone.localdate())
    opened(someone, by=request.user)
    context = {"file": file, "person": someone, "traces": trace.traces(people=[pk])}
    context |= person_words(file, timezone.localdate())
    return render(request, "registry/person.html", context)


@requires(Permission.PERSON_REVEAL)
@require_http_methods(["GET", "HEAD", "POST"])
@files
def reveal(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole number, for a reason that goes on record; shown for thirty seconds."""
    someone = the_one(request, Person.objects.all(), pk)
    field = request.GET.get("field", "resident_id")
    field = field if field in REVEALABLE else "resident_id"
    form = RevealForm(request.POST or None)
    value = revealed(someone, field=field, purpose=form.purpose(), by=request.user) if form.is_valid() else ""
    if request.htmx:
        error = _("请选一个理由；选“其他”时写明事由，至少 4 个字")
        return HttpResponse(value or error, content_type="text/plain; charset=utf-8", status=200 if value else 422)
    context = {"form": form, "who": someone.name, "what": REVEALABLE[field], "value": value}
    context["back_url"] = f"/people/{pk}/"
    return render(request, "console/reveal.html", context, status=422 if form.errors else 200)
