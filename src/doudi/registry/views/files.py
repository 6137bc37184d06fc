"""The page of a household, the page of a person, and what is behind a mask."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from doudi.accounts.access import requires
from doudi.accounts.permissions import Permission
from doudi.console.forms import RevealForm
from doudi.documents.forms import PrintStamp
from doudi.documents.forms.household_file import render as render_pdf
from doudi.registry import cards
from doudi.registry.actions.reading import REVEALABLE, opened, printed, revealed
from doudi.registry.models import Person
from doudi.registry.queries import chain, diagram, economy, household_file, person_file, summary, trace
from doudi.registry.queries import printed as printed_query

from .asking import StaffRequest
from .presenting import doors_of, papers_of, pdf, person_words, trace_lists
from .reach import files, the_household, the_one


@requires(Permission.PERSON_READ)
@require_safe
@files
def household(request: StaffRequest, number: str) -> HttpResponse:
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
        "economy": economy.economy(file.statements, on),
        "drawing": diagram.drawing(file),
        "cards": cards.rendered(request, home, request.user, on),
    }
    context |= (
        trace_lists(household=home.pk, people=people) | doors_of(home, request.user) | papers_of(home, request.user)
    )
    return render(request, "registry/household.html", context)


@requires(Permission.DOCUMENT_READ)
@require_safe
@files
def household_pdf(request: StaffRequest, number: str) -> HttpResponse:
    """The household file on paper: what this person may see, with their name on every page."""
    on, by = timezone.localdate(), request.user
    home = the_household(request, number)
    file = household_file.household_file(home, staff=by, on=on)
    changes = trace.traces(household=home.pk, people=[m.person_id for m in file.members], changes=True)
    figures = economy.economy(file.statements, on)
    form = printed_query.form_of(file, figures, changes, responsible=by.office, on=on)
    printed(home, by=by)
    stamp = PrintStamp(by.office, by.name, by.pk, timezone.now(), request.build_absolute_uri("/").rstrip("/"))
    return pdf(render_pdf(form, stamp), f"{home.number}.pdf")


@requires(Permission.PERSON_READ)
@require_safe
@files
def household_records(request: StaffRequest, number: str) -> HttpResponse:
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
def person(request: StaffRequest, pk: int) -> HttpResponse:
    """The whole story of a person; each opening is recorded."""
    someone = the_one(request, Person.objects.select_related("merged_into"), pk)
    file = person_file.person_file(someone, staff=request.user, on=timezone.localdate())
    opened(someone, by=request.user)
    context = {"file": file, "person": someone} | trace_lists(people=[pk])
    context |= person_words(file, timezone.localdate())
    return render(request, "registry/person.html", context)


@requires(Permission.PERSON_READ)
@require_safe
def numbers(request: StaffRequest) -> HttpResponse:
    """Households, people and what their data lack; asked for by the workbench when it has been shown."""
    found = summary.numbers(request.user, timezone.now())
    return render(request, "registry/_numbers.html", {"numbers": found})


@requires(Permission.PERSON_REVEAL)
@require_http_methods(["GET", "HEAD", "POST"])
@files
def reveal(request: StaffRequest, pk: int) -> HttpResponse:
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
