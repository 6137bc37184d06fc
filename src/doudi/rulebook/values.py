"""Values of parameters in words, and read from what somebody typed: money in yuan on pages, in fen inside."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doudi.accounts.errors import Refused
from doudi.kernel.money import format_yuan, parse_yuan
from doudi.policy import PolicyError
from doudi.policy.engine.units import BOOLEAN
from doudi.policy.parameters import Quantity
from doudi.policy.parameters.lookup import Value
from doudi.policy.wording import PARAMETER_WORDS, said

CLASSES: dict[str | None, str | Promise] = {
    None: gettext_lazy("城乡相同"),
    "urban": gettext_lazy("城镇"),
    "rural": gettext_lazy("农村"),
}
PARTS: dict[str, str | Promise] = {
    "home": gettext_lazy("分散供养"), "institution": gettext_lazy("集中供养"),
    "1": gettext_lazy("一档"), "2": gettext_lazy("二档"), "3": gettext_lazy("三档"),
    "A": gettext_lazy("甲档"), "B": gettext_lazy("乙档"), "C": gettext_lazy("丙档"),
    "dibao": gettext_lazy("低保"), "near_threshold": gettext_lazy("低保边缘"),
    "rigid": gettext_lazy("刚性支出困难"), "tekun": gettext_lazy("特困"),
    "elder": gettext_lazy("老年人"), "minor": gettext_lazy("未成年人"),
    "severely_disabled": gettext_lazy("重度残疾人"), "severely_ill": gettext_lazy("重病患者"),
    "emergency": gettext_lazy("急难型"), "expenditure": gettext_lazy("支出型"),
    "light": gettext_lazy("较轻"), "medium": gettext_lazy("中等"), "severe": gettext_lazy("较重"),
}  # fmt: skip
CATEGORIES: dict[str | None, str | Promise] = {
    "dibao": gettext_lazy("低保"), "near_threshold": gettext_lazy("低保边缘"),
    "rigid_expenditure": gettext_lazy("刚性支出困难"), "relapse_watch": gettext_lazy("监测对象"),
    "none": gettext_lazy("不在范围"), None: gettext_lazy("情况不全，无法判断"),
}  # fmt: skip


def title(quantity: Quantity) -> str:
    """What a parameter is called, with its part."""
    parts = "".join(f"，{PARTS.get(part, part)}" for part in quantity.name.split(".")[1:])
    return quantity.label + parts


def shown(quantity: Quantity, value: Value | None) -> str:
    """A value with its unit; 未定 for one that is open."""
    return _("未定") if value is None else said(value, quantity.unit, PARAMETER_WORDS)


def typed(quantity: Quantity, value: Value | None) -> str:
    """A value as one would type it."""
    if value is None:
        return ""
    if quantity.unit.money and isinstance(value, int):
        return format_yuan(value).replace(",", "")
    return {True: "true", False: "false"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def unit_of(quantity: Quantity) -> str:
    """What a number is typed in."""
    if quantity.unit.money:
        return _("元/月") if quantity.unit.monthly else _("元")
    suffix = "" if quantity.unit == BOOLEAN or quantity.choices else said(0, quantity.unit)
    return suffix.lstrip("0. ").strip()


def read(quantity: Quantity, text: str) -> Value:
    """What somebody typed, as the rulebook keeps it; Refused with the reason."""
    try:
        if not quantity.unit.money:
            return quantity.read(text.strip())
        value = int(parse_yuan(text))
    except (PolicyError, ValueError) as error:
        raise Refused(str(error), "value") from error
    if not quantity.allows(value):
        raise Refused(_("金额不在允许的范围内"), "value")
    return value
