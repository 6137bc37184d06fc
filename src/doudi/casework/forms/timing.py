"""Forms about the clocks: stopping them, giving more time, answering a notice of a late one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..limits import ExtensionGround, PauseGround
from .steps import StepForm


class PauseForm(StepForm):
    """A listed ground, its evidence, and what happened."""

    ground = forms.ChoiceField(label=_("暂停理由"), choices=PauseGround.choices, widget=forms.RadioSelect)
    evidence = forms.FileField(label=_("证明材料"), help_text=_("照片、扫描件或 PDF"))
    field_order = ("version", "ground", "evidence", "note", "on")

    def arguments(self) -> dict[str, Any]:
        said = dict(self.cleaned_data)
        file = said.pop("evidence")
        return said | {"source": file, "name": file.name}


class ExtendForm(StepForm):
    """One of the named grounds, and why it applies."""

    ground = forms.ChoiceField(label=_("延长理由"), choices=ExtensionGround.choices, widget=forms.RadioSelect)
    field_order = ("version", "ground", "note", "on")


class AnswerEscalationForm(forms.Form):
    """What will be done about a late case."""

    note = forms.CharField(label=_("怎么处理、什么时候办结"), max_length=300)
