"""Looking a parameter up: the most specific area that has a block for the class, then its latest block."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from doudi.policy.engine.units import BOOLEAN, FEN, FEN_MONTH, PERCENT, PERMILLE, TEXT, Unit
from doudi.policy.errors import PolicyError

Value = bool | int | str
CLASSES = ("urban", "rural")
_WORDS = {"urban": "城镇", "rural": "农村"}
_DIGITS = (12, 9, 6, 4, 2, 0)
_LIMITS = {FEN: 10**13, FEN_MONTH: 10**9, PERCENT: 1001}
_LIMIT = 10**6
"""Beyond these no policy goes, and the products of parameters and facts stay exact in 64 bits."""


@dataclass(frozen=True)
class Block:
    """A value from a day on, in an area ('' is the nation), for one class or for both (None)."""

    start: date
    area: str
    residence: str | None
    value: Value | None
    source: str = ""
    assumed: bool = False
    open_reason: str = ""

    @property
    def unconfirmed(self) -> bool:
        """Whether the county still has to confirm it: 待当地确认."""
        return self.assumed or self.value is None


@dataclass(frozen=True)
class Quantity:
    """A parameter, or one part of a structured one, with all its blocks."""

    name: str
    label: str
    unit: Unit
    blocks: tuple[Block, ...]
    choices: tuple[str, ...] = ()
    by_index_month: bool = False

    @cached_property
    def by_class(self) -> bool:
        """Whether urban and rural values are kept apart anywhere."""
        return any(block.residence for block in self.blocks)

    def block(self, area: str, residence: str | None, day: date) -> Block | None:
        """The block that holds; None if there is none."""
        held = [b for b in self.blocks if b.start <= day and b.residence in (None, residence)]
        for digits in _DIGITS:
            here = [b for b in held if len(b.area) == digits and area.startswith(b.area)]
            if here:
                return max(here, key=lambda b: b.start)
        return None

    def read(self, text: str) -> Value:
        """A value written by a person, in the unit of the parameter (money in fen); PolicyError if it is none."""
        if self.unit == BOOLEAN and text in ("true", "false"):
            return text == "true"
        if self.unit == TEXT and text in self.choices:
            return text
        if self.unit.numeric and text.removeprefix("-").isdecimal() and self.allows(int(text)):
            return int(text)
        whole = f"小于 {_LIMITS.get(self.unit, _LIMIT)} 的非负整数" + ("（金额以分计）" if self.unit.money else "")
        wanted = "true 或 false" if self.unit == BOOLEAN else "、".join(self.choices) or whole
        raise PolicyError(f"参数 {self.name} 的值“{text}”无效，应为{wanted}。")

    def allows(self, value: object) -> bool:
        """Whether the value is in the domain of the parameter."""
        if self.unit == BOOLEAN:
            return isinstance(value, bool)
        if self.unit == TEXT:
            return value in self.choices
        lowest, limit = -_LIMIT if self.unit == PERMILLE else 0, _LIMITS.get(self.unit, _LIMIT)
        return isinstance(value, int) and not isinstance(value, bool) and lowest <= value < limit


@dataclass(frozen=True)
class Found:
    """What a look-up gives: a value, or None with the reasons why it is not known; and the block it came from."""

    value: Value | None
    reasons: frozenset[str] = frozenset()
    block: Block | None = None
    overlaid: bool = False


class MissingParameter(PolicyError):
    """There is no block at all for the place, class and day."""

    sought: tuple[Quantity, str | None, date]

    @classmethod
    def of(cls, quantity: Quantity, area: str, residence: str | None, day: date) -> MissingParameter:
        """For what has been looked up."""
        where = f"区划 {area}" + (f"（{_WORDS[residence]}）" if residence else "")
        error = cls(
            f"{where}在 {day} 没有参数 {quantity.name}（{quantity.label}），请由当地设定，或检查 division_code。"
        )
        error.sought = quantity, residence, day
        return error

    def at(self, code: str) -> MissingParameter:
        """The same of the very place, where only its area was asked for."""
        quantity, residence, day = self.sought
        return self.of(quantity, code, residence, day)


@dataclass(frozen=True)
class Parameters:
    """All quantities, and what a what-if lays over them."""

    quantities: Mapping[str, Quantity]
    overlay: Mapping[tuple[str, str | None], Value] = field(default_factory=dict)

    def units(self) -> dict[str, Unit]:
        """The unit of every name."""
        return {name: quantity.unit for name, quantity in self.quantities.items()}

    def quantity(self, name: str) -> Quantity:
        """The quantity; PolicyError if there is none, or if the name still has parts."""
        if name in self.quantities:
            return self.quantities[name]
        parts = sorted(key for key in self.quantities if key.startswith(f"{name}."))
        hint = f"，请写明部分：{'、'.join(parts)}" if parts else ""
        raise PolicyError(f"没有名为 {name} 的参数{hint}。")

    def find(self, name: str, area: str | None, residence: str | None, day: date | None) -> Found:
        """The value at a place, for a class, on a day; MissingParameter if nobody has set one.

        ``area``, ``residence`` or ``day`` None means not known, and makes what depends on it unknown.
        """
        quantity = self.quantity(name)
        by_class = residence is None and self.by_class(name)
        missing = {"household.residence_class"} if by_class else set[str]()
        if not self._laid(name, residence):
            missing |= {"household.division_code"} if area is None else set()
            missing |= {"run.index_month"} if day is None else set()
        if not missing:
            return self._known(quantity, area or "", residence, day or date.max)
        if area is not None and day is not None:
            self._require(quantity, area, day)
        return Found(None, frozenset(missing))

    def _laid(self, name: str, residence: str | None) -> bool:
        """Whether the overlay has a value whatever the place and day."""
        classes = CLASSES if residence is None else (residence,)
        return (name, None) in self.overlay or all((name, each) in self.overlay for each in classes)

    def _known(self, quantity: Quantity, area: str, residence: str | None, day: date) -> Found:
        name = quantity.name
        for key in ((name, residence), (name, None)):
            if key in self.overlay:
                return Found(self.overlay[key], overlaid=True)
        block = quantity.block(area, residence, day)
        if block is None:
            raise MissingParameter.of(quantity, area, residence, day)
        unknown = frozenset({f"parameter.{name}"}) if block.value is None else frozenset[str]()
        return Found(block.value, unknown, block)

    def by_class(self, name: str) -> bool:
        """Whether the parameter has class-specific values, in the files or in the overlay."""
        return self.quantities[name].by_class or any((name, each) in self.overlay for each in CLASSES)

    def applies(self, name: str, area: str | None, residence: str | None, day: date | None) -> bool:
        """Whether a look-up would find a block."""
        try:
            self.find(name, area, residence, day)
        except MissingParameter:
            return False
        return True

    def _require(self, quantity: Quantity, area: str, day: date) -> None:
        overlaid = any((quantity.name, each) in self.overlay for each in (*CLASSES, None))
        if not overlaid and not any(quantity.block(area, each, day) for each in CLASSES):
            raise MissingParameter.of(quantity, area, None, day)

    def laid_over(self, values: Mapping[str, Value]) -> Parameters:
        """The same parameters with other values for every place and day; PolicyError for a wrong name or value."""
        overlay = dict(self.overlay)
        for text, value in values.items():
            name, residence = self.named(text)
            if not self.quantity(name).allows(value):
                raise PolicyError(f"参数 {text} 的值 {value!r} 无效。")
            if residence is None:
                for each in CLASSES:
                    overlay.pop((name, each), None)
            overlay[name, residence] = value
        return replace(self, overlay=overlay)

    def named(self, text: str) -> tuple[str, str | None]:
        """``dibao_standard.urban`` as the name of the quantity and the class (None for both)."""
        parts = text.split(".")
        classes = [part for part in parts if part in CLASSES]
        name = ".".join(part for part in parts if part not in CLASSES)
        self.quantity(name)
        if len(classes) > 1:
            raise PolicyError(f"“{text}”写了不止一个城乡类别；两类相同时不写类别。")
        return name, classes[0] if classes else None

    def read(self, settings: Iterable[str]) -> dict[str, Value]:
        """``NAME=VALUE`` texts as values for ``laid_over``."""
        values: dict[str, Value] = {}
        for setting in settings:
            name, sign, text = setting.partition("=")
            if not sign:
                raise PolicyError(f"“{setting}”应写成 名称=值，例如 dibao_standard.urban=78000。")
            value = self.quantity(self.named(name.strip())[0]).read(text.strip())
            values.pop(name.strip(), None)  # the last one said is laid over last
            values[name.strip()] = value
        return values

    def change_dates(self) -> list[date]:
        """Every day on which some block begins to hold."""
        return sorted({block.start for q in self.quantities.values() for block in q.blocks})
