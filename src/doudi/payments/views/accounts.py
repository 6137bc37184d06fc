"""Benefit accounts on pages: of a household, those that wait for a second look, institutions, who is paid."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from doudi.accounts.access import requires
from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.awards.models import Award
from doudi.awards.queries import of_household
from doudi.console.components import pager_of
from doudi.console.forms import RevealForm
from doudi.documents.queries import card_of
from doudi.documents.views import sent
from doudi.registry.models import Household, Person
from doudi.registry.views.asking import StaffRequest
from doudi.registry.views.reach import files, the_household, the_one

from ..actions import accounts as acting
from ..actions import accounts_import as accounts_import_
from ..actions import accounts_payees
from ..forms.bank import AccountForm, EndForm, ImportForm, InstitutionForm, PayeeForm, ReasonForm
from ..models import BenefitAccount, Institution, Payee
from ..queries import accounts as query
from ..queries.statements import latest
from .acting import asked

LENGTH = 50


@requires(Permission.PAYMENT_READ)
@require_safe
def accounts(request: StaffRequest) -> HttpResponse:
    """Accounts that wait for a second look."""
    page = Paginator(query.waiting_for_check(request.user), LENGTH).get_page(request.GET.get("page"))
    rows = [(one, query.owner_name(one), query.names_beside(one)) for one in page.object_list]
    context = {
        "rows": rows,
        "pager": pager_of(page, request.GET),
        "may_check": request.user.may(Permission.PAYMENT_CHECK),
    }
    return render(request, "payments/accounts.html", context)


@requires(Permission.PAYMENT_READ)
@require_safe
@files
def household_accounts(request: StaffRequest, number: str) -> HttpResponse:
    """The accounts of a household's people, who receives its awards, and what they were before."""
    home, on, by = the_household(request, number), timezone.localdate(), request.user
    awards = list(of_household(home.pk, on))
    place = home.division_code
    context = {
        "home": home, "cards": query.cards_of(home, on), "awards": awards, "payees": query.payees_of(awards, on),
        "history": query.history_of(home)[:20], "may_write": by.may(Permission.BENEFIT_ACCOUNT_WRITE, place),
        "may_check": by.may(Permission.PAYMENT_CHECK, place), "may_reveal": by.may(Permission.PERSON_REVEAL, place),
        "may_see_paper": by.may(Permission.DOCUMENT_READ, place),
    }  # fmt: skip
    return render(request, "payments/household_accounts.html", context)


