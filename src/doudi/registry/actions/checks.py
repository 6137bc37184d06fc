"""What must be right about a person, a place or a relation before anything is written. A check reports and goes on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.kernel.resident_id import EARLIEST_BIRTH, ResidentId, ResidentIdError
from doudi.kernel.text import compact, half_width
from doudi.privacy.fields import blind

from ..codes import HEAD, RELATIONS, SELF, ethnicity_code
from ..models import Household, Membership, Person
from ..names import NameProblem, clean_name, spell
from ..places import village
from .appending import membership_on
from .drafts import PersonDraft
from .recording import one_at_a_time
from .refusal import Problems

LONGEST_ADDRESS = 120
_PHONE = re.compile(r"1\d{10}|0\d{9,11}|\d{7,8}")


@dataclass(frozen=True)
class Checked:
    """A person as they will be stored."""

    name: str
    resident_id: str | None
    sex: int
    birth_date: date
    ethnicity: str
    phone: str | None

    def columns(self) -> dict[str, object]:
        """The model's fields, with spelling and blind indexes."""
        pinyin, initials = spell(self.name)
        return {
            "name": self.name,
            "pinyin": pinyin,
            "initials": initials,
            "sex": self.sex,
            "birth_date": self.birth_date,
            "ethnicity": self.ethnicity,
        } | contact_columns(self.resident_id, self.phone)


def contact_columns(resident_id: str | None, phone: str | None) -> dict[str, object]:
    """Number and phone beside their blind indexes."""
    return {
        "resident_id": resident_id,
        "resident_id_index": blind(resident_id, purpose="resident_id") if resident_id else None,
        "phone": phone,
        "phone_index": blind(phone, purpose="phone") if phone else None,
    }


def check_person(draft: PersonDraft, problems: Problems, on: date) -> Checked | None:
    """The person in normal form, or None with every problem reported."""
    before = len(problems.found)
    name = check_name(draft.name, problems)
    number = check_number(draft.resident_id, problems, on)
    birth_date = check_birth_date(draft.birth_date, number, problems, on)
    sex = check_sex(draft.sex, number, problems)
    ethnicity = check_ethnicity(draft.ethnicity, problems)
    phone = check_phone(draft.phone, problems)
    if len(problems.found) > before or birth_date is None or sex is None:
        return None
    return Checked(name, number.number if number else None, sex, birth_date, ethnicity, phone)


def check_name(text: str, problems: Problems) -> str:
    """The name in normal form."""
    try:
        return clean_name(text)
    except NameProblem as problem:
        problems.add("name", str(problem))
        return ""


def check_number(text: str, problems: Problems, on: date) -> ResidentId | None:
    """The number with 18 characters; none is allowed (a newborn)."""
    if not text or not text.strip():
        return None
    try:
        return ResidentId.parse(text[:100], on=on).to_18()
    except ResidentIdError as problem:
        problems.add("resident_id", str(problem))
        return None


def check_birth_date(given: date | None, number: ResidentId | None, problems: Problems, on: date) -> date | None:
    """The birth date from the form or the number; the two must agree."""
    if given is None and number is None:
        problems.add("birth_date", _("没有身份证号时须填写出生日期。"))
        return None
    if given is None:
        return number.birth_date if number else None
    if given > on:
        problems.add("birth_date", _("出生日期晚于 %(day)s，请核对。") % {"day": on})
    elif given < EARLIEST_BIRTH:
        problems.add("birth_date", _("出生日期早于 1880 年，请核对年份。"))
    elif number and given != number.birth_date:
        problems.add("birth_date", _("出生日期与身份证号不一致，请对照证件核对。"))
    return given


def check_sex(given: int | None, number: ResidentId | None, problems: Problems) -> int | None:
    """The sex from the form or the number; the two must agree."""
    if given is None and number is None:
        problems.add("sex", _("没有身份证号时须选择性别。"))
        return None
    if given is not None and given not in (1, 2):
        problems.add("sex", _("性别只能是男或女。"))
    elif given is not None and number and given != number.sex:
        problems.add("sex", _("性别与身份证号不一致，请对照证件核对。"))
    return given if given is not None or number is None else number.sex


def check_ethnicity(text: str, problems: Problems) -> str:
    """The code of an ethnic group given as code or name; empty is not known."""
    if not text:
        return ""
    code = ethnicity_code(text[:30])
    if code is None:
        problems.add("ethnicity", _("没有这个民族，请从列表中选择。"))
    return code or ""


def check_phone(text: str, problems: Problems) -> str | None:
    """Digits only: a mobile number, or a fixed line with or without its area code."""
    digits = compact(text[:100]).replace("-", "").removeprefix("+86")
    if not digits:
        return None
    if not (digits.isascii() and _PHONE.fullmatch(digits)):
        problems.add("phone", _("电话号码应为 11 位手机号或带区号的固定电话，请核对。"))
    return digits


