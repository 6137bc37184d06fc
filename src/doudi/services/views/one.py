"""One referral: what the department is told, what it answers, what happened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doudi.accounts.access import requires
from doudi.accounts.permissions import Permission
from doudi.casework.referring import Need
from doudi.console.forms import RevealForm
from doudi.documents.forms import PrintStamp
from doudi.registry.actions.reading import REVEALABLE
from doudi.registry.models import Household
from doudi.registry.views.asking import StaffRequest
from doudi.registry.views.presenting import pdf
from doudi.registry.views.reach import files, the_household

from .. import actions
from ..actions import reading
from ..actions.answering import answers_for
from ..forms import WHY, AcceptForm, GiveForm, NoteForm, SendForm, WithoutForm
from ..models import Referral
from ..moves import Move, may
from ..printing import print_letter
from ..queries import lists
from ..queries.unmet import clauses_of, unmet_of

FORMS: dict[str, Callable[..., Any]] = {
    "accept": AcceptForm, "give": GiveForm, "refuse": WithoutForm, "give_nothing": WithoutForm, "withdraw": NoteForm,
}  # fmt: skip
DONE = {
    "accept": "已接收，请在期限内办理", "give": "已登记给予的帮扶", "refuse": "已答复不接收",
    "give_nothing": "已答复未给予", "withdraw": "已撤回",
}  # fmt: skip


def the_referral(request: StaffRequest, pk: int) -> Referral:
    """A referral within reach, or 404."""
    found = lists.referrals_for(request.user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@requires(Permission.REFERRAL_READ)
@require_safe
def show(request: StaffRequest, pk: int) -> HttpResponse:
    """One referral."""
    referral = the_referral(request, pk)
    reading.opened(referral, by=request.user)
    return page(request, referral)


def page(request: StaffRequest, referral: Referral, sent: str = "", form: Any = None) -> HttpResponse:
    """The page, with the form that was refused in its place."""
    by, on = request.user, timezone.localdate()
    forms = {n: make(prefix=n, initial={"given_on": on}) for n, make in FORMS.items() if _open(n, by, referral)}
    if form is not None:
        forms[sent] = form
    context = {
        "line": lists.lines([referral], on)[0], "referral": referral, "steps": lists.steps_of(referral),
        "forms": forms, "department": answers_for(by, referral), "sent": sent,
        "reveals": referral.is_open and answers_for(by, referral),
        "may_file": by.may(Permission.REFERRAL_SEND, referral.division_code),
    }  # fmt: skip
    return render(request, "services/referral.html", context, status=422 if form is not None else 200)


def _open(name: str, by: Any, referral: Referral) -> bool:
    """Whether a move is open to this person on this referral now."""
    if not may(Move(name), referral.state):
        return False
    if name == "withdraw":
        return bool(by.may(Permission.REFERRAL_SEND, referral.division_code))
    return answers_for(by, referral)


def _moved(request: StaffRequest, pk: int, name: str) -> HttpResponse:
    """Carry out one move from its form."""
    referral, form = the_referral(request, pk), FORMS[name](request.POST, prefix=name)
    verb = getattr(actions, name)
    done = form.carried_out(lambda: verb(referral=referral, by=request.user, on=timezone.localdate(),
                                         at=timezone.now(), **form.cleaned_data))  # fmt: skip
    if not done:
        return page(request, referral, name, form)
    messages.success(request, _(DONE[name]))
    return redirect("services:referral", pk) if name == "accept" else redirect("services:referrals")


@requires(Permission.REFERRAL_ANSWER)
@require_POST
def accept(request: StaffRequest, pk: int) -> HttpResponse:
    """The department takes it on."""
    return _moved(request, pk, "accept")


@requires(Permission.REFERRAL_ANSWER)
@require_POST
def refuse(request: StaffRequest, pk: int) -> HttpResponse:
    """The department does not."""
    return _moved(request, pk, "refuse")


@requires(Permission.REFERRAL_ANSWER)
@require_POST
def give(request: StaffRequest, pk: int) -> HttpResponse:
    """The department has helped."""
    return _moved(request, pk, "give")


@requires(Permission.REFERRAL_ANSWER)
@require_POST
def give_nothing(request: StaffRequest, pk: int) -> HttpResponse:
    """The department has looked into it and gives nothing."""
    return _moved(request, pk, "give_nothing")


@requires(Permission.REFERRAL_SEND)
@require_POST
def withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    """The sender takes it back."""
    return _moved(request, pk, "withdraw")


@requires(Permission.REFERRAL_SEND)
@require_http_methods(["GET", "HEAD", "POST"])
@files
def send(request: StaffRequest, number: str) -> HttpResponse:
    """Put a need of a household to a department."""
    home, by, on = the_household(request, number), request.user, timezone.localdate()
    known = unmet_of(home, on)
    first = next(iter(known), None)
    start = asdict(first.need) | {"person": str(first.need.person_id or "")} if first else {}
    form = SendForm(request.POST if request.method == "POST" else None, people=_people(home, on), initial=start)
    if request.method == "POST" and form.carried_out(lambda: _sent(form, home, by, on)):
        messages.success(request, _("已转 %(who)s") % {"who": form.result.get_department_display()})
        return redirect("services:referral", form.result.pk)
    context = {"home": home, "form": form, "known": known, "why": WHY}
    return render(request, "services/send.html", context, status=form.status)


def _sent(form: SendForm, home: Household, by: Any, on: Any) -> Referral:
    said = form.cleaned_data
    need = Need(home.pk, said["person"], said["entitlement"], said["why"], clauses_of(said["entitlement"]))
    return actions.send(need=need, department=said["department"], by=by, on=on, at=timezone.now())


def _people(home: Household, on: Any) -> list[tuple[int, str]]:
    rows = home.memberships.known().on(on).filter(person__death_date__isnull=True).select_related("person")
    return [(m.person_id, m.person.name) for m in rows.order_by("pk")]


@requires(Permission.REFERRAL_READ)
@require_http_methods(["GET", "HEAD", "POST"])
def reveal(request: StaffRequest, pk: int) -> HttpResponse:
    """The whole number or phone of the person concerned, for a reason that goes on record."""
    referral = the_referral(request, pk)
    field = request.GET.get("field", "resident_id")
    field = field if field in REVEALABLE else "resident_id"
    form = RevealForm(request.POST or None)
    purpose = form.purpose() if form.is_valid() else ""
    value = reading.revealed(referral, field=field, purpose=purpose, by=request.user) if purpose else ""
    if request.htmx:
        error = _("请选一个理由；选“其他”时写明事由，至少 4 个字")
        return HttpResponse(value or error, content_type="text/plain; charset=utf-8", status=200 if value else 422)
    context = {"form": form, "who": referral.subject.name, "what": REVEALABLE[field], "value": value}
    context["back_url"] = f"/services/{pk}/"
    return render(request, "console/reveal.html", context, status=422 if form.errors else 200)


@requires(Permission.REFERRAL_READ)
@require_safe
def letter(request: StaffRequest, pk: int) -> HttpResponse:
    """The referral on paper."""
    referral, by = the_referral(request, pk), request.user
    stamp = PrintStamp(by.office, by.name, by.pk, timezone.now(), request.build_absolute_uri("/").rstrip("/"))
    content = print_letter(lists.lines([referral], timezone.localdate())[0], stamp)
    reading.printed(referral, by=by)
    return pdf(content, f"{referral.number}.pdf")
