"""The guard at the door: what goes out to the public is read once more for what must never be in it.

A notice may say a name, a number of people and an amount (M57-24). Numbers of identity, phone and bank, addresses,
words of illness and disability, and the names of minors are found here whatever field they were typed into.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from doudi.kernel.text import half_width
from doudi.registry.actions.refusal import refuse

ILLNESS = (
    "癌", "肿瘤", "白血病", "尿毒症", "透析", "艾滋", "精神", "智力", "残疾", "瘫痪", "中风", "糖尿病", "心脏病",
    "重病", "患病", "手术", "住院", "血友病", "癫痫", "肝炎", "结核", "孤独症", "唐氏", "吸毒", "戒毒", "服刑", "监狱",
)  # fmt: skip
NUMBERS = (
    ("resident_id", re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)|(?<!\d)\d{15}(?!\d)")),
    ("bank_account", re.compile(r"(?<!\d)\d{16,19}(?!\d)")),
    ("phone", re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)|(?<!\d)0\d{2,3}[- ]?\d{7,8}(?!\d)")),
)
ADDRESS = re.compile(r"\d+\s*(号|室|栋|单元|组)|[一二三四五六七八九十]+组")
NUMBER_KINDS = frozenset(kind for kind, _pattern in NUMBERS)
SPACED = re.compile(r"(?<=\d)[\s-](?=\d)")


@dataclass(frozen=True)
class Leak:
    """Something that must not go out: its kind and the words for the person who can mend it."""

    kind: str
    words: str


def check_outgoing(*texts: str, minors: Iterable[str] = (), kinds: frozenset[str] | None = None) -> None:
    """The guard: Refused naming what must not go out. `kinds`: only these, for a paper for the family alone."""
    children = list(minors)
    found = [leak for text in texts for leak in leaks(text, children) if kinds is None or leak.kind in kinds]
    if found:
        what = "、".join(dict.fromkeys(leak.words for leak in found))
        raise refuse("", _("公开的内容里有%(what)s，依法不能公开，请更正后再发布。") % {"what": what})


def leaks(text: str, minors: Iterable[str] = ()) -> list[Leak]:
    """Everything in a text that must not go out; `minors` are the names of children concerned."""
    return list(_leaks(half_width(text), minors))


def _leaks(text: str, minors: Iterable[str]) -> Iterator[Leak]:
    joined = SPACED.sub("", text)
    for kind, pattern in NUMBERS:
        if pattern.search(text) or pattern.search(joined):
            yield Leak(
                kind, {"resident_id": _("身份证号"), "bank_account": _("银行账号"), "phone": _("电话号码")}[kind]
            )
    if ADDRESS.search(text):
        yield Leak("address", _("具体住址"))
    if any(word in text for word in ILLNESS):
        yield Leak("health", _("疾病、残疾等情况"))
    if any(name and name in text for name in minors):
        yield Leak("minor", _("未成年人姓名"))
