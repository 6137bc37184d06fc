"""What every page of the rulebook shows: the saved views at the top."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.views.common import me
from doudi.console.components import Tab
from doudi.policy import PolicyError
from doudi.policy.parameters import Quantity

from ..queries.book import county_book

PAGES = (
    ("instruments", _("文件"), Permission.POLICY_READ),
    ("rules", _("规则"), Permission.POLICY_READ),
    ("parameters", _("参数"), Permission.POLICY_READ),
    ("drafts", _("参数变更"), Permission.POLICY_READ),
    ("coverage", _("条文落实"), Permission.POLICY_READ),
    ("calculator", _("个案测算"), Permission.POLICY_READ),
)


def tabs(current: str, by: Staff) -> list[Tab]:
    """The pages of the rulebook that somebody may open."""
    return [Tab(label, reverse(f"rulebook:{name}"), current=name == current) for name, label, p in PAGES if by.may(p)]


def page(request: HttpRequest, template: str, current: str, *, status: int = 200, **context: object) -> HttpResponse:
    """A page under its tab."""
    context |= {"tabs": tabs(current, me(request))}
    return render(request, f"rulebook/{template}.html", context, status=status)


def the_quantity(name: str) -> Quantity:
    """The parameter of an address, or 404."""
    try:
        return county_book().parameters.quantity(name)
    except PolicyError:
        raise Http404 from None
