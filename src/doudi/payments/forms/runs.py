"""The forms of a run: beginning one, and the reasons of whoever decides."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from doudi.registry.forms.base import pick, words
from doudi.verification.forms.base import ActionForm

from ..kinds import Afterwards


class StartForm(ActionForm):
    """Which month."""

    month = forms.DateField(
        label=_("月份"), input_formats=["%Y-%m"], widget=forms.DateInput(attrs={"type": "month"}, format="%Y-%m")
    )

    def clean_month(self) -> date:
        """The first of the month."""
        month: date = self.cleaned_data["month"]
        return month.replace(day=1)


class VersionForm(ActionForm):
    """A step that needs nothing but the list as the page showed it."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class BecauseForm(VersionForm):
    """A step with a reason."""

    because = words(_("理由"))


class SubmitForm(VersionForm):
    """Why the lines that are still held stay out, where there are any."""

    leaving_held = words(_("暂缓的不进入本次发放，理由"), required=False)

    def __init__(self, *args: Any, held: int = 0, **more: Any) -> None:
        super().__init__(*args, **more)
        if not held:
            self.fields["leaving_held"].widget = forms.HiddenInput()


class HoldForm(ActionForm):
    """A reason about one line."""

    because = words(_("理由"))


class DropForm(HoldForm):
    """Not paid, and whether its month comes again."""

    afterwards = pick(_("以后"), [(one.value, one.label) for one in (Afterwards.LATER, Afterwards.NEVER)])
