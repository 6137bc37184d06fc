"""School enrolment, twice a year."""

from __future__ import annotations

import numpy as np
import polars as pl

from ...draws import chance
from ...economy import EDUCATION, YUAN
from ...frames import dates, whole, words
from ...hardship import NONE
from ...life import STAGES
from ..world import STARTS, World

SCHOOLS = ("", "中心幼儿园", "中心学校", "市第一中学", "市职业教育中心", "省外高校", "省属大学")
ENROLLED, LEFT, MOVED = range(3)


def enrolment(w: World, month: int) -> pl.DataFrame:
    """Everybody at school. Of the children who are at none, some stand there as having left and some not at all."""
    who, life = w.county.people, w.county.real
    idle = w.happened.of("child_not_at_school").person
    elsewhere = w.happened.of("school_elsewhere").person
    gone = idle[idle % 2 == 0]
    status = np.full(len(who), -1)
    status[np.flatnonzero((life.stage > 0) & w.alive(month))] = ENROLLED
    # In spring, half of those who have left were still at school; in autumn they stand there as having left.
    status[gone] = LEFT if month > 6 else ENROLLED
    status[elsewhere] = MOVED if month > 6 else ENROLLED
    rows = np.flatnonzero(status >= 0)
    stage = np.where(life.stage[rows] == 0, STAGES.index("compulsory"), life.stage[rows])
    poor = w.county.standings.category[who.hh[rows]] != NONE
    aided = poor & chance(w.rng("enrolment"), 0.7, len(rows))
    return pl.DataFrame(
        {
            "#person": pl.Series(rows),
            "school": w.townships.gather(pl.Series(rows)) + words(SCHOOLS, stage),
            "stage": words(STAGES, stage),
            "grade": words([f"{n}年级" for n in "一二三四五六"], (rows + stage) % 6),
            "status": words(["enrolled", "left", "moved"], status[rows]),
            "since": dates(np.maximum(STARTS[10] - 365 * (1 + rows % 3), who.birth[rows] + 1_000)),
            "aid": whole(np.where(aided, 1_250 * YUAN, 0)),
            "fee": whole(w.county.true.money[rows, EDUCATION]),
            "as_of": dates(np.full(len(rows), STARTS[month + 1] - 1)),
        }
    )
