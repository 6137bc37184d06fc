"""What the audit administrator may ask for."""

from __future__ import annotations

from datetime import date

from django import forms
from django.core.validators import MaxValueValidator
from django.utils.translation import gettext_lazy as _

from .labels import ACTIONS, KINDS
from .queries import Chosen

LATEST = MaxValueValidator(date(2099, 12, 31), _("年份太远，请核对"))
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class EventFilter(forms.Form):
    """The filters of the list, all optional."""

    day = forms.DateField(label=_("日期"), required=False, widget=DAY, validators=[LATEST])
    staff_id = forms.IntegerField(label=_("人员编号"), required=False, min_value=1, max_value=2**63 - 1)
    action = forms.ChoiceField(label=_("做了什么"), required=False, choices=[("", _("全部")), *ACTIONS.items()])
    subject_kind = forms.ChoiceField(label=_("对象"), required=False, choices=[("", _("全部")), *KINDS.items()])
    subject_id = forms.CharField(label=_("对象编号"), required=False, max_length=40)
    place = forms.RegexField(
        label=_("区划代码"),
        required=False,
        regex=r"^\d{2,12}$",
        error_messages={"invalid": _("区划代码是 2 到 12 位数字，例如 533103102")},
    )
    before = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)

    def chosen(self) -> Chosen:
        """The filters as the queries take them; a field with an error narrows nothing."""
        values = self.cleaned_data
        return Chosen(**{key: values[key] for key in Chosen.__dataclass_fields__ if values.get(key)})


class DayForm(forms.Form):
    """Which day to count."""

    day = forms.DateField(label=_("日期"), widget=DAY, validators=[LATEST])


class SettleForm(forms.Form):
    """What an alert turned out to be."""

    note = forms.CharField(
        label=_("查明的情况"), min_length=4, max_length=200, widget=forms.Textarea(attrs={"rows": 3})
    )
