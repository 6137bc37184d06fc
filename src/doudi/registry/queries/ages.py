"""Ages in full years (周岁), and the birth dates that ages stand for."""

from __future__ import annotations

from datetime import date

MINOR = 18
ELDER = 60


def age(born: date, on: date) -> int:
    """Full years on a day; 29 February is reached on 1 March of a common year."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def born_by(years: int, on: date) -> date:
    """The latest birth date of somebody who is at least `years` old on a day."""
    try:
        return on.replace(year=on.year - years)
    except ValueError:  # 29 February
        return on.replace(year=on.year - years, day=28)
