"""The short forms of an emergency: who, what happened, how many; then the amount."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from doudi.registry.actions.refusal import Refused
from doudi.rulebook.forms.facts import YuanField

from ..queries.relief import ceiling_words, given_before
from .steps import StepForm

SEVERITIES = (("light", _("较轻")), ("medium", _("一般")), ("severe", _("严重")))


class ReliefForm(forms.Form):
    """Six things at most, and nothing that can wait."""

    household = forms.CharField(
        label=_("户编号"), required=False, max_length=20, help_text=_("有档案的填户编号；没有或不知道就留空")
    )
    stranger = forms.CharField(
        label=_("救助谁"), required=False, max_length=200, help_text=_("没有档案时写明：姓名或特征、从哪里来")
    )
    place = forms.ChoiceField(label=_("急难发生在哪个村（社区）"))
    cause = forms.CharField(label=_("发生了什么"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    severity = forms.ChoiceField(label=_("困难程度"), choices=SEVERITIES, widget=forms.RadioSelect)
    people_count = forms.IntegerField(label=_("几个人"), min_value=1, max_value=50)

    def __init__(self, *args: Any, places: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["place"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = places

    def refuse(self, refused: Refused) -> None:
        """Put the reasons of an action beside the fields they concern."""
        for field, messages in refused.by_field.items():
            for message in messages:
                self.add_error(field if field in self.fields else None, message)


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
