"""Words of the rulebook in templates."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from urllib.parse import quote

from django import template
from django.urls import reverse

from doudi.policy.law import Article, instruments

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
    """`{{ clause|source }}`: the article that a citation names, on its instrument's page; empty if there is none."""
    found = _cited().get(citation)
    if found is None:
        return ""
    return f"{reverse('rulebook:instrument', args=[found.instrument.key])}#{quote(found.key)}"


@cache
def _cited() -> dict[str, Article]:
    """Every article by its citation; the law of a running process does not change."""
    return {article.citation: article for one in instruments() for article in one.articles}
