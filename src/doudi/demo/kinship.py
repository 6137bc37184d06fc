"""Who somebody is to the head of the household, from the two seats: codes of GB/T 4761 as numbers."""

from __future__ import annotations

import numpy as np

from .draws import Bools, Ints

M, W, OF, OM, C1, C2, C3, C4, S, G1, G2, X = range(12)
"""The seats: man, woman, his parents (hers where he moved in), children, the first child's spouse, grandchildren,
a brother or sister of the man."""
SEATS = 12
CHILDREN = (C1, C2, C3, C4)

HEAD, HUSBAND, WIFE = 2, 11, 12
SON, ONLY_SON, FIRST_SON, STEP_SON, SON_IN_LAW = 20, 21, 22, 27, 28
DAUGHTER, ONLY_DAUGHTER, FIRST_DAUGHTER, STEP_DAUGHTER, DAUGHTER_IN_LAW = 30, 31, 32, 37, 38
GRANDSON, DAUGHTERS_SON, GRANDSONS_WIFE, GRANDDAUGHTERS_HUSBAND, GREAT_GRANDSON = 41, 43, 45, 46, 47
FATHER, MOTHER, FATHER_IN_LAW_HIS, YOUNGER_BROTHER, YOUNGER_SISTER, OTHER_RELATIVE = 51, 52, 55, 73, 77, 97


def relations(uxorilocal: Bools, remarried: Bools, taken: Bools, sex: Ints, head: Ints) -> Ints:
    """The relation of every seat (columns) to the head of its household (rows)."""
    n = len(head)
    female = (sex == 2).astype(np.int64)
    out = np.full((n, SEATS), OTHER_RELATIVE, np.int64)
    by_man, by_woman, by_elder = head == M, head == W, (head == OF) | (head == OM)
    by_child = ~(by_man | by_woman | by_elder)
    couple = by_man | by_woman
    out[:, M] = np.select([by_woman, by_elder & ~uxorilocal, by_elder], [HUSBAND, FIRST_SON, SON_IN_LAW], 97)
    out[:, W] = np.select([by_man, by_elder & ~uxorilocal, by_elder], [WIFE, DAUGHTER_IN_LAW, FIRST_DAUGHTER], 97)
    own = by_man != uxorilocal  # whether the elders are the head's own parents
    for seat, his, hers in ((OF, 55, 53), (OM, 56, 54)):
        in_law = np.where(by_man, his, hers)
        out[:, seat] = np.where(couple, np.where(own, FATHER + (seat == OM), in_law), 97)
    out[head == OM, OF], out[head == OF, OM] = HUSBAND, WIFE
    _children_of_couple(out, couple, remarried, taken, female)
    _descendants(out, couple, by_elder, uxorilocal, female)
    out[:, X] = np.select([by_man, by_elder & ~uxorilocal], [73 + 4 * female[:, X], 23 + 10 * female[:, X]], 97)
    _left_with_child(out, by_child, head, female)
    out[np.arange(n), head] = HEAD
    return out


def _children_of_couple(out: Ints, couple: Bools, remarried: Bools, taken: Bools, female: Ints) -> None:
    """Sons and daughters by order of birth; an only child has a code of its own, and so has a stepchild."""
    several = taken[:, C2]
    order = np.zeros((len(out), 2), np.int64)
    rows = np.arange(len(out))
    for seat in CHILDREN:
        girl = female[:, seat]
        nth = 22 + order[rows, girl] + 10 * girl
        only = ONLY_SON + 10 * girl
        step = STEP_SON + 10 * girl
        code = np.where(remarried & (seat == C1), step, np.where(several, nth, only))
        out[:, seat] = np.where(couple, code, out[:, seat])
        order[rows, girl] += taken[:, seat]


def _descendants(out: Ints, couple: Bools, by_elder: Bools, uxorilocal: Bools, female: Ints) -> None:
    """A child's spouse, grandchildren and great-grandchildren, through a son or through a daughter."""
    girl = female[:, C1]
    out[:, S] = np.select([couple, by_elder], [np.where(girl == 1, 28, 38), np.where(girl == 1, 46, 45)], 97)
    for seat in (G1, G2):
        out[:, seat] = np.select(
            [couple, by_elder], [GRANDSON + 2 * girl + female[:, seat], GREAT_GRANDSON + female[:, seat]], 97
        )
    through_daughter = uxorilocal.astype(np.int64)
    for seat in CHILDREN:
        code = GRANDSON + 2 * through_daughter + female[:, seat]
        out[:, seat] = np.where(by_elder, code, out[:, seat])


def _left_with_child(out: Ints, by_child: Bools, head: Ints, female: Ints) -> None:
    """Households whose head sits in a child's seat: brothers and sisters, and the head's own children."""
    rows = np.flatnonzero(by_child)
    for seat in CHILDREN:
        younger = seat > head[rows]
        out[rows, seat] = np.where(younger, 73, 71) + np.where(female[rows, seat] == 1, 4, 0)
    out[rows, S] = np.where(female[rows, C1] == 1, HUSBAND, WIFE)
    for seat in (G1, G2):
        out[rows, seat] = np.where(head[rows] == C1, SON + 10 * female[rows, seat], 93 + female[rows, seat])
