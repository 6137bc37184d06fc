"""Forms of awards."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from doudi.accounts.forms import ActionForm


class UndoForm(ActionForm):
    """Why an adjustment is undone."""

    note = forms.CharField(label=_("撤销原因"), max_length=300, help_text=_("例如“发布日期写错，应为 2027 年 7 月”"))


class SettleForm(ActionForm):
    """What came of a finding."""

    note = forms.CharField(
        label=_("处理情况"), max_length=300, help_text=_("例如“已发起核查”“家庭情况已核实，维持现金额”")
    )
