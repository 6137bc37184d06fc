"""Law, rules, parameters: what the rulebook says, for reading."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from doudi.accounts.access import requires
from doudi.accounts.permissions import Permission
from doudi.accounts.views.common import me
from doudi.console.components import Chip

from ..queries import library
from ..queries.book import county_book
from ..queries.drafts import held
from ..queries.withdrawals import taken_back
from ..values import title, unit_of
from .common import page, the_quantity


@requires(Permission.POLICY_READ)
@require_safe
def instruments(request: HttpRequest) -> HttpResponse:
    """Every instrument, and how much of it is in the rulebook."""
    return page(request, "instruments", "instruments", library=library.library(timezone.localdate()))


@requires(Permission.POLICY_READ)
@require_safe
def instrument(request: HttpRequest, key: str) -> HttpResponse:
    """One instrument with its articles and what implements each."""
    found = next((one for one in library.library(timezone.localdate()) if one.key == key), None)
    if found is None:
        raise Http404
    return page(request, "instrument", "instruments", one=found, labels=library.rule_labels(county_book()))


@requires(Permission.POLICY_READ)
@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """The rules by programme with clauses and arguments."""
    book = county_book()
    return page(request, "rules", "rules", schemes=library.schemes(book, timezone.localdate()), version=book.version)


@requires(Permission.POLICY_READ)
@require_safe
def parameters(request: HttpRequest) -> HttpResponse:
    """Today's values in the county."""
    rows = library.parameters(county_book(), settings.DOUDI_COUNTY, timezone.localdate())
    open_ones = library.unconfirmed(rows)
    only = request.GET.get("show") == "unconfirmed"
    chip = Chip(_("只看待当地确认"), reverse("rulebook:parameters") + ("" if only else "?show=unconfirmed"), on=only)
    shown = open_ones if only else rows
    return page(request, "parameters", "parameters", rows=shown, total=len(rows), open=len(open_ones), chips=[chip])


@requires(Permission.POLICY_READ)
@require_safe
def parameter(request: HttpRequest, name: str) -> HttpResponse:
    """One parameter by area, class and day."""
    quantity = the_quantity(name)
    rows = library.timeline(county_book(), name, timezone.localdate())
    context: dict[str, Any] = {"quantity": quantity, "name": title(quantity), "unit": unit_of(quantity), "rows": rows}
    context["may_draft"] = me(request).may(Permission.POLICY_DRAFT)
    context["asked"] = [(one, held(one.block)) for one in taken_back(name)]
    return page(request, "parameter", "parameters", **context)


@requires(Permission.POLICY_READ)
@require_safe
def coverage(request: HttpRequest) -> HttpResponse:
    """Every article, and by what it is done, or why not."""
    found = library.library(timezone.localdate())
    articles = [row for one in found for row in one.articles]
    context: dict[str, Any] = {
        "library": found,
        "labels": library.rule_labels(county_book()),
        "total": len(articles),
        "done": sum(one.done for one in found),
        "partly": sum(one.partly for one in found),
        "planned": sum(one.planned for one in found),
        "left_out": sum(one.left_out for one in found),
        "unexplained": sum(not row.explained for row in articles),
    }
    return page(request, "coverage", "coverage", **context)
