"""The dials of a simulation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from doudi.policy.parameters.lookup import Value

from ..queries.simulation import Dial

HIGHEST = 1_000_000


class DialsForm(forms.Form):
    """A number for each dial; empty is what holds today."""

    def __init__(self, data: Any, dials: Sequence[Dial]) -> None:
        super().__init__(data, auto_id="dial-%s")
        self.dials = dials
        for dial in dials:
            self.fields[dial.name] = forms.IntegerField(
                label=str(dial.label), required=False, min_value=0, max_value=HIGHEST, initial=dial.now
            )

    def rows(self) -> list[dict[str, Any]]:
        """Each dial with its field and what stands in it."""
        told = []
        for dial in self.dials:
            field = self[dial.name]
            told.append({"dial": dial, "field": field, "value": field.value() or dial.now})
        return told

    def values(self) -> dict[str, Value]:
        """What differs from today."""
        typed = [(dial, self.cleaned_data.get(dial.name)) for dial in self.dials]
        return {dial.name: dial.value(number) for dial, number in typed if number is not None and number != dial.now}
