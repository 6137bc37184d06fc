"""Names as people write them, and what a clerk types to find them; code lists."""

from __future__ import annotations

import pytest

from doudi.registry.codes import ETHNIC_GROUPS, RELATIONS, ethnicity_code, relation_code
from doudi.registry.names import NameProblem, clean_name, spell


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("王 小　明", "王小明"), ("阿依古丽•买买提", "阿依古丽·买买提"), ("阿依古丽・买买提", "阿依古丽·买买提"),
        ("阿依古丽‧买买提", "阿依古丽·买买提"),
        ("ＭＡＲＩＡ　Lopez", "MARIA Lopez"), ("𬭚", "𬭚"), ("\U000323af", "\U000323af"),
        ("王" * 60, "王" * 60), ("ᥖᥭᥰ", "ᥖᥭᥰ"),
    ],
)  # fmt: skip
def test_a_name_is_kept_in_one_normal_form(written, kept) -> None:
    assert clean_name(written) == kept


@pytest.mark.parametrize(
    "text",
    ["", "　 ", "王" * 61, "王" * 10_000_000, "王😀", "王\0", "王\x1b[2J", "\ud800", "王\u202e明", "👨‍👩‍👧", "1⃣",
     "=cmd()", "王1", "·王", "王·", "王··明", "\ue000", "<b>"],
)  # fmt: skip
def test_what_is_no_name_is_refused_with_a_reason(text) -> None:
    with pytest.raises(NameProblem):
        clean_name(text)


@pytest.mark.parametrize(
    ("name", "pinyin", "initials"),
    [
        ("单雄信", "shanxiongxin", "sxx"), ("解三", "xiesan", "xs"), ("仇英", "qiuying", "qy"),
        ("查良", "zhaliang", "zl"),
        ("曾子", "zengzi", "zz"), ("朴正", "piaozheng", "pz"),
        ("尹三", "yinsan", "ys"), ("刀安仁", "daoanren", "dar"),
        ("尉迟恭", "yuchigong", "ycg"), ("单于", "shanyu", "sy"), ("阿依·买", "ayimai", "aym"), ("吕布", "lvbu", "lb"),
        ("\U000323af三", "\U000323afsan", "\U000323afs"), ("MARIA Lopez", "marialopez", "ml"),
    ],
)  # fmt: skip
def test_a_name_is_spelled_as_it_is_spoken(name, pinyin, initials) -> None:
    assert spell(name) == (pinyin, initials)


def test_relations_and_ethnic_groups_are_read_from_words_and_codes() -> None:
    assert [relation_code(w) for w in ("户主", "长子", "儿媳", "丈夫", "０２", "2", "朋友圈")] == [
        "02", "22", "38", "11", "02", None, None,
    ]  # fmt: skip
    assert {ethnicity_code(w) for w in ("傣", "傣族", "18", "DA", "dai")} == {"18"}
    assert (len(ETHNIC_GROUPS), ETHNIC_GROUPS["46"].roman, RELATIONS["02"]) == (58, "Deang", "户主")
