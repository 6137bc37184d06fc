"""Whose income a curve follows, which, how far, and under which other standard."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from doudi.policy.curve import INCOMES, WAGE
from doudi.policy.facts import PERSON_FACTS

from .facts import YuanField


class CurveForm(forms.Form):
    """Everything may be left as it is: the first member's wages under the standard in force."""

    person = forms.ChoiceField(label=_("谁的收入"), required=False)
    fact = forms.ChoiceField(
        label=_("哪一项收入"), required=False, choices=[(name, PERSON_FACTS[name].label) for name in INCOMES]
    )
    high = YuanField(
        label=_("看到全年多少元"), required=False, widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        help_text=_("不填就看到各项救助都停止为止"),
    )  # fmt: skip
    standard = YuanField(
        label=_("如果低保标准是（元/月）"), required=False, widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        help_text=_("只作比较，不影响实际标准"),
    )  # fmt: skip

    def __init__(self, data: Any, people: Sequence[tuple[str, str]]) -> None:
        super().__init__(data, prefix="curve", auto_id="curve-%s")
        self.people = people
        self.fields["person"].choices = people  # type: ignore[attr-defined]

    @property
    def chosen(self) -> str:
        """The member, the first unless another is chosen."""
        return str(self._given("person") or self.people[0][0])

    def how(self) -> dict[str, Any]:
        """What the curve is told."""
        return {"fact": self._given("fact") or WAGE, "high": self._given("high")}

    def overlay(self) -> dict[str, int]:
        """The other standard, if one is given."""
        standard = self._given("standard")
        return {} if standard is None else {"dibao_standard": standard}

    def _given(self, name: str) -> Any:
        return self.cleaned_data.get(name) if self.is_bound and self.is_valid() else None
