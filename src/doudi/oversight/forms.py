"""What the security administrator says about a finding."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from .models import UnusualReading


class SettleForm(forms.Form):
    """What it turned out to be."""

    outcome = forms.ChoiceField(label=_("查明的结果"), choices=UnusualReading.Outcome.choices, widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("查明的情况"), min_length=4, max_length=200, widget=forms.Textarea(attrs={"rows": 3})
    )
