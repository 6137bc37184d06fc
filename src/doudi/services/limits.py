"""The figures of this context. All are the county's own to confirm: no national text names them."""

from __future__ import annotations

ANSWER_WORKDAYS = 5  # to say whether a department takes a referral on (assumed)
GIVE_WORKDAYS = 20  # from taking it on to what was given, or why nothing was (assumed)
LARGEST_FEN = 100_000_00 * 100  # ten million yuan: more is a slip of the unit
MOST_ROWS = 5_000  # of a returned sheet
MOST_AT_ONCE = 200  # needs sent with one click
