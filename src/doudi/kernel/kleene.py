"""Three-valued logic after Kleene: ``None`` is *not known*.

``k_and`` and ``k_or`` answer as soon as the known operands decide; everything else is arithmetic in the sense
of the rules: one unknown operand makes the result unknown.
"""

from collections.abc import Callable, Container, Iterable
from typing import Protocol, Self, TypeVar

Tri = bool | None
"""True, False or not known."""

T = TypeVar("T")
R = TypeVar("R")


class Ordered(Protocol):
    """What ``<`` and ``<=`` understand: amounts, counts, dates."""

    def __lt__(self, other: Self, /) -> bool: ...
    def __le__(self, other: Self, /) -> bool: ...


C = TypeVar("C", bound=Ordered)


def k_not(x: Tri) -> Tri:
    """True and False change places; not known stays."""
    return None if x is None else not x


def k_all(xs: Iterable[Tri]) -> Tri:
    """False if one is False, else not known if one is not known, else True. Nothing at all is True."""
    result: Tri = True
    for x in xs:
        if x is False:
            return False
        if x is None:
            result = None
    return result


def k_any(xs: Iterable[Tri]) -> Tri:
    """True if one is True, else not known if one is not known, else False. Nothing at all is False."""
    return k_not(k_all(k_not(x) for x in xs))


def k_and(*xs: Tri) -> Tri:
    """``k_all`` of the arguments."""
    return k_all(xs)


def k_or(*xs: Tri) -> Tri:
    """``k_any`` of the arguments."""
    return k_any(xs)


def k_if(condition: Tri, a: T | None, b: T | None) -> T | None:
    """``a`` if the condition is True, ``b`` if it is False; the branch not taken is no operand.

    With an unknown condition: ``a`` if both branches are known and equal, otherwise not known.
    """
    if condition is None:
        return a if a == b else None
    return a if condition else b


def k_apply(function: Callable[..., R], *operands: object) -> R | None:
    """``function(*operands)``, or not known if one operand is."""
    return None if any(operand is None for operand in operands) else function(*operands)


def k_lt(a: C | None, b: C | None) -> Tri:
    """a < b."""
    return None if a is None or b is None else a < b


def k_le(a: C | None, b: C | None) -> Tri:
    """a ≤ b."""
    return None if a is None or b is None else a <= b


def k_gt(a: C | None, b: C | None) -> Tri:
    """a > b."""
    return k_lt(b, a)


def k_ge(a: C | None, b: C | None) -> Tri:
    """a ≥ b."""
    return k_le(b, a)


def k_eq(a: T | None, b: T | None) -> Tri:
    """a = b; two unknowns are not known to be equal."""
    return None if a is None or b is None else a == b


def k_in(x: T | None, values: Container[T]) -> Tri:
    """x ∈ values, a set written down in the rule."""
    return None if x is None else x in values


def k_sum(xs: Iterable[int | None]) -> int | None:
    """The sum, or not known as soon as one part is; nothing at all sums to 0."""
    total = 0
    for x in xs:
        if x is None:
            return None
        total += x
    return total
