"""Codes of administrative divisions: 2 digits province, 2 prefecture, 2 county, 3 township, 3 village."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final, Self

from doudi.kernel.text import compact


class DivisionError(ValueError):
    """A text that is no division code; the message says why in Chinese."""


class Level(IntEnum):
    """How deep a division lies; the value is the number of digits of its code, so deeper is greater."""

    PROVINCE = 2
    PREFECTURE = 4
    COUNTY = 6
    TOWNSHIP = 9
    VILLAGE = 12

    @property
    def label(self) -> str:
        """The Chinese word for the level."""
        return _LABELS[self]


_LABELS: Final = {
    Level.PROVINCE: "省",
    Level.PREFECTURE: "州（市）",
    Level.COUNTY: "县（市、区）",
    Level.TOWNSHIP: "乡镇（街道、农场）",
    Level.VILLAGE: "村（社区）",
}
_LENGTHS: Final = frozenset(Level)


@dataclass(frozen=True, slots=True, order=True)
class DivisionCode:
    """A place, without the zeros on the right: ``53``, ``5331``, ``533103``, ``533103100``, ``533103100001``.

    The hierarchy is the prefix. A group of zeros *inside* a code is kept (441900003001 has no county of its
    own), one at the end is not. DivisionError unless ``code`` has that trimmed form; ``parse`` accepts what
    people write.
    """

    code: str

    def __post_init__(self) -> None:
        if _trimmed(self.code) != self.code:
            raise DivisionError("区划代码不应带末尾的零，请用 DivisionCode.parse 读入。")

    @classmethod
    def parse(cls, text: str) -> Self:
        """The division of a code of 2, 4, 6, 9 or 12 digits, with or without zeros on the right."""
        return cls(_trimmed(compact(text)))

    def __str__(self) -> str:
        return self.code

    @property
    def level(self) -> Level:
        """How deep the division lies."""
        return Level(len(self.code))

    @property
    def padded(self) -> str:
        """The code with 12 digits, as statistics and people's rows carry it."""
        return self.code.ljust(12, "0")

    @property
    def parent(self) -> "DivisionCode | None":
        """The next division above; None for a province."""
        above = [level for level in Level if level < self.level]
        return DivisionCode(_trimmed(self.code[: above[-1]])) if above else None

    @property
    def county(self) -> "DivisionCode | None":
        """The county the division is or lies in, None above a county.

        Where a prefecture has no counties (Dongguan), the prefecture stands in for the county.
        """
        return self._at(Level.COUNTY)

    @property
    def township(self) -> "DivisionCode | None":
        """The township the division is or lies in; None above a township."""
        return self._at(Level.TOWNSHIP)

    def _at(self, level: Level) -> "DivisionCode | None":
        return DivisionCode(_trimmed(self.code[:level])) if self.level >= level else None

    def contains(self, other: "DivisionCode") -> bool:
        """Whether ``other`` is this division or lies inside it."""
        return other.code.startswith(self.code)

    def within(self, other: "DivisionCode") -> bool:
        """Whether this division is ``other`` or lies inside it."""
        return other.contains(self)


def _trimmed(digits: str) -> str:
    """The digits without groups of zeros on the right; DivisionError with the reason if they are no code."""
    if not (digits.isascii() and digits.isdigit()):
        raise DivisionError("区划代码只能是数字，例如 533103 或 533103100001。")
    if len(digits) not in _LENGTHS:
        raise DivisionError(f"区划代码应为 2、4、6、9 或 12 位数字，现在是 {len(digits)} 位。")
    if digits.startswith("00"):
        raise DivisionError("区划代码的省级部分（前两位）不能是 00。")
    kept = [level for above, level in zip((0, *Level), Level, strict=False) if digits[above:level].strip("0")]
    return digits[: kept[-1]]
