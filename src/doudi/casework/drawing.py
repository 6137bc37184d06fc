"""The draw itself: the same list and seed give the same cases, whoever draws."""

from __future__ import annotations

import random
from collections.abc import Sequence


def chosen_of(numbers: Sequence[str], share_percent: int, seed: str) -> list[str]:
    """At least the share, rounded up, from the sorted list."""
    ordered = sorted(numbers)
    n = -(-len(ordered) * share_percent // 100)
    return sorted(random.Random(seed).sample(ordered, n))  # noqa: S311  repeatable on purpose
