"""Who has signed, signing for one person, withdrawing, pledging."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doudi.accounts.access import requires
from doudi.accounts.permissions import Permission
from doudi.console.components import pager_of
from doudi.registry.models import Household

from ..actions import consents, pledges
from ..forms.reports import RequestForm
from ..forms.signing import ConsentForm, DrawForm, OutcomeForm, PledgeForm, WithdrawForm
from ..models import DrawnPledge, Purpose, VerificationConsent
from ..queries import pages
from ..queries.consents import standings
from ..queries.pledges import draws, pledges_of
from ..queries.requests import current_request
from ..texts import CONSENT, NOTICE, PLEDGE, TextVersion, text_on
from .common import StaffRequest, files, matter_of, the_household, the_row, today

BLANKS = {
    "name": "＿＿＿＿", "number": "＿＿＿＿", "capacity": "申请家庭成员、法定义务人或其监护人",
    "about": "我（或被监护人）", "office": consents.OFFICE, "purpose": "表中选择的用途", "sources": "表中勾选的来源",
    "starts": "表中的起始日", "until": "终止日", "statements": "表中勾选的事项", "more": "见表中填写的内容",
}  # fmt: skip


@requires(Permission.CONSENT_WRITE)
@require_safe
@files
def household(request: StaffRequest, number: str) -> HttpResponse:
    """Who has signed, who is missing; pledges; from here a verification is asked for."""
    home = the_household(request, number)
    found, matter = standings(home.pk, today()), matter_of(request, home)
    reads = request.user.may(Permission.VERIFICATION_READ, home.division_code)
    context = {
        "home": home, "standings": found, "matter": matter, "pledges": pledges_of(home.pk),
        "running": current_request(matter) if reads else None, "reports": pages.reports_of(home) if reads else [],
        "may_ask": request.user.may(Permission.VERIFICATION_REQUEST, home.division_code),
        "form": RequestForm(parties=[s.party for s in found]),
    }  # fmt: skip
    return render(request, "verification/household.html", context)


@requires(Permission.CONSENT_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
@files
def sign(request: StaffRequest, number: str, person: int) -> HttpResponse:
    """One person (or their guardian) signs a consent."""
    home, on = the_household(request, number), today()
    everybody = [s.party for s in standings(home.pk, on)]
    party = next((p for p in everybody if p.person.pk == person), None)
    if party is None:
        raise Http404
    purpose = Purpose.APPLICATION if party.is_member else Purpose.OBLIGOR
    form = ConsentForm(request.POST or None, signers=pages.signers_for(party, everybody), on=on, purpose=purpose)
    done = request.method == "POST" and form.carried_out(lambda: consents.give(
        household=home, person=party.person, signing=form.signing(), by=request.user, on=on, at=timezone.now(),
        **form.terms()))  # fmt: skip
    if done:
        messages.success(request, _("%(name)s的授权已签署") % {"name": party.person.name})
        return redirect(_back(request, home))
    texts = [text_on(key, on) for key in (NOTICE, CONSENT)]
    context = {"home": home, "party": party, "form": form, "texts": _shown(texts), "title": _("签署核对授权书")}
    return render(request, "verification/sign.html", context, status=form.status)


def _back(request: StaffRequest, home: Household) -> str:
    """The family's page, still about the same matter: the next signature belongs to it too."""
    matter = matter_of(request, home)
    address = reverse("verification:household", args=[home.number])
    return address if matter == f"household:{home.pk}" else f"{address}?matter={matter}"


def _shown(texts: list[TextVersion]) -> list[tuple[str, list[str]]]:
    """Version and lines of each text, its blanks named."""
    return [(text.version, text.filled(BLANKS).split("\n")) for text in texts]


@requires(Permission.CONSENT_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
@files
def withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    """A person takes their consent back."""
    rows = VerificationConsent.objects.select_related("household__head", "person")
    consent = the_row(request, rows, pk, Permission.CONSENT_WRITE)
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.carried_out(lambda: consents.withdraw(
            consent=consent, by=request.user, at=timezone.now(), **form.cleaned_data)):  # fmt: skip
        messages.success(request, _("授权已撤回，不再查询"))
        return redirect("verification:household", consent.household.number)
    context = {"home": consent.household, "consent": consent, "form": form, "title": _("撤回核对授权")}
    return render(request, "verification/withdraw.html", context, status=form.status)


@requires(Permission.CONSENT_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
@files
def pledge(request: StaffRequest, number: str) -> HttpResponse:
    """The family pledges instead of bringing papers."""
    home, on = the_household(request, number), today()
    signers = [s.party.person for s in standings(home.pk, on) if s.party.is_member and not s.party.needs_guardian]
    chosen = {"statements": request.GET.getlist("statement")}
    form = PledgeForm(request.POST or None, signers=signers, initial=chosen)
    done = request.method == "POST" and form.carried_out(lambda: pledges.give(
        household=home, matter=matter_of(request, home), signing=form.signing(), by=request.user, on=on,
        at=timezone.now(), **form.terms()))  # fmt: skip
    if done:
        messages.success(request, _("承诺书已签署"))
        return redirect(_back(request, home))
    context = {"home": home, "form": form, "texts": _shown([text_on(PLEDGE, on)]), "title": _("签署承诺书")}
    return render(request, "verification/sign.html", context, status=form.status)


@requires(Permission.VERIFICATION_READ)
@require_safe
def samples(request: StaffRequest) -> HttpResponse:
    """The pledges drawn for checking."""
    return _samples(request, DrawForm())


@requires(Permission.VERIFICATION_RUN)
@require_POST
def draw(request: StaffRequest) -> HttpResponse:
    """Draw a month's sample."""
    form = DrawForm(request.POST)
    place = min(request.user.scope.places(Permission.VERIFICATION_RUN), key=len)
    if form.carried_out(lambda: pledges.draw_pledge_sample(
            place=place, by=request.user, on=today(), at=timezone.now(), **form.cleaned_data)):  # fmt: skip
        messages.success(request, _("已抽取，名单和种子一起留存"))
        return redirect("verification:samples")
    return _samples(request, form)


def _samples(request: StaffRequest, form: DrawForm) -> HttpResponse:
    found = Paginator(pages.drawn_for(request.user), 50).get_page(request.GET.get("page"))
    context = {"rows": found, "pager": pager_of(found, request.GET), "draws": draws()[:12], "form": form}
    context["may_draw"] = request.user.may(Permission.VERIFICATION_RUN)
    return render(request, "verification/samples.html", context, status=form.status)


@requires(Permission.VERIFICATION_REQUEST)
@require_http_methods(["GET", "HEAD", "POST"])
@files
def outcome(request: StaffRequest, pk: int) -> HttpResponse:
    """Say what the check of a pledge found."""
    rows = DrawnPledge.objects.select_related("draw", "pledge__household__head", "pledge__signature__signer")
    one = the_row(request, rows, pk, Permission.VERIFICATION_READ)
    form = OutcomeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.carried_out(lambda: pledges.check_drawn(
            one=one, by=request.user, at=timezone.now(), **form.cleaned_data)):  # fmt: skip
        return redirect("verification:samples")
    context = {"one": one, "home": one.pledge.household, "form": form, "title": _("登记抽查结果")}
    return render(request, "verification/outcome.html", context, status=form.status)
