"""Reviews: the list, one review beside the rulebook, and everything that can be done to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from doudi.accounts.access import requires
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit
from doudi.console.components import pager_of
from doudi.documents.forms import PrintStamp
from doudi.registry.models import Household, Person
from doudi.registry.queries.visible import visible
from doudi.registry.views.asking import StaffRequest
from doudi.registry.views.presenting import pdf
from doudi.registry.views.reach import files, the_household, the_one

from ..actions import hearings, reviews, reviews_applying, reviews_deciding, reviews_notices
from ..forms import reviews as forms
from ..models import PeriodicReview
from ..moves import DECIDES
from ..printing.change_letter import print_letter
from ..queries.reviews import decider_of, of_working_age, offers_of, open_reviews, refusals_in_a_row, visible_reviews
from ..queries.reviews_page import review_page

PAGE = 50


@dataclass(frozen=True)
class Deed:
    """Something that can be done to a review. `permission` None: whoever decides it."""

    label: str | Promise
    act: Callable[..., Any]
    form: type[forms.ReviewForm]
    permission: Permission | None = Permission.CASE_HANDLE
    explains: str | Promise = ""
    adverse: bool = False


DEEDS: Mapping[str, Deed] = {
    "propose": Deed(gettext_lazy("提出处理意见"), reviews_deciding.propose, forms.ProposeForm,
                    explains=gettext_lazy("规则测算只作参考，意见由经办人负责；由另一人审核确认")),
    "hear": Deed(gettext_lazy("听取意见"), hearings.record_hearing, forms.HearingForm,
                 explains=gettext_lazy("减发、停发前须先听取本人意见（《社会救助法》第48条）")),
    "post": Deed(gettext_lazy("公示拟终止"), reviews_notices.post_ending, forms.NothingForm,
                 explains=gettext_lazy("在村里公示七天，只公布姓名")),
    "object": Deed(gettext_lazy("登记异议"), reviews_notices.object_to_ending, forms.ObjectForm,
                   Permission.CASE_INTAKE),
    "answer": Deed(gettext_lazy("答复异议"), reviews_notices.answer_ending, forms.AnswerForm),
    "decide": Deed(gettext_lazy("审核确认"), reviews_deciding.decide, forms.NoteForm, None,
                   gettext_lazy("待遇、名册和公布随即按意见变动，并生成通知书")),
    "return": Deed(gettext_lazy("退回乡镇"), reviews_deciding.send_back, forms.ReasonForm, None),
    "drop": Deed(gettext_lazy("取消核查"), reviews.drop, forms.DropForm, adverse=True),
    "follow-up": Deed(gettext_lazy("转办其他救助"), reviews_applying.open_follow_up, forms.NothingForm,
                      Permission.CASE_INTAKE, gettext_lazy("开出一件新的申请，家庭不用从头再来")),
}  # fmt: skip


@requires(Permission.CASE_READ)
@require_safe
def review_list(request: StaffRequest) -> HttpResponse:
    """Every review that is not finished, the most urgent first."""
    today = timezone.localdate()
    page = Paginator(open_reviews(request.user, today), PAGE).get_page(request.GET.get("page"))
    return render(request, "casework/reviews.html", {"lines": page.object_list, "pager": pager_of(page, request.GET)})


def the_review(request: StaffRequest, pk: int) -> PeriodicReview:
    """The review with an id within reach, or 404."""
    found = visible_reviews(request.user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@requires(Permission.CASE_READ)
@require_safe
def review(request: StaffRequest, pk: int) -> HttpResponse:
    """The award beside the rulebook's answer of today; each opening is recorded."""
    row = the_review(request, pk)
    reviews.opened(review=row, by=request.user)
    page = review_page(row, request.user, timezone.localdate())
    deeds = [(name, DEEDS[name]) for name in page.deeds]
    return render(request, "casework/review.html", {"page": page, "review": row, "deeds": deeds})


@requires(Permission.CASE_READ)
@require_http_methods(["GET", "HEAD", "POST"])
@files
def deed(request: StaffRequest, pk: int, name: str) -> HttpResponse:
    """The form of one deed, or the deed itself."""
    row, chosen, today = the_review(request, pk), DEEDS.get(name), timezone.localdate()
    if chosen is None:
        raise Http404
    permit(request.user, chosen.permission or DECIDES[decider_of(row, today)], place=row.division_code)
    asked = {name: value[:20] for name, value in request.GET.items() if name in chosen.form.base_fields}
    form = chosen.form(request.POST or None, review=row, on=today, initial=asked)
    if request.method == "POST" and form.is_valid():
        said = {"review": row, "by": request.user, "on": today, "at": timezone.now()}
        if form.carried_out(chosen.act, **said, **form.arguments()):
            messages.success(request, _("已办理：%(what)s") % {"what": chosen.label})
            return redirect("casework:review", pk)
    told = hearings.intended(row) if name == "hear" else ""
    context = {"form": form, "review": row, "deed": chosen, "signed": name == "hear", "told": told}
    return render(request, "casework/review_deed.html", context, status=form.status)


@requires(Permission.CASE_READ)
@require_safe
def letter(request: StaffRequest, pk: int) -> HttpResponse:
    """The letter of the decision; printing is on record."""
    row, by = the_review(request, pk), request.user
    decision = getattr(row, "decision", None)
    if decision is None:
        raise Http404
    reviews.opened(review=row, by=by, form="change_letter")
    stamp = PrintStamp(by.office, by.name, by.pk, timezone.now(), request.build_absolute_uri("/").rstrip("/"))
    return pdf(print_letter(decision, stamp), f"{decision.number}.pdf")


@requires(Permission.CASE_INTAKE)
@require_http_methods(["GET", "HEAD", "POST"])
@files
def report(request: StaffRequest, number: str) -> HttpResponse:
    """Take down a change that the family tells."""
    home, today = the_household(request, number), timezone.localdate()
    form = forms.ReportForm(request.POST or None, home=home, on=today)
    if request.method == "POST" and form.is_valid():
        said = {"household": home, "told": form.told(), "by": request.user, "on": today, "at": timezone.now()}
        if form.carried_out(reviews.report_change, **said):
            count = form.result.reviews.count()
            messages.success(request, _("已登记，发起核查 %(n)s 件") % {"n": count})
            return redirect("registry:household", number)
    may_offer = request.user.may(Permission.CASE_HANDLE, home.division_code)
    context = {"form": form, "home": home, "people": of_working_age(home, today) if may_offer else []}
    return render(request, "casework/reviews_report.html", context, status=form.status)


@requires(Permission.CASE_HANDLE)
@require_http_methods(["GET", "HEAD", "POST"])
@files
def jobs(request: StaffRequest, pk: int) -> HttpResponse:
    """The jobs somebody was offered, and the form for another."""
    person, today = the_one(request, Person.objects.all(), pk), timezone.localdate()
    homes = visible(Household.objects.filter(memberships__person=person, memberships__ends_on=None), request.user)
    home = homes.filter(memberships__superseded_at=None).first()
    if home is None:
        raise Http404
    form = forms.OfferForm(request.POST or None, person=person, on=today)
    if request.method == "POST" and form.is_valid():
        said = {"person": person, "household": home, "by": request.user, "on": today, "at": timezone.now()}
        if form.carried_out(reviews.record_offer, offer=form.offer(), **said):
            messages.success(request, _("已登记"))
            return redirect("casework:jobs", pk)
    context = {"form": form, "person": person, "home": home, "offers": offers_of(person)}
    context["count"] = refusals_in_a_row(person)
    return render(request, "casework/reviews_jobs.html", context, status=form.status)