def check_address(text: str, problems: Problems) -> str:
    """An address without characters that cannot be printed."""
    address = half_width(text[: 10 * LONGEST_ADDRESS])
    if len(address) > LONGEST_ADDRESS or len(text) > 10 * LONGEST_ADDRESS:
        problems.add("address", _("住址过长（最多 %(n)s 个字），请缩短。") % {"n": LONGEST_ADDRESS})
    if not printable(address):
        problems.add("address", _("住址含有看不见的控制字符，请删去后重新输入。"))
    return address


def printable(text: str) -> bool:
    """No control characters, NUL or lone surrogates: what neither the database nor a printer can take."""
    return not any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 or 0xD800 <= ord(c) < 0xE000 for c in text)


def check_reason(text: str, problems: Problems, longest: int = 200, field: str = "reason") -> str:
    """A reason in words."""
    reason = text[: longest + 1].strip()
    if not reason:
        problems.add(field, _("请说明原因。"))
    elif len(text) > longest:
        problems.add(field, _("原因过长（最多 %(n)s 个字），请缩短。") % {"n": longest})
    elif not printable(reason):
        problems.add(field, _("原因含有看不见的控制字符，请删去后重新输入。"))
    return reason


def check_village(code: str, problems: Problems, field: str = "division_code") -> None:
    """The place must be an open village or community."""
    found = village(code)
    if found is None:
        problems.add(field, _("没有这个村（社区），请从列表中选择到村。"))
    elif not found.is_open:
        problems.add(field, _("%(name)s已撤并，请选择现在的村（社区）。") % {"name": found.name})


def check_relation(code: str, problems: Problems) -> None:
    """A member's relation to the head; the head's own code is not for members."""
    if code in (SELF, HEAD):
        problems.add("relation", _("一户只有一名户主，请选择与户主的关系。"))
    elif code not in RELATIONS:
        problems.add("relation", _("没有这种关系，请从列表中选择。"))


def check_open(household: Household, problems: Problems, on: date) -> None:
    """Nothing happens in a closed household, nor before it was opened."""
    if household.closed_on is not None:
        problems.add("", _("该户已注销，不能再变更。"))
    elif on < household.opened_on:
        problems.add("on", _("日期早于立户日期 %(day)s，请核对。") % {"day": household.opened_on})


def check_alive(person: Person, problems: Problems, on: date) -> None:
    """The person must be alive on the day, born, and not absorbed into another file."""
    if person.merged_into_id is not None:
        problems.add("", _("该档案已并入另一档案，请在保留的档案上办理。"))
    if person.death_date is not None and person.death_date < on:
        problems.add("", _("该人员已于 %(day)s 死亡。") % {"day": person.death_date})
    if on < person.birth_date:
        problems.add("on", _("日期早于出生日期，请核对。"))


def check_unregistered(number: str | None, code: str, by: Staff, problems: Problems, but: int = 0) -> None:
    """Nobody else has this number in the county; the file is named only to those who may see it."""
    if not number:
        return
    index = blind(number, purpose="resident_id")
    same = Person.objects.filter(
        resident_id_index=index, merged_into__isnull=True, division_code__startswith=code[:6]
    ).exclude(pk=but)
    other = same.first()
    if other is not None:
        problems.add("resident_id", _already(other, by, _("该身份证号")))


def check_not_twice(checked: Checked | None, code: str, at: datetime, problems: Problems) -> None:
    """Somebody without a number is not registered twice in a village within a day: a form sent twice, most likely."""
    if checked is None or checked.resident_id:
        return
    one_at_a_time(f"{code} {checked.name} {checked.birth_date} {checked.sex}")
    same = Person.objects.filter(
        division_code=code, name=checked.name, birth_date=checked.birth_date, sex=checked.sex,
        resident_id_index__isnull=True, merged_into__isnull=True, recorded_at__gt=at - timedelta(days=1),
    )  # fmt: skip
    if same.exists():
        problems.add("name", _("今天已登记过同名、同出生日期的人，请先查一下，不要重复登记。"))


def check_in_no_household(person: Person, by: Staff, problems: Problems, on: date) -> None:
    """The person is in no household on the day nor joins one later."""
    later = Membership.objects.known().filter(person=person, starts_on__gt=on).exists()
    if membership_on(person, on) is not None or later:
        problems.add("", _already(person, by, person.name))


def _already(person: Person, by: Staff, who: str) -> str:
    if not by.may(Permission.PERSON_READ, person.division_code):
        return _("已在其他乡镇登记，请申请查看，不要重复登记。")
    membership = Membership.objects.known().filter(person=person).select_related("household").last()
    if membership is None:
        return _("%(who)s已有个人档案，请从已有档案中选择。") % {"who": who}
    township = village(person.division_code)
    return _("%(who)s已登记在%(township)s %(number)s 户，请先办理迁出，不要重复登记。") % {
        "who": who,
        "township": township.township if township else "",
        "number": membership.household.number,
    }
