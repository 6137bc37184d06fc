"""What each source would say of a month if its files were clean: one function per contract.

Each returns typed columns by the names of the contract, and `#person`: an index into `World.everybody`. The columns
that say who somebody is, and running numbers, are added by `year`.
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from ..world import World
from . import health, lives, property, relief, schooling, wages, work

Source = Callable[[World, int], pl.DataFrame]

SOURCES: dict[str, Source] = {
    "bank": property.bank,
    "business": property.business,
    "cremation": lives.cremation,
    "disability": health.disability,
    "disaster": relief.disaster,
    "employment": work.employment,
    "enrolment": schooling.enrolment,
    "fiscal_payroll": wages.fiscal_payroll,
    "housing": relief.housing,
    "marriage": lives.marriage,
    "medical": health.medical,
    "other_benefits": relief.other_benefits,
    "pension": wages.pension,
    "power": property.power,
    "prison": lives.prison,
    "provident_fund": wages.provident_fund,
    "real_estate": property.real_estate,
    "register": lives.register,
    "revitalisation": relief.revitalisation,
    "tax": wages.tax,
    "unemployment": work.unemployment,
    "vehicles": property.vehicles,
}
