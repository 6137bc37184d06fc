"""政策模拟: what other standards would mean for the county."""

from __future__ import annotations

from time import perf_counter

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from doudi.accounts.access import requires
from doudi.accounts.permissions import Permission
from doudi.policy import PolicyError

from ..forms.simulation import DialsForm
from ..population import Snapshot, snapshot
from ..queries.book import county_book
from ..queries.simulation import Outlook, dials, outlook


@requires(Permission.POLICY_SIMULATE)
@require_safe
def simulation(request: HttpRequest) -> HttpResponse:
    """Turn the dials, see the county."""
    started = perf_counter()
    found = dials(county_book(), settings.DOUDI_COUNTY, timezone.localdate())
    form, county = DialsForm(request.GET or None, found), snapshot()
    told, refused = _outlook(form, county)
    context = {"form": form, "county": county, "outlook": told, "refused": refused}
    context["seconds"] = f"{perf_counter() - started:.1f}"
    status = 422 if refused or (form.is_bound and form.errors) else 200
    return render(request, "rulebook/simulation.html", context, status=status)


def _outlook(form: DialsForm, county: Snapshot | None) -> tuple[Outlook | None, str]:
    if county is None or (form.is_bound and not form.is_valid()):
        return None, ""
    values = form.values() if form.is_bound else {}
    try:
        return outlook(county_book(), values, county, timezone.localdate()), ""
    except PolicyError as error:
        return None, str(error)
