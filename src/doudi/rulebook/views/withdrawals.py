"""Taking a published value back: asked for by one person, confirmed by another."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doudi.accounts.access import requires
from doudi.accounts.permissions import Permission
from doudi.accounts.views.common import me

from .. import actions
from ..forms.changes import AskWithdrawalForm, RefuseForm, WithdrawForm
from ..models import ParameterBlock, Withdrawal
from ..queries import withdrawals as queries
from ..queries.drafts import held
from .common import page


@requires(Permission.POLICY_DRAFT)
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, block: int) -> HttpResponse:
    """Ask for a value to be taken back."""
    found = get_object_or_404(ParameterBlock.objects.select_related("draft"), pk=block, published_at__isnull=False)
    form, by = AskWithdrawalForm(request.POST or None), me(request)
    if request.method == "POST" and form.carried_out(actions.ask_withdrawal, block=found, by=by, at=timezone.now()):
        messages.success(request, _("已提出，等另一人确认"))
        return redirect("rulebook:withdrawal", form.result.pk)
    effect = queries.effect_of(found, timezone.localdate(), by) if found.is_in_force else None
    context = {"value": found, "row": held(found), "form": form, "effect": effect}
    return page(request, "withdraw", "drafts", status=form.status, **context)


@requires(Permission.POLICY_READ)
@require_safe
def withdrawal(request: HttpRequest, pk: int) -> HttpResponse:
    """One wish to withdraw: what it would do, and what was decided."""
    return _show(request, get_object_or_404(queries.withdrawals(), pk=pk))


@requires(Permission.POLICY_PUBLISH)
@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """The second person confirms."""
    found, form = get_object_or_404(queries.withdrawals(), pk=pk), WithdrawForm(request.POST, auto_id="confirm_%s")
    if form.carried_out(actions.withdraw, asked=found, by=me(request), at=timezone.now()):
        messages.success(request, _("已撤回，以后的计算不再用这个值"))
        return redirect("rulebook:withdrawal", pk)
    return _show(request, found, confirm=form)


@requires(Permission.POLICY_READ)
@require_POST
def refuse(request: HttpRequest, pk: int) -> HttpResponse:
    """Decline, or take one's own wish back."""
    found, form = get_object_or_404(queries.withdrawals(), pk=pk), RefuseForm(request.POST, auto_id="refuse_%s")
    if form.carried_out(actions.keep_value, asked=found, by=me(request), at=timezone.now()):
        return redirect("rulebook:withdrawal", pk)
    return _show(request, found, refuse=form)


def _show(request: HttpRequest, found: Withdrawal, **forms: RefuseForm | WithdrawForm) -> HttpResponse:
    by = me(request)
    own = found.asked_by_id == by.pk
    context = {
        "asked": found,
        "row": held(found.block),
        "effect": queries.effect_of(found.block, timezone.localdate(), by) if found.is_open else None,
        "may_confirm": found.is_open and not own and by.may(Permission.POLICY_PUBLISH, found.block.area),
        "may_take_back": found.is_open and own and by.may(Permission.POLICY_DRAFT, found.block.area),
        "confirm": forms.get("confirm") or WithdrawForm(auto_id="confirm_%s"),
        "refuse": forms.get("refuse") or RefuseForm(auto_id="refuse_%s"),
    }
    return page(request, "withdrawal", "drafts", status=422 if forms else 200, **context)
