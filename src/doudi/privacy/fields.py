"""Model fields whose values never lie readable in the database."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import FieldError
from django.db import models

from .cipher import keyring


class EncryptedText(models.BinaryField):
    """Text sealed with SM4-GCM; reads back as `str`, empty and null stay as they are. Cannot be searched."""

    description = "text encrypted with SM4-GCM"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("editable", True)
        super().__init__(*args, **kwargs)

    @property
    def purpose(self) -> str:
        """What the ciphertext is bound to: table and column, so that it opens nowhere else."""
        return f"{self.model._meta.db_table}.{self.column}"

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if isinstance(value, str):
            value = keyring().seal(value, purpose=self.purpose)
        return super().get_db_prep_value(value, connection, prepared)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> str | None:
        return None if value is None else keyring().open(value, purpose=self.purpose)

    def to_python(self, value: Any) -> Any:
        return value

    def value_to_string(self, obj: Any) -> str:
        raise FieldError("encrypted fields are not serialised")

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise FieldError(f"{self.name} is encrypted: search its blind index instead")
        return super().get_lookup(lookup_name)


def sealed(path: str) -> models.ExpressionWrapper:
    """An encrypted field as it lies in the database, to be opened by the column with `Keyring.open_many`."""
    return models.ExpressionWrapper(models.F(path), output_field=models.BinaryField())


def bound_to(model: type[models.Model], name: str) -> str:
    """What the values of an encrypted field are bound to."""
    field = model._meta.get_field(name)
    assert isinstance(field, EncryptedText)
    return field.purpose


class BlindIndex(models.BinaryField):
    """The keyed index of another field, for equality search. `purpose` names what is indexed (e.g. 'resident_id')."""

    def __init__(self, *args: Any, purpose: str = "", **kwargs: Any) -> None:
        self.purpose = purpose
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        return name, path, list(args), {**kwargs, "purpose": self.purpose}


def blind(text: str, *, purpose: str) -> bytes:
    """The blind index of a normalised value."""
    return keyring().index(text, purpose=purpose)
