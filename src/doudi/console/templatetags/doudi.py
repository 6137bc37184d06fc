"""How amounts, numbers, days and categories look: tags, so that no page can format them its own way."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

from django import template
from django.utils import timezone
from django.utils.dateformat import format as date_format
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy

from doudi.kernel.money import format_yuan
from doudi.privacy.masking import mask_phone

register = template.Library()

_ICON_SHEET = Path(__file__).parents[1] / "static" / "console" / "icons.css"
ICONS = frozenset(re.findall(r"^\.i-([a-z]+)\{", _ICON_SHEET.read_text(encoding="utf-8"), re.MULTILINE))
UNKNOWN = "—"
# What pages count, written out so that the words are found for translation.
UNITS = (
    ngettext_lazy("个工作日", "个工作日"),
    ngettext_lazy("户", "户"),
    ngettext_lazy("人", "人"),
    ngettext_lazy("件", "件"),
    ngettext_lazy("条", "条"),
    ngettext_lazy("天", "天"),
    ngettext_lazy("个", "个"),
    ngettext_lazy("份", "份"),
    ngettext_lazy("次", "次"),
    ngettext_lazy("行", "行"),
    ngettext_lazy("项", "项"),
    ngettext_lazy("样", "样"),
    ngettext_lazy("小时", "小时"),
    ngettext_lazy("个乡镇街道", "个乡镇街道"),
    ngettext_lazy("个村社区", "个村社区"),
    ngettext_lazy("个来源", "个来源"),
)


class Seal(NamedTuple):
    """How a category of hardship is marked: CSS class, one character, the words beside it."""

    css: str
    character: str
    label: str | Promise


SEALS = {
    "dibao": Seal("db", "低", gettext_lazy("低保对象")),
    "tekun": Seal("tk", "特", gettext_lazy("特困人员")),
    "near_threshold": Seal("by", "边", gettext_lazy("低保边缘")),
    "rigid_expenditure": Seal("gx", "刚", gettext_lazy("刚性支出困难")),
    "relapse_watch": Seal("jc", "监", gettext_lazy("监测对象")),
    "other": Seal("qt", "他", gettext_lazy("其他低收入")),
}


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """`{% icon "home" %}`: decoration; with `label` it speaks. ValueError for a name that icons.css lacks."""
    if name not in ICONS:
        raise ValueError(f"No icon named {name!r}; see ICONS.")
    spoken = format_html('<span class="vh">{}</span>', label) if label else ""
    return format_html('<i class="i i-{}" aria-hidden="true"></i>{}', name, spoken)


@register.simple_tag
def sep() -> SafeString:
    """`{% sep %}`: the small dot between two pieces of metadata."""
    return mark_safe('<span class="sep" aria-hidden="true"> </span>')


@register.simple_tag
def yuan(fen: int | None, unit: bool = False, sign: bool = False) -> SafeString:
    """`{% yuan 111900 %}`: 1,119.00 with lighter decimals; `unit` adds 元, `sign` a plus; None is unknown."""
    if fen is None or fen == "":
        return format_html('<span class="money">{}</span>', UNKNOWN)
    whole, decimals = format_yuan(fen).split(".")
    plus = "+" if sign and fen > 0 else ""
    return format_html(
        '<span class="money">{}{}<i>.{}</i></span>{}', plus, whole, decimals, f" {_('元')}" if unit else ""
    )


@register.simple_tag
def money(fen: int | None, sign: bool = False, label: str = "") -> SafeString:
    """`{% money fen %}`: a whole table cell, right-aligned; `label` names it where the table is stacked."""
    named = format_html(' data-label="{}"', label) if label else ""
    return format_html('<td class="r"{}>{}</td>', named, yuan(fen, sign=sign))


@register.simple_tag
def idno(value: object) -> SafeString:
    """`{% idno person.resident_id %}`: always masked; read aloud as its last characters."""
    number = "" if value is None else str(value)
    if not number:
        return mask_nothing()
    ending = 3 if len(number) == 15 else 4
    shown = _mask_id(number, ending)
    return _masked(shown, _("身份证号，末 %(n)s 位 %(end)s") % {"n": ending, "end": shown[-ending:]})


@register.simple_tag
def phone(value: object) -> SafeString:
    """`{% phone person.phone %}`: 138****2671, whatever is given; read aloud as its last four digits."""
    number = "" if value is None else str(value)
    if not number:
        return mask_nothing()
    shown = number if "*" in number else mask_phone(number)
    return _masked(shown, _("电话，末 4 位 %(end)s") % {"end": shown.rpartition("*")[2]})


def _mask_id(number: str, ending: int) -> str:
    if "*" in number:
        return number
    if len(number) not in (15, 18):
        return "*" * len(number)
    return number[:6] + "*" * (len(number) - 6 - ending) + number[-ending:]


def _masked(shown: str, spoken: str) -> SafeString:
    return format_html(
        '<span class="id nw"><span aria-hidden="true">{}</span><span class="vh">{}</span></span>',
        shown,
        spoken,
    )


def mask_nothing() -> SafeString:
    """A number that nobody has given us."""
    return format_html('<span class="id">{}</span>', UNKNOWN)


@register.inclusion_tag("console/_reveal_button.html")
def reveal(url: str, who: str, what: str = "") -> dict[str, Any]:
    """`{% reveal url person.name %}`: the eye after a masked value; asks a reason, then POSTs to `url`."""
    return {"url": url, "who": who, "what": what or _("身份证号")}


@register.simple_tag
def seal(category: str, short: bool = False, label: str = "") -> SafeString:
    """`{% seal "dibao" %}`: the mark of a category and its words, which `short` hides from the eye."""
    mark = SEALS.get(str(category), SEALS["other"])
    words = label or mark.label
    css = mark_safe(' class="vh"') if short else ""
    markup = '<span class="seal {}"><i aria-hidden="true">{}</i><span{}>{}</span></span>'
    return format_html(markup, mark.css, mark.character, css, words)


@register.simple_tag
def sla(days_left: int | None, unit: str = "", text: str = "", amber: int = 5) -> SafeString:
    """`{% sla days_left %}`: the clock of a matter; negative is overdue, None waits for somebody else.

    `unit` is 个工作日 unless given; `text` replaces the words; amber from `amber` days left.
    """
    unit = units(days_left, unit or "个工作日")
    if days_left is None:
        css, words = "d", _("等待他人")
    elif days_left < 0:
        css, words = "x", _("逾期 %(n)s %(unit)s") % {"n": -days_left, "unit": unit}
    elif days_left == 0:
        css, words = "a", _("今天")
    else:
        css, words = (
            "a" if days_left <= amber else "g",
            _("剩 %(n)s %(unit)s") % {"n": days_left, "unit": unit},
        )
    return format_html('<span class="sla {}">{}</span>', css, text or words)


@register.simple_tag(takes_context=True)
def day(context: dict[str, Any], value: date | datetime | None, time: bool = False, year: bool = False) -> SafeString:
    """`{% day value %}`: 11月12日, with the year if it is not this one (or `year`); `time` adds 14:20."""
    if not value:
        return SafeString(UNKNOWN)
    local = timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value
    same = local.year == (context.get("today") or timezone.localdate()).year and not year
    # Translators: PHP-style date format, day and month.
    words = date_format(local, _("n月j日") if same else _("Y年n月j日"))
    clock = f" {local:%H:%M}" if time and isinstance(local, datetime) else ""
    machine = local.isoformat(timespec="minutes") if isinstance(local, datetime) else local.isoformat()
    return format_html('<time datetime="{}" class="nw">{}{}</time>', machine, words, clock)


@register.simple_tag
def count(number: int | None, unit: str = "") -> SafeString:
    """`{% count 1234 "户" %}`: 1,234 户, never broken over two lines; None is unknown."""
    shown = UNKNOWN if number is None or number == "" else f"{number:,}"
    words = f" {units(number, unit)}" if unit else ""
    return format_html('<span class="nw">{}{}</span>', shown, words)


@register.simple_tag(takes_context=True)
def carried(context: dict[str, Any], *own: str) -> SafeString:
    """`{% carried "q" "page" %}`: the parameters of the address as hidden fields, save those a form asks for itself.

    Never `request.GET.items` in a template: an address with a parameter named `items` answers with its value.
    """
    lists = context["request"].GET.lists()
    pairs = [(name, value) for name, values in lists for value in values if name not in own]
    return format_html_join("", '<input type="hidden" name="{}" value="{}">', pairs)


@register.filter
def thousands(number: int | None) -> str:
    """`{{ 17924|thousands }}`: 17,924. Django's own grouping counts Chinese numbers by four digits."""
    return UNKNOWN if number is None else f"{number:,}"


@register.simple_tag
def units(number: int | None, unit: str) -> str:
    """`{% units n "户" as u %}`: only the unit, in the language of the page and in the number of `number`."""
    return ngettext(unit, unit, abs(number or 0))
