"""Small numbers are people: counts of one to four are not told, and neither is what would give them away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

SMALLEST = 5


@dataclass(frozen=True)
class Cell:
    """A count as it may be shown; `text` instead of the number where it may not."""

    number: int
    hidden: bool = False
    second: bool = False

    @property
    def text(self) -> str:
        """The number, <5, or … for a cell that is hidden so that nobody can subtract."""
        return ("…" if self.second else f"<{SMALLEST}") if self.hidden else f"{self.number:,}"


def column(numbers: Sequence[int]) -> list[Cell]:
    """A column whose total is told elsewhere: if exactly one cell is hidden, the next smallest is hidden too."""
    cells = [Cell(number, 0 < number < SMALLEST) for number in numbers]
    if sum(cell.hidden for cell in cells) == 1:
        others = [i for i, cell in enumerate(cells) if not cell.hidden and cell.number]
        if others:
            least = min(others, key=lambda i: cells[i].number)
            cells[least] = Cell(cells[least].number, True, True)
    return cells
