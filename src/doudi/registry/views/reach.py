"""Finding what an address names, within reach; and saying whose it is when it lies elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render

from doudi.registry.actions import Conflict
from doudi.registry.models import Household
from doudi.registry.queries.naming import spots
from doudi.registry.queries.search import where_is
from doudi.registry.queries.visible import visible

from .asking import StaffRequest

M = TypeVar("M", bound=Model)
View = Callable[..., HttpResponse]


class OutOfReach(Exception):
    """The record exists in another township; nothing else about it is told."""

    def __init__(self, place: str) -> None:
        self.place = place
        super().__init__(place)


def files(view: View) -> View:
    """A view on a file: what lies elsewhere is answered with whose it is, a lost race with what to do."""

    @wraps(view)
    def answered(request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except OutOfReach as elsewhere:
            name = spots([elsewhere.place])[elsewhere.place].village
            context = {"place": elsewhere.place, "place_name": name}
            return render(request, "403.html", context, status=404)
        except Conflict:
            return render(request, "409.html", {"back_url": request.path}, status=409)

    return answered


def the_household(request: StaffRequest, number: str) -> Household:
    """The household with a number; OutOfReach if another township keeps it, 404 if nobody does."""
    rows = visible(Household.objects.filter(number=number), request.user)
    found = rows.select_related("head", "merged_into").first()
    if found is None:
        if place := where_is(household=number):
            raise OutOfReach(place)
        raise Http404
    return found


def the_one(request: StaffRequest, rows: QuerySet[M], pk: int) -> M:
    """The row with an id within reach, or 404."""
    found = visible(rows.filter(pk=pk), request.user).first()
    if found is None:
        raise Http404
    return found
