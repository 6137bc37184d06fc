"""Citizen identity numbers (GB 11643): 6 digits region, 8 birth date, 3 sequence (odd = male), 1 check.

The region is where the number was first issued, under the codes of that day. It is only ever a reason for a
note, never for a refusal: people carry abolished codes, and code tables are incomplete.
"""

from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Final, Literal, Self

from doudi.kernel.text import compact

Sex = Literal[1, 2]
"""GB/T 2261.1: 1 male, 2 female."""

WEIGHTS: Final = tuple(2**place % 11 for place in range(17, 0, -1))
"""Weights of the first 17 digits; ``sum(weight × digit) % 11`` indexes CHECK_CHARACTERS."""

CHECK_CHARACTERS: Final = "10X98765432"

EARLIEST_BIRTH: Final = date(1880, 1, 1)

SYNTHETIC_REGION: Final = "533199"
"""The region of every made-up person.

Dehong Prefecture (5331) has only ever had the county codes 01–03 and 21–26, so no real number begins like
this; and because a region never refuses a number, made-up numbers pass through every page, file and check
like real ones.
"""

_PROVINCES: Final = frozenset(
    str(code)
    for first, last in ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71), (81, 83))
    for code in range(first, last + 1)
)
_ABOLISHED: Final = {
    "533101": "畹町市（已并入瑞丽市 533102）",
    "533121": "潞西县（今芒市 533103）",
    "533125": "瑞丽县（今瑞丽市 533102）",
    "533126": "畹町镇（后设畹町市，已并入瑞丽市 533102）",
}
_CENTENARIAN: Final = frozenset({"996", "997", "998", "999"})


class Problem(Enum):
    """Why a text is no identity number."""

    LENGTH = "length"
    CHARACTER = "character"
    CHECKSUM = "checksum"
    DATE = "date"
    TOO_OLD = "too_old"
    FUTURE = "future"


class ResidentIdError(ValueError):
    """A text that is no identity number. The message is Chinese and repeats no digit of it."""

    def __init__(self, problem: Problem, message: str) -> None:
        super().__init__(message)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class RegionNote:
    """A remark on the region of a number; ``doubtful`` if somebody should look at the paper again."""

    text: str
    doubtful: bool


