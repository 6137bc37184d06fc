"""Forms about notices: an objection, and the answer to it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import Objection
from .steps import StepForm


class ObjectionForm(StepForm):
    """What is said to be wrong, and by whom if they wish to say."""

    text = forms.CharField(label=_("异议内容"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))
    objector = forms.CharField(
        label=_("提出人"), required=False, max_length=60, help_text=_("可以不留名；留名的加密保存，不向申请家庭透露")
    )
    field_order = ("version", "text", "objector", "on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["note"]


class AnswerForm(StepForm):
    """What looking into it showed."""

    outcome = forms.ChoiceField(label=_("处理结果"), choices=Objection.Outcome.choices, widget=forms.RadioSelect)
    answer = forms.CharField(label=_("答复"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))
    field_order = ("version", "outcome", "answer", "on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["note"]
