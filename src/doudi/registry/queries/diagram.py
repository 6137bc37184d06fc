"""The household as a small drawing, one row per generation: an illustration of the table of members."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from django.utils.translation import gettext as _

from .household_file import HouseholdFile

WIDTH, HEIGHT, GAP_X, GAP_Y = 76, 28, 12, 24
ACROSS = 3  # boxes in one row of the drawing
# GB/T 4761, first digit → generation seen from the head; second digit for great-grandchildren is close enough.
GENERATION = {"0": 0, "1": 0, "2": 1, "3": 1, "4": 2, "5": -1, "6": -2, "7": 0}


@dataclass(frozen=True, slots=True)
class Box:
    """One person: where, and how they belong."""

    x: int
    y: int
    name: str
    note: str
    css: str  # head, here, away

    @property
    def centre(self) -> int:
        return self.x + WIDTH // 2

    @property
    def base(self) -> int:
        return self.y + 18

    @property
    def under(self) -> int:
        return self.y + HEIGHT + 15


@dataclass(frozen=True, slots=True)
class Drawing:
    """Boxes and lines with the size of the whole."""

    boxes: list[Box]
    lines: list[str]
    width: int
    height: int
    words: str


def drawing(file: HouseholdFile) -> Drawing:
    """Place everybody by generation; relatives outside the household stand dashed beside their generation."""
    rows: dict[int, list[tuple[str, str, str]]] = {}
    for m in file.members:
        css = "head" if m.is_head else "here"
        rows.setdefault(GENERATION.get(m.relation_code[:1], 0), []).append((m.name, m.relation, css))
    at = {m.person_id: GENERATION.get(m.relation_code[:1], 0) for m in file.members}
    for tie in file.kin:
        if tie.relative_id in at:
            continue
        level = at.get(tie.person_id, 0) + GENERATION.get(tie.relation[:1], 0)
        name = tie.relative.name if tie.relative else tie.relative_name
        rows.setdefault(level, []).append((name, _("不同住亲属"), "away"))
    return _laid_out(rows)


def _laid_out(rows: dict[int, list[tuple[str, str, str]]]) -> Drawing:
    boxes: list[Box] = []
    lines: list[str] = []
    y, above = 4, None
    width = ACROSS * (WIDTH + GAP_X)
    for level in sorted(rows):
        row = rows[level]
        for start in range(0, len(row), ACROSS):
            part = row[start : start + ACROSS]
            left = (width - len(part) * (WIDTH + GAP_X) + GAP_X) // 2
            placed = [Box(left + i * (WIDTH + GAP_X), y, name, note, css) for i, (name, note, css) in enumerate(part)]
            lines += _lines(above, placed) if above else []
            lines += [f"M{a.x + WIDTH} {y + 14}H{b.x}" for a, b in pairwise(placed) if b.css != "away" and level == 0]
            boxes += placed
            y += HEIGHT + 18 + GAP_Y
        above = placed
    return Drawing(boxes, lines, width, max(y - GAP_Y, 40), _("、").join(f"{b.note}{b.name}" for b in boxes))


def _lines(above: list[Box], below: list[Box]) -> list[str]:
    """One line from the middle of the generation above to each of the next."""
    top = (above[0].centre + above[-1].centre) // 2
    start = above[0].y + (14 if len(above) > 1 else HEIGHT + 18)
    bend = below[0].y - 10
    return [f"M{top} {start}V{bend}H{b.centre}V{b.y}" for b in below]
