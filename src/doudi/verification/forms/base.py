"""A form that ends in one action; what the action refuses stands beside its field, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.db import transaction

from doudi.documents.sniffing import Refused as FileRefused
from doudi.registry.actions import Refused


class ActionForm(forms.Form):
    """`carried_out` calls the action; `status` is that of the page that shows the form."""

    result: Any = None

    def carried_out(self, action: Callable[..., Any], **fixed: Any) -> bool:
        """Whether the form was good and the action did it."""
        if not self.is_valid():
            return False
        try:
            # What the action kept before it was refused (an uploaded paper) goes back with it.
            with transaction.atomic():
                self.result = action(**fixed)
        except Refused as refused:
            for field, messages in refused.by_field.items():
                for message in messages:
                    self.add_error(field if field in self.fields else None, message)
            return False
        except FileRefused as refused:
            self.add_error("file" if "file" in self.fields else None, str(refused))
            return False
        return True

    @property
    def status(self) -> int:
        """200, or 422 with errors to show."""
        return 422 if self.errors else 200
