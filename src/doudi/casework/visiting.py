"""What investigators look at and ask about: the prompts of the visit form, kept as one text."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PROMPTS: Mapping[str, str | Promise] = {
    "dwelling": _("居住"),
    "labour": _("劳动力"),
    "utilities": _("用水用电"),
    "income": _("收入来源"),
    "health": _("健康和照料"),
    "neighbours": _("邻里反映"),
    "other": _("其他情况"),
}
HINTS: Mapping[str, str | Promise] = {
    "dwelling": _("房屋结构、是否安全、室内有什么"),
    "labour": _("谁能干活、谁在家照料"),
    "utilities": _("电费水费单、燃料"),
    "income": _("打工、种养、补助、亲属接济"),
    "health": _("谁生病、谁要人照料"),
    "neighbours": _("只写情况，不写是谁说的"),
}


def joined(said: Mapping[str, str]) -> str:
    """The answers as one text, a line a prompt; what nobody answered is left out."""
    return "\n".join(f"{label}：{said[key].strip()}" for key, label in PROMPTS.items() if said.get(key, "").strip())
