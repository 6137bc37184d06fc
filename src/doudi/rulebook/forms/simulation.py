"""The dials of a simulation: parameters, and rules to put in place of others; any number of them at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from doudi.policy import Rulebook
from doudi.policy.overlays import OVERLAYS
from doudi.policy.parameters.lookup import Value

from ..queries.simulation import Dial

HIGHEST = 1_000_000


class DialsForm(forms.Form):
    """A value for each dial; empty is what holds today."""

    rule = forms.MultipleChoiceField(
        label=_("换一条规则"), required=False, widget=forms.CheckboxSelectMultiple,
        choices=[(name, label) for name, (label, _rules) in OVERLAYS.items()],
    )  # fmt: skip

    def __init__(self, data: Any, dials: Sequence[Dial]) -> None:
        super().__init__(data, auto_id="dial-%s")
        self.dials = dials
        for dial in dials:
            self.fields[dial.name] = _field(dial)

    def rows(self) -> list[dict[str, Any]]:
        """Each dial with its field and what stands in it."""
        return [self._row(dial) for dial in self.dials]

    def _row(self, dial: Dial) -> dict[str, Any]:
        field = self[dial.name]
        return {"dial": dial, "field": field, "value": field.value() or ("" if dial.choices else dial.typed_now)}

    @property
    def more_open(self) -> bool:
        """Whether something that is not always in view has been turned."""
        return any(not dial.slides for dial, _value in self.turned()) or bool(self._cleaned("rule"))

    def turned(self) -> list[tuple[Dial, Value]]:
        """The dials that differ from today, with the value as the rulebook keeps it."""
        values = [(dial, _kept(dial, self._cleaned(dial.name))) for dial in self.dials]
        return [(dial, value) for dial, value in values if value is not None and value != dial.now]

    def told(self) -> list[str]:
        """What is being tried, in words."""
        said = [f"{dial.label} {_typed(dial, value)}（{_now(dial)}）" for dial, value in self.turned()]
        return said + [OVERLAYS[name][0] for name in self._cleaned("rule") or ()]

    def laid_over(self, book: Rulebook) -> Rulebook:
        """The rulebook with everything that was turned."""
        values = {dial.name: value for dial, value in self.turned()}
        rules = tuple(rule for name in self._cleaned("rule") or () for rule in OVERLAYS[name][1])
        return book.laid_over(values, rules) if values or rules else book

    def _cleaned(self, name: str) -> Any:
        return self.cleaned_data.get(name) if self.is_bound and self.is_valid() else None


def _field(dial: Dial) -> forms.Field:
    common: dict[str, Any] = {"label": str(dial.label), "required": False}
    if dial.choices:
        return forms.ChoiceField(choices=[("", _now(dial)), *dial.choices], **common)
    return forms.IntegerField(min_value=0, max_value=HIGHEST, **common)


def _kept(dial: Dial, given: Any) -> Value | None:
    if given is None or given == "":
        return None
    return int(given) * (100 if dial.money else 1) if not dial.choices else dial.quantity.read(given)


def _typed(dial: Dial, value: Value) -> str:
    return str(dict(dial.choices).get(str(value).lower(), value)) if dial.choices else f"{_yuan(dial, value):,}"


def _yuan(dial: Dial, value: Value) -> int:
    return int(value) // 100 if dial.money else int(value)


def _now(dial: Dial) -> str:
    return str(_("现行 %(value)s")) % {"value": dial.said_now}
