"""政策模拟: what other standards, or another rule, would mean for the county."""

from __future__ import annotations

from time import perf_counter

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from doudi.accounts.access import requires
from doudi.accounts.permissions import Permission
from doudi.policy import PolicyError
from doudi.registry.views.asking import StaffRequest

from ..forms.simulation import DialsForm
from ..population import Snapshot, gathered, in_memory, snapshot
from ..queries.book import county_book
from ..queries.simulation import Outlook, dials, is_ready, outlook


@requires(Permission.POLICY_SIMULATE)
@require_safe
def simulation(request: StaffRequest) -> HttpResponse:
    """Turn the dials, see the county. The page comes at once; the first answer of an hour is fetched after it."""
    started = perf_counter()
    found = dials(county_book(), settings.DOUDI_COUNTY, timezone.localdate())
    form = DialsForm(request.GET if request.GET.keys() - {"wait"} else None, found)
    wrong = form.is_bound and not form.is_valid()
    later = not (wrong or request.htmx or request.GET.get("wait")) and _takes_a_while()
    county = None if later or wrong else snapshot()
    told, refused = _outlook(form, county)
    context = {"form": form, "county": county, "outlook": told, "refused": refused, "later": later}
    context["seconds"] = f"{perf_counter() - started:.1f}"
    status = 422 if refused or wrong else 200
    return render(request, "rulebook/simulation.html", context, status=status)


def _takes_a_while() -> bool:
    """Whether the tables are still to be read, or today's rules to be evaluated on them."""
    if not gathered():
        return False
    county = in_memory()
    return county is None or not is_ready(county_book(), county, timezone.localdate())


def _outlook(form: DialsForm, county: Snapshot | None) -> tuple[Outlook | None, str]:
    if county is None:
        return None, ""
    try:
        return outlook(county_book(), form.laid_over(county_book()), county, timezone.localdate()), ""
    except PolicyError as error:
        return None, str(error)
