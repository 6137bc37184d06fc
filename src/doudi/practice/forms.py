"""The forms of practice: what to practise, and the answer to a task made from its fields."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from doudi.kernel.money import parse_yuan

from .questions import Field, Sort
from .topics import Level, Topic


class StartForm(forms.Form):
    """Level and topic of the next case."""

    level = forms.ChoiceField(label=_("难度"), choices=Level.choices, initial=Level.EASY)
    topic = forms.ChoiceField(label=_("练什么"), choices=[("", _("一整件申请")), *Topic.choices], required=False)


class YuanField(forms.CharField):
    """An amount in yuan, kept in fen; empty is no answer."""

    def clean(self, value: Any) -> int | None:
        text = super().clean(value)
        try:
            return int(parse_yuan(text)) if text else None
        except ValueError as refused:
            raise forms.ValidationError(str(refused)) from refused


class AnswerForm(forms.Form):
    """The fields of a task. A choice must be made; a list, a sum and a day may be left empty where that is right."""

    def __init__(self, data: Any, asked: tuple[Field, ...]) -> None:
        super().__init__(data)
        for field in asked:
            self.fields[field.name] = _field(field)

    def said(self) -> dict[str, Any]:
        """The answer as it is judged and kept."""
        return {name: v.isoformat() if isinstance(v, date) else v for name, v in self.cleaned_data.items()}


def _field(field: Field) -> forms.Field:
    words: dict[str, Any] = {"label": field.label, "help_text": field.hint}
    if field.sort is Sort.ONE:
        return forms.ChoiceField(choices=field.choices, widget=forms.RadioSelect, **words)
    if field.sort is Sort.MANY:
        many = forms.CheckboxSelectMultiple
        return forms.MultipleChoiceField(choices=field.choices, widget=many, required=False, **words)
    if field.sort is Sort.DAY:
        return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), **words)
    number = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    return YuanField(max_length=40, required=False, widget=number, **words)
