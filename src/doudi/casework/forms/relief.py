"""How much is given in an emergency, decided on the page of the case."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from doudi.rulebook.forms.facts import YuanField

from ..queries.relief import ceiling_words, given_before
from .steps import StepForm

SEVERITIES = (("light", _("较轻")), ("medium", _("一般")), ("severe", _("严重")))


class AmountForm(StepForm):
    """How much, and why again if there was help within twelve months."""

    amount_fen = YuanField(label=_("救助金额（元）"), widget=forms.TextInput(attrs={"inputmode": "decimal"}))
    repeated_because = forms.CharField(
        label=_("再次救助的理由"), required=False, max_length=300, help_text=_("十二个月内已给予过临时救助时填写")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount_fen"].help_text = ceiling_words(self.application)
        if not given_before(self.application, self.application.accepted_on or self.application.opened_on):
            del self.fields["repeated_because"]

    field_order = ("version", "amount_fen", "repeated_because", "note", "on")
