"""The days money has: by when it is paid, how long the price subsidy may take, how long an instalment may wait.

Values with `confirmed=False` are usual in the field but not read in a text in force here: pages say 待当地确认.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limit:
    """A number of days with where it comes from."""

    days: int
    source: str
    confirmed: bool


# The day of the month by which the month's money is paid (fund rules of 2012; rulebook §1.8).
PAY_BY_DAY = Limit(10, "困难群众救助补助资金管理办法", confirmed=False)
# Working days from the release of the index to the payment of the price subsidy (PR16; rulebook §5).
SUBSIDY_WORKDAYS = Limit(20, "PR16", confirmed=True)
# Days after the first help by which somebody visits again (SEED-二(六) names no number).
FOLLOW_UP_DAYS = Limit(30, "SEED-二(六)", confirmed=False)
