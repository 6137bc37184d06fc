"""The finance bureau's forms: a fund, money that came, a budget."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from doudi.registry.actions.refusal import Refused
from doudi.rulebook.forms.facts import YuanField

from ..kinds import Programme, Source
from ..models import Fund


class MoneyForm(forms.Form):
    """A form whose action may refuse: its reasons stand beside their fields."""

    result: Any = None

    @property
    def status(self) -> int:
        """422 when something is to be mended."""
        return 422 if self.errors else 200

    def carried_out(self, action: Callable[..., Any], **said: Any) -> bool:
        """Do it; False with the reasons on the form if it was refused."""
        try:
            self.result = action(**said)
        except Refused as refused:
            for field, messages in refused.by_field.items():
                for message in messages:
                    self.add_error(field if field in self.fields else None, message)
        return not self.errors


class FundForm(MoneyForm):
    """A pot of money."""

    code = forms.CharField(label=_("代码"), max_length=20)
    name = forms.CharField(label=_("资金名称"), max_length=80)
    source = forms.ChoiceField(label=_("来源"), choices=Source.choices)
    rank = forms.IntegerField(label=_("支出顺序"), min_value=1, max_value=999, help_text=_("小的先用"))
    programmes = forms.MultipleChoiceField(
        label=_("用途"), choices=Programme.choices, required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("不勾选就是各项都可用"),
    )  # fmt: skip


class InflowForm(MoneyForm):
    """Money that has come."""

    fund = forms.ModelChoiceField(label=_("资金"), queryset=Fund.objects.none())
    fen = YuanField(label=_("金额（元）"), widget=forms.TextInput(attrs={"inputmode": "decimal"}))
    reference = forms.CharField(label=_("拨款文件或凭证编号"), max_length=60)
    on = forms.DateField(label=_("到账日期"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, funds: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["fund"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = funds
        self.today = today

    def clean_on(self) -> date:
        """Money has come already: a day to come is a slip of the pen."""
        on: date = self.cleaned_data["on"]
        if on > self.today:
            raise forms.ValidationError(_("日期还没有到，请核对。"))
        return on


class BudgetForm(InflowForm):
    """A budget for a programme and year; below zero takes some of it away again."""

    programme = forms.ChoiceField(label=_("救助项目"), choices=Programme.choices)
    year = forms.IntegerField(label=_("预算年度"), min_value=2021, max_value=2099)

    field_order = ("fund", "programme", "year", "fen", "reference", "on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].label = _("下达日期")
        self.fields["fen"].help_text = _("收回预算填负数")
