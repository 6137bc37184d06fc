"""A form that ends in one action; what the action refuses stands beside its field, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms

from doudi.registry.actions import Refused


class ActionForm(forms.Form):
    """`carried_out` calls the action; `status` is that of the page that shows the form."""

    result: Any = None

    def carried_out(self, action: Callable[..., Any], **fixed: Any) -> bool:
        """Whether the action did it; its answer is in `result`."""
        try:
            self.result = action(**fixed)
        except Refused as refused:
            for field, messages in refused.by_field.items():
                for message in messages:
                    self.add_error(field if field in self.fields else None, message)
            return False
        return True

    @property
    def status(self) -> int:
        """200, or 422 with errors to show."""
        return 422 if self.errors else 200
