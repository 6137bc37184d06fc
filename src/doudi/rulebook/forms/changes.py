"""Forms of a proposal: a value, the publication, the refusal; and of a withdrawal."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from doudi.accounts.forms import ActionForm
from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.places.queries import options
from doudi.policy.engine.units import BOOLEAN
from doudi.policy.parameters import Quantity
from doudi.policy.wording import PARAMETER_WORDS

from ..models import ParameterDraft, State
from ..values import CLASSES, unit_of


class ProposeForm(ActionForm):
    """A value from a day on, in a new proposal or in one's own open one."""

    value = forms.CharField(label=_("值"), max_length=40)
    area = forms.ChoiceField(label=_("地区"))
    residence = forms.ChoiceField(label=_("城乡"), required=False)
    starts_on = forms.DateField(label=_("从哪天起"), widget=forms.DateInput(attrs={"type": "date"}))
    source = forms.CharField(label=_("依据"), max_length=200, required=False, help_text=_("文号和条款"))
    is_assumed = forms.BooleanField(label=_("暂定，还没有文件依据"), required=False)
    draft = forms.ModelChoiceField(
        label=_("放进哪个方案"), queryset=ParameterDraft.objects.none(), required=False, empty_label=_("新方案")
    )
    title = forms.CharField(
        label=_("新方案的名称"),
        max_length=120,
        required=False,
        help_text=_("例如“2027 年城乡低保标准”；放进已有方案的不用填"),
    )

    def __init__(self, data: Any, quantity: Quantity, by: Staff, **more: Any) -> None:
        super().__init__(data, **more)
        fields: dict[str, Any] = self.fields
        places = [*options(settings.DOUDI_COUNTY, 6), *options(settings.DOUDI_COUNTY, 9)]
        fields["area"].choices = [(c, n) for c, n in places if by.may(Permission.POLICY_DRAFT, c)]
        classes = ("urban", "rural") if quantity.by_class else (None,)
        fields["residence"].required = quantity.by_class
        fields["residence"].choices = [(each or "", CLASSES[each]) for each in classes]
        fields["draft"].queryset = ParameterDraft.objects.filter(proposer=by, state__in=[State.DRAFT, State.TRIAL])
        fields["value"].help_text = unit_of(quantity)
        if quantity.unit == BOOLEAN:
            fields["value"].widget = forms.Select(choices=[("true", _("是")), ("false", _("否"))])
        elif quantity.choices:
            words = [(word, PARAMETER_WORDS.get(word, word)) for word in quantity.choices]
            fields["value"].widget = forms.Select(choices=words)


class PublishForm(ActionForm):
    """The second person's consent."""

    note = forms.CharField(label=_("发布意见"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    sign_off = forms.BooleanField(label=_("上面列出的法定案例我已逐个看过，同意结果改变"), required=False)


class RefuseForm(ActionForm):
    """Why not."""

    note = forms.CharField(label=_("原因"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class AskWithdrawalForm(ActionForm):
    """Why a published value is wrong."""

    reason = forms.CharField(
        label=_("撤回原因"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("错在哪里、依据是什么；会留在记录里"),
    )  # fmt: skip


class WithdrawForm(ActionForm):
    """The second person's consent."""

    note = forms.CharField(label=_("确认意见"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    sign_off = forms.BooleanField(label=_("已看过撤回后的值、影响和法定案例，同意撤回"), required=False)
