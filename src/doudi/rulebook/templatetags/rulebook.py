"""Words of the rulebook in templates."""

from __future__ import annotations

from collections.abc import Mapping

from django import template
from django.urls import reverse

from doudi.policy.law import instruments

from ..values import CATEGORIES

register = template.Library()


@register.filter
def among(key: str, labels: Mapping[str, str]) -> str:
    """`{{ name|among:labels }}`: what a mapping says for a key, else the key."""
    return labels.get(key, key)


@register.filter
def category(key: str | None) -> str:
    """`{{ row.category|category }}`: a category in words."""
    return str(CATEGORIES.get(key or None, key))


@register.filter
def person(key: str, names: Mapping[str, str]) -> str:
    """`{{ finding.key|person:names }}`: the name behind `person:p1`; empty for the household."""
    entity = key.partition(":")[2]
    return names.get(entity, entity)


@register.filter
def article(number: str) -> str:
    """`{{ row.article|article }}`: 第7条, or the heading where articles have no numbers."""
    return f"第{number}条" if number.isdigit() else number


@register.filter
def source(citation: str) -> str:
    """`{{ clause|source }}`: the page of the instrument that a citation names; empty where none has that name."""
    short = citation.removeprefix("《").partition("》")[0]
    key = next((one.key for one in instruments() if one.short == short), "")
    return reverse("rulebook:instrument", args=[key]) if key else ""
