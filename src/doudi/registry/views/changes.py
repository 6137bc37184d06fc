"""One page for every change: the question, what was refused beside the fields, and back to the file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Model
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.views.decorators.http import require_http_methods

from doudi.accounts.access import requires
from doudi.accounts.permissions import Permission
from doudi.registry.forms.base import ActionForm
from doudi.registry.models import Household, LowIncomeStatus, Membership, Merge, Person

from .asking import StaffRequest
from .reach import files, the_household, the_one

Text = str | Promise


@dataclass(frozen=True)
class Task:
    """A change somebody may make: its address, who may, the form, and the words around it."""

    name: str
    route: str
    permission: Permission
    model: type[Model]
    form: type[ActionForm]
    title: Text
    button: Text
    done: Text
    note: Text = ""
    danger: bool = False

    def view(self) -> Callable[..., HttpResponse]:
        """The view behind the address."""

        @requires(self.permission)
        @require_http_methods(["GET", "HEAD", "POST"])
        @files
        def change(request: StaffRequest, number: str = "", pk: int = 0) -> HttpResponse:
            subject = the_household(request, number) if number else the_one(request, self._rows(), pk)
            form = self.form_for(request, subject)
            done = form.carry_out(by=request.user, at=timezone.now()) if form.is_valid() else None
            if done is not None:
                messages.success(request, str(self.done))
                return redirect(address_of(done if self.name == "split" else subject))
            context = {"task": self, "form": form, "back_url": address_of(subject), "about": about(subject)}
            return render(request, "registry/change.html", context, status=422 if form.errors else 200)

        return change

    def form_for(self, request: StaffRequest, subject: Model) -> ActionForm:
        """The form, filled with what was sent."""
        data = request.POST if request.method == "POST" else None
        on = timezone.localdate()
        return self.form(data, subject=subject, staff=request.user, on=on, given=request.GET.dict())

    def _rows(self) -> Any:
        related = {"Merge": ["survivor"], "Person": [], "KinTie": ["person"], "Certificate": ["person"]}
        names = related.get(self.model.__name__, ["household", "person"])
        return self.model._default_manager.select_related(*names)


def address_of(subject: Model) -> str:
    """The page of whatever a change was about."""
    if isinstance(subject, Household):
        return reverse("registry:household", args=[subject.number])
    if isinstance(subject, Membership | LowIncomeStatus):
        return reverse("registry:household", args=[subject.household.number])
    if isinstance(subject, Merge):
        return reverse("registry:person", args=[subject.survivor_id])
    pk = subject.pk if isinstance(subject, Person) else subject.person_id  # type: ignore[attr-defined]
    return reverse("registry:person", args=[pk])


def about(subject: Model) -> str:
    """Whom a change is about, in words."""
    if isinstance(subject, Household):
        return f"{subject.head.name} {subject.number}"
    if isinstance(subject, Person):
        return subject.name
    if isinstance(subject, Merge):
        return subject.survivor.name
    person = subject.person  # type: ignore[attr-defined]
    return person.name if person else str(subject.household.number)  # type: ignore[attr-defined]
