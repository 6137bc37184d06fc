"""A holder's name beside a person's, character by character; and numbers of accounts."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest

from django.utils.translation import gettext as _

from doudi.kernel.text import compact, half_width
from doudi.registry.names import NameProblem, clean_name

SHORTEST, LONGEST = 16, 19


@dataclass(frozen=True)
class Sign:
    """One place in two names; '' where one name is shorter."""

    held: str
    known: str

    @property
    def same(self) -> bool:
        return self.held == self.known

    @property
    def codes(self) -> tuple[str, str]:
        """The code points: characters that look alike tell themselves apart."""
        return tuple(f"U+{ord(c):04X}" if c else "—" for c in (self.held, self.known))  # type: ignore[return-value]


def compared(holder: str, name: str) -> list[Sign]:
    """Both names side by side."""
    return [Sign(held, known) for held, known in zip_longest(_clean(holder), _clean(name), fillvalue="")]


def difference(holder: str, name: str) -> str:
    """Where the names differ, in a sentence; '' where they do not."""
    signs = compared(holder, name)
    if all(sign.same for sign in signs):
        return ""
    if len(_clean(holder)) != len(_clean(name)):
        said = {"held": len(_clean(holder)), "known": len(_clean(name))}
        return _("户名有 %(held)s 个字，登记的姓名有 %(known)s 个字") % said
    told = []
    for place, sign in enumerate(signs, start=1):
        if not sign.same:
            held_code, known_code = sign.codes
            words: dict[str, object] = {
                "n": place,
                "held": sign.held,
                "hc": held_code,
                "known": sign.known,
                "kc": known_code,
            }
            told.append(_("第 %(n)s 个字户名是“%(held)s”（%(hc)s），登记是“%(known)s”（%(kc)s）") % words)
    return "；".join(told)


def _clean(name: str) -> str:
    try:
        return clean_name(name)
    except NameProblem:
        return half_width(name)


def number_of(text: str) -> str:
    """The digits of an account number as people write it, in groups. ValueError says what is wrong."""
    number = compact(text[:60]).replace("-", "")
    if not number:
        raise ValueError(_("请填写银行账号。"))
    if odd := next((c for c in number if not ("0" <= c <= "9")), ""):
        raise ValueError(_("账号只能是数字，这里有“%(c)s”。字母 O 和数字 0、字母 l 和数字 1 请分清。") % {"c": odd})
    if not SHORTEST <= len(number) <= LONGEST:
        said = {"n": len(number), "least": SHORTEST, "most": LONGEST}
        raise ValueError(_("账号应为 %(least)s 至 %(most)s 位数字，这里是 %(n)s 位，请对照卡面核对。") % said)
    if number.startswith("62") and not luhn(number):
        raise ValueError(_("62 开头的是银联卡，这个卡号最后一位校验不符，请对照卡面逐位核对。"))
    return number


def luhn(number: str) -> bool:
    """The check digit of bank cards (ISO/IEC 7812). Books of savings and rural co-operatives do not carry one."""
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
