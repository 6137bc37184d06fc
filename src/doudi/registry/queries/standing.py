"""The low-income category of households on a day, for lists."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from doudi.registry.models import LowIncomeStatus

INDIVIDUAL = "individual_dibao"


@dataclass(frozen=True, slots=True)
class Standing:
    """The category a household is listed under: its own, else the personal one of a member."""

    category: str
    label: str
    person_id: int | None

    @property
    def seal(self) -> str:
        """The key of the mark: 单人户低保 is shown under 低保."""
        return "dibao" if self.category == INDIVIDUAL else self.category


def standing(household_ids: Collection[int], on: date) -> dict[int, Standing]:
    """Household id → category on a day; households without one are absent."""
    rows = LowIncomeStatus.objects.known().on(on).filter(household_id__in=household_ids)
    found: dict[int, Standing] = {}
    for row in rows.order_by("person_id", "id"):  # nulls last in PostgreSQL: the household's own wins, written last
        found[row.household_id] = Standing(row.category, str(row.get_category_display()), row.person_id)
    return found