@dataclass(frozen=True, slots=True, repr=False)
class ResidentId:
    """A valid identity number of 18 characters, or of 15 digits as issued until 1999.

    ``number`` is the full number in normal form; printing the value shows the masked one, so that a log or an
    error page gives nothing away. ResidentIdError if ``number`` is not valid.
    """

    number: str

    def __post_init__(self) -> None:
        _check_shape(self.number)
        _check_date(self._birth_digits)

    @classmethod
    def parse(cls, text: str, *, on: date | None = None) -> Self:
        """The number written in ``text``: blanks, full-width characters and a small x are accepted.

        With ``on``, a birth date after that day is refused too. ResidentIdError names the one problem found
        first.
        """
        value = cls(compact(text).upper())
        if on is not None and on < value.birth_date:
            raise ResidentIdError(Problem.FUTURE, f"身份证号码中的出生日期晚于 {on}，请核对。")
        return value

    def __str__(self) -> str:
        return self.masked

    def __repr__(self) -> str:
        return f"ResidentId({self.masked})"

    @property
    def masked(self) -> str:
        """The number for display, without the birth date: ``533103********2417``, ``533103******241``."""
        return f"{self.number[:6]}{'*' * (6 if self.is_old else 8)}{self.number[-3 if self.is_old else -4 :]}"

    @property
    def is_old(self) -> bool:
        """Whether this is a number of 15 digits, without century and check character."""
        return len(self.number) == 15

    @property
    def region(self) -> str:
        """The county code, 6 digits, of the place of first issue."""
        return self.number[:6]

    @property
    def _birth_digits(self) -> str:
        if not self.is_old:
            return self.number[6:14]
        # The sequence numbers 996–999 of the old form belonged to people over a hundred years old.
        born_before_1900 = self.number[12:] in _CENTENARIAN and self.number[6:8] >= "80"
        return ("18" if born_before_1900 else "19") + self.number[6:12]

    @property
    def birth_date(self) -> date:
        """The birth date; an old number says 19xx (18xx only in the sequences kept for centenarians)."""
        return date.fromisoformat(self._birth_digits)

    @property
    def sex(self) -> Sex:
        """1 male, 2 female, from the last digit of the sequence number."""
        return 1 if int(self.number[14 if self.is_old else 16]) % 2 else 2

    @property
    def is_synthetic(self) -> bool:
        """Whether the number belongs to a made-up person."""
        return self.region == SYNTHETIC_REGION

    def to_18(self) -> "ResidentId":
        """The number of 18 characters; itself if it has 18 already."""
        if not self.is_old:
            return self
        first17 = self.region + self._birth_digits + self.number[12:]
        return ResidentId(first17 + checksum(first17))

    def region_warnings(self) -> list[RegionNote]:
        """Remarks on the region for people to read, often none. Never a reason to refuse."""
        if self.is_synthetic:
            return [RegionNote("演示数据专用的虚构号码（533199 从未分配给任何县）。", doubtful=False)]
        if self.region in _ABOLISHED:
            note = f"地址码 {self.region} 为已撤销的{_ABOLISHED[self.region]}，号码仍然有效。"
            return [RegionNote(note, doubtful=False)]
        if self.region.startswith("9") and self.region[1:3] in _PROVINCES:
            return [RegionNote("外国人永久居留身份证号码。", doubtful=False)]
        if self.region[:2] not in _PROVINCES:
            return [RegionNote(f"地址码 {self.region} 的省级代码不存在，请对照证件核对。", doubtful=True)]
        return []


def checksum(first17: str) -> str:
    """The check character of the first 17 digits; ValueError if they are not 17 digits."""
    if len(first17) != 17 or not _is_digits(first17):
        raise ValueError("计算校验码需要 17 位数字。")
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, first17, strict=True))
    return CHECK_CHARACTERS[total % 11]


def impossible_id(birth_date: date, sex: Sex, serial: int) -> ResidentId:
    """A number for a made-up person: right check character, real birth date, a region that never existed.

    ``serial`` 0–499 counts the made-up people of one birth date and sex; ValueError outside.
    """
    if not 0 <= serial < 500:
        raise ValueError("同一出生日期、同一性别的虚构号码最多 500 个（序号 0 至 499）。")
    first17 = f"{SYNTHETIC_REGION}{birth_date:%Y%m%d}{2 * serial + sex % 2:03d}"
    return ResidentId(first17 + checksum(first17))


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _check_shape(number: str) -> None:
    if len(number) not in (15, 18):
        raise ResidentIdError(
            Problem.LENGTH, f"身份证号码应为 18 位（旧号码 15 位），现在是 {len(number)} 位，请核对。"
        )
    wrong = next((place for place, character in enumerate(number[:17], 1) if not _is_digits(character)), None)
    if wrong is not None:
        raise ResidentIdError(Problem.CHARACTER, f"身份证号码第 {wrong} 位不是数字，请核对后重新输入。")
    if len(number) == 15:
        return
    if number[17] not in CHECK_CHARACTERS:
        raise ResidentIdError(Problem.CHARACTER, "身份证号码最后一位只能是数字或字母 X，请核对。")
    if checksum(number[:17]) != number[17]:
        raise ResidentIdError(Problem.CHECKSUM, "身份证号码校验不通过，请对照证件逐位核对。")


def _check_date(digits: str) -> None:
    try:
        birth = date.fromisoformat(digits)
    except ValueError:
        raise ResidentIdError(Problem.DATE, "身份证号码中的出生日期不存在，请核对年、月、日各位。") from None
    if birth < EARLIEST_BIRTH:
        raise ResidentIdError(Problem.TOO_OLD, "身份证号码中的出生日期早于 1880 年，请核对年份。")