@requires(Permission.BENEFIT_ACCOUNT_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
@files
def account_new(request: StaffRequest, pk: int) -> HttpResponse:
    """The account of a person, or a change of it."""
    person: Person = the_one(request, Person.objects.all(), pk)
    before = BenefitAccount.objects.known().on(timezone.localdate()).filter(person=person).first()
    form = _account_form(request, person)
    back = _back(person)
    if request.method == "POST" and _entered(request, form, person=person):
        messages.success(request, _("已登记%(name)s的账户") % {"name": person.name})
        return redirect(back)
    explains = _("更换的账户、户名与姓名不同的账户，由另一人复核后才发放。")
    title = _("更换账户：%(name)s") if before else _("登记账户：%(name)s")
    said = {"explains": explains, "before": before, "has_file": True}
    return asked(request, form, title % {"name": person.name}, back, _("领款账户"), **said)


@requires(Permission.BENEFIT_ACCOUNT_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def accounts_import(request: StaffRequest) -> HttpResponse:
    """A list of accounts; its rows are entered in the background, wrong ones come back."""
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file, own = form.cleaned_data["file"], min(request.user.scope.places(Permission.BENEFIT_ACCOUNT_WRITE), key=len)
        said = {"content": file.read(), "name": str(file.name), "place": own, "by": request.user}
        if form.carried_out(accounts_import_.start_import, on=timezone.localdate(), at=timezone.now(), **said):
            return redirect("jobs:detail", form.result.pk)
    explains = _(
        "第一行是列名：姓名、身份证号、银行账号、户名、开户行。正确的行直接登记，有错的行列在任务页上，下载更正后再传。"
    )
    back = reverse("payments:accounts")
    return asked(request, form, _("批量导入账户"), back, _("领款账户"), explains=explains, has_file=True)


def _account_form(request: StaffRequest, owner: Person | Institution) -> AccountForm:
    may_attach = request.user.may(Permission.DOCUMENT_WRITE, owner.division_code)
    said: dict[str, Any] = {"initial": {"holder": owner.name}, "may_attach": may_attach}
    return AccountForm(request.POST or None, request.FILES or None, **said)


def _entered(request: StaffRequest, form: AccountForm, **owner: Any) -> bool:
    if not form.is_valid():
        return False
    said = {"by": request.user, "on": timezone.localdate(), "at": timezone.now(), **owner, **form.arguments()}
    return form.carried_out(acting.register_account, **said)


def _back(person: Person) -> str:
    """The accounts of the household a person belongs to, or their own page."""
    home = Household.objects.filter(memberships__person=person, memberships__superseded_at__isnull=True).last()
    if home is None:
        return reverse("registry:person", args=[person.pk])
    return reverse("payments:household_accounts", args=[home.number])


def _the_account(request: StaffRequest, pk: int) -> BenefitAccount:
    rows = request.user.scope.narrow(BenefitAccount.objects.known(), Permission.PAYMENT_READ)
    found = rows.select_related("person", "institution", "follows").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@requires(Permission.PAYMENT_CHECK)
@require_http_methods(["GET", "HEAD", "POST"])
def account_check(request: StaffRequest, pk: int) -> HttpResponse:
    """Somebody else has looked at the card: both names side by side."""
    one, form = _the_account(request, pk), ReasonForm(request.POST or None)
    back = reverse("payments:accounts")
    if request.method == "POST" and form.is_valid():
        said = {"account": one, "by": request.user, "at": timezone.now(), **form.cleaned_data}
        if form.carried_out(acting.check_account, **said):
            messages.success(request, _("已复核"))
            return redirect(back)
    title = _("复核账户：%(name)s") % {"name": query.owner_name(one)}
    about = {"account": one, "signs": query.names_beside(one)}
    return asked(request, form, title, back, _("待复核账户"), **about)


@requires(Permission.PAYMENT_CHECK)
@require_safe
def account_paper(request: StaffRequest, pk: int) -> HttpResponse | StreamingHttpResponse:
    """The photo of the card, for whoever compares it with the account."""
    found = card_of(request.user, _the_account(request, pk).document_id or 0)
    if found is None:
        raise Http404
    return sent(request, found)


@requires(Permission.BENEFIT_ACCOUNT_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def account_end(request: StaffRequest, pk: int) -> HttpResponse:
    """The account is not used any longer."""
    one = _the_account(request, pk)
    form = EndForm(request.POST or None, initial={"on": timezone.localdate()})
    back = _back(one.person) if one.person else reverse("payments:institutions")
    if request.method == "POST" and form.is_valid():
        said = {"account": one, "by": request.user, "at": timezone.now(), **form.cleaned_data}
        if form.carried_out(acting.end_account, **said):
            messages.success(request, _("账户已停用"))
            return redirect(back)
    title = _("停用账户：%(name)s …%(tail)s") % {"name": query.owner_name(one), "tail": one.tail}
    return asked(request, form, title, back, _("领款账户"), danger=True)


@requires(Permission.PERSON_REVEAL)
@require_http_methods(["GET", "HEAD", "POST"])
def account_reveal(request: StaffRequest, pk: int) -> HttpResponse:
    """The whole number, for a reason that goes on record; shown for thirty seconds."""
    one, form = _the_account(request, pk), RevealForm(request.POST or None)
    value = ""
    if form.is_valid():
        value = acting.revealed_account(account=one, purpose=form.purpose(), by=request.user)
    if request.htmx:
        error = _("请选一个理由；选“其他”时写明事由，至少 4 个字")
        return HttpResponse(value or error, content_type="text/plain; charset=utf-8", status=200 if value else 422)
    back = _back(one.person) if one.person else reverse("payments:institutions")
    context = {"form": form, "who": query.owner_name(one), "what": _("银行账号"), "value": value, "back_url": back}
    return render(request, "console/reveal.html", context, status=422 if form.errors else 200)


@requires(Permission.BENEFIT_ACCOUNT_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def institutions(request: StaffRequest) -> HttpResponse:
    """The homes that receive care money; a new one is entered here."""
    county, on = str(settings.DOUDI_COUNTY), timezone.localdate()
    form = InstitutionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = {"place": county, "by": request.user, **form.cleaned_data}
        if form.carried_out(acting.open_institution, **said):
            return redirect("payments:institution_account", form.result.pk)
    homes = list(query.institutions(county))
    known = {a.institution_id: a for a in BenefitAccount.objects.known().on(on).filter(institution__in=homes)}
    rows = [(home, known.get(home.pk)) for home in homes]
    may = request.user.may(Permission.BENEFIT_ACCOUNT_WRITE, county)
    return render(
        request, "payments/institutions.html", {"rows": rows, "form": form, "may_write": may}, status=form.status
    )


@requires(Permission.BENEFIT_ACCOUNT_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def institution_account(request: StaffRequest, pk: int) -> HttpResponse:
    """The account of a home."""
    home = get_object_or_404(
        request.user.scope.narrow(Institution.objects.all(), Permission.BENEFIT_ACCOUNT_WRITE), pk=pk
    )
    form = _account_form(request, home)
    back = reverse("payments:institutions")
    if request.method == "POST" and _entered(request, form, institution=home):
        messages.success(request, _("已登记%(name)s的账户") % {"name": home.name})
        return redirect(back)
    title = _("机构账户：%(name)s") % {"name": home.name}
    return asked(request, form, title, back, _("供养机构"), has_file=True)


@requires(Permission.BENEFIT_ACCOUNT_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def payee_new(request: StaffRequest, number: str) -> HttpResponse:
    """Who receives a portion of an award."""
    rows = request.user.scope.narrow(Award.objects.all(), Permission.BENEFIT_ACCOUNT_WRITE)
    award = get_object_or_404(rows.select_related("household"), number=number)
    people = [card.person for card in query.cards_of(award.household, timezone.localdate())]
    homes = list(query.institutions(award.division_code[:6]).filter(is_open=True))
    form = PayeeForm(request.POST or None, people=people, homes=homes)
    back = reverse("payments:household_accounts", args=[award.household.number])
    if request.method == "POST" and form.is_valid():
        said = {"award": award, "by": request.user, "on": timezone.localdate(), "at": timezone.now()}
        if form.carried_out(accounts_payees.name_payee, **said, **form.arguments()):
            messages.success(request, _("已指定收款人"))
            return redirect(back)
    explains = _("本人部分可由同户成员代领；照料护理费发给供养机构，或者按委托照料服务协议发给照料人。")
    return asked(request, form, _("指定收款人"), back, _("领款账户"), explains=explains)


@requires(Permission.BENEFIT_ACCOUNT_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def payee_end(request: StaffRequest, pk: int) -> HttpResponse:
    """A portion goes to nobody in particular any longer."""
    rows = request.user.scope.narrow(Payee.objects.known(), Permission.BENEFIT_ACCOUNT_WRITE)
    one = get_object_or_404(rows.select_related("award__household"), pk=pk)
    form = EndForm(request.POST or None, initial={"on": timezone.localdate()})
    back = reverse("payments:household_accounts", args=[one.award.household.number])
    if request.method == "POST" and form.is_valid():
        said = {"payee": one, "by": request.user, "at": timezone.now(), **form.cleaned_data}
        if form.carried_out(accounts_payees.end_payee, **said):
            messages.success(request, _("已恢复发给本人"))
            return redirect(back)
    return asked(request, form, _("不再由他人代领"), back, _("领款账户"), danger=True)


def household_card(home: Household, staff: Staff, on: date) -> dict[str, Any] | None:
    """The card on the household's page: where money goes, what came last, why something did not."""
    cards = [card for card in query.cards_of(home, on) if card.account is not None]
    payments = latest(home, staff)
    if not cards and not payments and not of_household(home.pk, on):
        return None
    return {"cards": cards, "payments": payments, "failure": query.last_failure(home)}
