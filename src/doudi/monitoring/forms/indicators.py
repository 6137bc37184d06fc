"""Deciding about an indicator."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from doudi.registry.forms.base import DayField, offer, pick, words
from doudi.registry.forms.parts import YuanField
from doudi.verification.forms.base import ActionForm

from ..indicators import Indicator, thresholds
from ..models import Standing


class StandForm(ActionForm):
    """Active or watched only."""

    standing = pick(_("改为"), Standing.choices)
    because = words(_("理由"), rows=2)


class DraftForm(ActionForm):
    """Other thresholds: a field for each that the indicator has, filled with what counts now."""

    place = pick(_("适用范围"), [])
    starts_on = DayField(label=_("从哪天起用"))
    because = words(_("理由"), rows=2)

    def __init__(
        self, data: Any = None, *, each: Indicator, now: dict[str, Any], places: list[tuple[str, str]]
    ) -> None:
        super().__init__(data)
        self.each = each
        offer(self, "place", [("", _("请选择")), *places])
        quantities = thresholds().quantities
        for name in each.thresholds:
            kind = YuanField if name.endswith("_fen") else forms.IntegerField
            hint = _("元") if name.endswith("_fen") else ""
            self.fields[name] = kind(label=quantities[name].label, initial=now.get(name), help_text=hint)
        self.order_fields([*each.thresholds, "place", "starts_on", "because"])

    def values(self) -> dict[str, int]:
        """The thresholds as they were typed."""
        return {name: int(self.cleaned_data[name]) for name in self.each.thresholds}


class DecideForm(ActionForm):
    """Yes or no to somebody else's proposal."""

    approve = forms.ChoiceField(
        label=_("是否批准"), choices=[("yes", _("批准")), ("no", _("不批准"))], widget=forms.RadioSelect
    )
    answer = words(_("意见"), rows=2, required=False, hint=_("不批准的要写明理由"))
