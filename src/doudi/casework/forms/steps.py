"""The form of a step: the day, the reason, and the version of the case the person saw."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from doudi.registry.actions.refusal import Refused

from ..models import Application
from ..moves import Move


class StepForm(forms.Form):
    """What every step needs. Subclasses add fields and override `arguments`."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    on = forms.DateField(label=_("办理日期"), widget=forms.DateInput(attrs={"type": "date"}))
    note = forms.CharField(label=_("说明"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, application: Application, chosen: Move, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.application = application
        if chosen.needs_note:
            self.fields["note"].label = _("理由")
            self.fields["note"].required = True

    @classmethod
    def known(cls, application: Application) -> dict[str, Any]:
        """What the form need not ask because the case knows it."""
        return {}

    def arguments(self) -> dict[str, Any]:
        """What the verb is called with."""
        return dict(self.cleaned_data)

    def refuse(self, refused: Refused) -> None:
        """Put the reasons of an action beside the fields they concern."""
        for field, messages in refused.by_field.items():
            for message in messages:
                self.add_error(field if field in self.fields else None, message)
