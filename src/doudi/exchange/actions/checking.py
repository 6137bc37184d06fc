"""Reading one event of theirs: everything that is wrong with it, in words for the people who run their system."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from ..kinds import REASONS, WATCH_KINDS, Theirs

DIGEST = re.compile(r"[0-9a-f]{32}")
LARGEST = 2**53
MOST_PEOPLE = 50
NEEDS_KIND = (Theirs.ADDED, Theirs.CHANGED)


class Invalid(Exception):
    """The event cannot be taken in; the message lists everything."""

    def __init__(self, number: int, problems: list[str]) -> None:
        self.number = number
        super().__init__("；".join(problems))


def read(event: Any, on: date) -> dict[str, Any]:
    """The event as it is kept. Invalid with every problem."""
    if not isinstance(event, Mapping):
        raise Invalid(0, [_("事件应是一个对象。")])
    problems: list[str] = []
    number = _number(event.get("number"), problems)
    kind = str(event.get("kind", ""))
    if kind not in Theirs.values:
        problems.append(_("kind 只能是：%(words)s。") % {"words": "、".join(Theirs.values)})
    said = {
        "number": number, "kind": kind, "code": _code(event, kind, problems),
        "reason": _reason(event, problems), "happened_on": _day(event.get("happened_on"), on, problems),
        "people": _people(event.get("people"), problems), "name": _text(event, "name", 60, problems),
        "township": _text(event, "township", 12, problems),
    }  # fmt: skip
    if problems:
        raise Invalid(number, problems)
    return said


def _number(value: Any, problems: list[str]) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value < LARGEST:
        return value
    problems.append(_("number 应是从 1 开始的整数。"))
    return 0


def _code(event: Mapping[str, Any], kind: str, problems: list[str]) -> str:
    if kind not in NEEDS_KIND:
        return ""
    code = event.get("code")
    if code not in WATCH_KINDS:
        problems.append(_("code 应是监测类型：%(words)s。") % {"words": "、".join(WATCH_KINDS)})
        return ""
    return str(code)


def _reason(event: Mapping[str, Any], problems: list[str]) -> str:
    reason = event.get("reason") or ""
    if reason not in REASONS:
        problems.append(_("reason 只能是：%(words)s。") % {"words": "、".join(REASONS[1:])})
        return ""
    return str(reason)


def _day(value: Any, on: date, problems: list[str]) -> date:
    try:
        day = date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        day = None
    if day is None or day.year < 2014:
        problems.append(_("happened_on 应写成 2026-11-23 这样，不早于 2014 年。"))
        return on
    if day > on:
        problems.append(_("happened_on 晚于今天。"))
    return day


def _people(value: Any, problems: list[str]) -> list[str]:
    good = isinstance(value, list) and 1 <= len(value) <= MOST_PEOPLE
    if not good or not all(isinstance(one, str) and DIGEST.fullmatch(one) for one in value):
        problems.append(_("people 应是 1 至 50 个摘要（32 位小写十六进制），户主在前。"))
        return []
    return list(dict.fromkeys(value))


def _text(event: Mapping[str, Any], field: str, longest: int, problems: list[str]) -> str:
    value = event.get(field) or ""
    if not isinstance(value, str) or len(value) > longest or not (value == "" or value.isprintable()):
        problems.append(_("%(field)s 应是不超过 %(n)s 个字的文字。") % {"field": field, "n": longest})
        return ""
    return value
