"""Codes of the registry in words, for the pages."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from doudi.registry.codes import RELATIONS
from doudi.registry.models import Certificate

Text = str | Promise

DISABILITIES: dict[str, Text] = {
    "1": _("视力残疾"),
    "2": _("听力残疾"),
    "3": _("言语残疾"),
    "4": _("肢体残疾"),
    "5": _("智力残疾"),
    "6": _("精神残疾"),
    "7": _("多重残疾"),
}
GRADES: dict[int, Text] = {1: _("一级"), 2: _("二级"), 3: _("三级"), 4: _("四级")}
LABOUR: dict[str, Text] = {"full": _("有"), "partial": _("部分丧失"), "none": _("无")}
STUDY: dict[str, Text] = {
    "none": _("不在校"),
    "preschool": _("学前"),
    "compulsory": _("义务教育在读"),
    "senior_secondary": _("高中在读"),
    "vocational_secondary": _("中职在读"),
    "undergraduate": _("大专、本科在读"),
    "postgraduate": _("研究生在读"),
}
SETTINGS: dict[str, Text] = {"home": _("分散供养"), "institution": _("集中供养")}
YES_NO: dict[str, Text] = {"yes": _("是"), "no": _("否")}
WATCH: dict[str, Text] = {
    "none": _("不是"),
    "unstable": _("脱贫不稳定户"),
    "marginal": _("边缘易致贫户"),
    "sudden_hardship": _("突发严重困难户"),
    **YES_NO,
}

K = Certificate.Kind


def relation(code: str) -> str:
    """The relation to the head in the words of GB/T 4761."""
    return RELATIONS.get(code, code)


def certificate_words(kind: str, code: str, grade: int | None) -> Text:
    """What a certificate says, e.g. 肢体残疾二级, 高中在读, 部分丧失."""
    if kind == K.DISABILITY:
        if code == "0":
            return _("无残疾")
        return f"{DISABILITIES.get(code, _('残疾'))}{GRADES.get(grade or 0, '')}"
    if kind == K.SELF_CARE:
        return _("%(n)s 项不能自理") % {"n": grade} if grade else _("能自理")
    tables = {K.STUDY: STUDY, K.LABOUR_CAPACITY: LABOUR, K.SUPPORT_SETTING: SETTINGS}
    return tables.get(K(kind), YES_NO).get(code, code)
