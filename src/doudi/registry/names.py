"""Names as people write them: cleaned for storing, and spelled so that a clerk can type what they hear."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from django.utils.translation import gettext as _
from pypinyin import Style, pinyin

from doudi.kernel.text import half_width

LONGEST = 60
LONGEST_PINYIN = 200

# By block and not by Unicode category: the newest blocks of GB 18030 are unassigned in Python 3.11's tables.
HAN = (
    (0x3007, 0x3007), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x2FA1F), (0x2EBF0, 0x2EE5F),
    (0x30000, 0x3347F),
)  # fmt: skip
_DOTS = dict.fromkeys(map(ord, "•・‧･⋅∙●."), "·")
_BETWEEN = "·'’-"

# Readings in the names of Dehong that differ from the usual one, wherever in the name: Jingpo 勒 (le) and Dai 岩 (ai).
IN_NAMES = {"勒": "le", "岩": "ai"}

# Readings of a surname that differ from the character's usual reading, and of the Dai 召 and 岩 (ai) of Dehong.
SURNAMES = {
    "单": "shan", "解": "xie", "仇": "qiu", "查": "zha", "曾": "zeng", "朴": "piao", "区": "ou", "盖": "ge",
    "覃": "qin", "缪": "miao", "翟": "zhai", "乐": "yue", "员": "yun", "繁": "po", "种": "chong", "洗": "xian",
    "折": "she", "秘": "bi", "佴": "nai", "隗": "wei", "祭": "zhai", "岩": "ai", "牟": "mu", "黑": "he",
    "尉迟": "yu chi", "万俟": "mo qi", "澹台": "tan tai", "单于": "chan yu", "藏": "zang", "卜": "bu", "郇": "xun",
    "乜": "nie",
}  # fmt: skip


class NameProblem(ValueError):
    """A text that is no name; the message says why in Chinese."""


def is_han(character: str) -> bool:
    """Whether a character is a Han ideograph, including the rare ones of four GB 18030 bytes."""
    code = ord(character)
    return any(first <= code <= last for first, last in HAN)


def clean_name(text: str) -> str:
    """The name in normal form: one middle dot, half-width letters, no stray blanks. NameProblem says what is wrong."""
    if len(text) > 10 * LONGEST:  # before any work on it
        raise NameProblem(_("姓名过长（最多 %(n)s 个字），请核对。") % {"n": LONGEST})
    bad = next((c for c in text if unicodedata.category(c) in ("Cc", "Cs") and c not in "\t\r\n"), None)
    if bad is not None:
        raise NameProblem(_("姓名含有看不见的控制字符，请删去后重新输入。"))
    name = unicodedata.normalize("NFC", half_width(text)).translate(_DOTS)
    name = _without_blanks(name)
    if not name:
        raise NameProblem(_("姓名不能为空。"))
    if len(name) > LONGEST:
        raise NameProblem(_("姓名过长（最多 %(n)s 个字），请核对。") % {"n": LONGEST})
    _check_characters(name)
    return name


def _without_blanks(name: str) -> str:
    """Blanks between Han characters go; between Latin words one stays."""
    words = name.split()
    joined = words[0] if words else ""
    for word in words[1:]:
        both_latin = joined[-1].isascii() and word[0].isascii() and joined[-1].isalpha() and word[0].isalpha()
        joined += f" {word}" if both_latin else word
    return joined


def _check_characters(name: str) -> None:
    for before, character in zip("·" + name, name, strict=False):
        if is_han(character) or character == " " or unicodedata.category(character)[0] == "L":
            continue
        if character in _BETWEEN and before not in _BETWEEN:
            continue
        if unicodedata.category(character) in ("Mn", "Mc") and unicodedata.category(before)[0] in "LM":
            continue  # vowel signs of Dai and other scripts
        raise NameProblem(_complaint(character))
    if name[-1] in "·-":
        raise NameProblem(_("姓名不能以间隔号或连字符结尾，请核对。"))


def _complaint(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Co":
        return _("姓名含有自造字（U+%(code)s），请改用标准编码的汉字。") % {"code": f"{ord(character):04X}"}
    if category in ("So", "Sk", "Cn", "Mn", "Me", "Cf"):
        return _("姓名含有表情或符号，请删去后重新输入。")
    return _("姓名含有不能用的字符“%(c)s”，只能用汉字、字母和间隔号“·”。") % {"c": character}


@lru_cache(maxsize=40_000)
def syllable(character: str) -> str:
    """How a character is read in a name; one without a known reading stands for itself."""
    return IN_NAMES.get(character) or str(pinyin(character, style=Style.NORMAL, errors=lambda c: c)[0][0]).lower()


def _syllables(name: str) -> list[str]:
    for length in (2, 1):
        reading = SURNAMES.get(name[:length])
        # A two-character name such as 单于 is 单 and a given name, not the compound surname.
        if reading and len(name) > length:
            return reading.split() + [s for part in _parts(name[length:]) for s in part]
    return [s for part in _parts(name) for s in part]


def _parts(name: str) -> list[list[str]]:
    """Han characters one by one, Latin words whole."""
    found = re.findall(r"[A-Za-zÀ-ɏ]+|[^\sA-Za-zÀ-ɏ·'’-]", name)
    return [[syllable(word) if len(word) == 1 and is_han(word) else word.lower()] for word in found]


def spell(name: str) -> tuple[str, str]:
    """What a clerk types to find a name: full pinyin without blanks, and the initials of its syllables."""
    syllables = _syllables(name)
    return "".join(syllables)[:LONGEST_PINYIN], "".join(s[0] for s in syllables)[:LONGEST]
