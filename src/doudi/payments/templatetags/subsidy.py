"""How pages of the price subsidy write an index."""

from __future__ import annotations

from django import template

from ..queries.subsidy_index import permille as words

register = template.Library()


@register.filter
def permille(value: int | None) -> str:
    """`{{ 35|permille }}`: 3.5%."""
    return words(value)


@register.filter
def points(value: int) -> str:
    """`{{ 4|points }}`: 0.4, tenths of a percent as percentage points."""
    return words(abs(value)).removesuffix("%")
