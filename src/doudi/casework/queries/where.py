"""Where a family may apply (M57-4, 5; LAW26-37; SEED-二(九)): on which ground this place may take the case, if any."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from doudi.registry.models import Household, Membership, Residence

from ..models import PlaceBasis, TownshipSwitch


@dataclass(frozen=True)
class Ground:
    """A ground on which the place may take the application; None with words where it may not."""

    basis: PlaceBasis | None
    words: str
    # Nobody's hukou is on file: the clerk looks at the booklet and answers for it.
    unknown: bool = False


def ground_of(household: Household, on: date) -> Ground:
    """The first ground that holds: hukou here, split hukou with one member here, residence permit where switched on."""
    people = Membership.objects.known().on(on).filter(household=household).values_list("person_id", flat=True)
    rows = list(Residence.objects.known().on(on).filter(person__in=list(people)))
    hukou = {r.person_id: r.place_code for r in rows if r.kind == Residence.Kind.HUKOU}
    here = household.division_code[:9]
    if not hukou:
        return Ground(PlaceBasis.HUKOU, _("档案里没有户籍信息，请查看户口簿后确认。"), unknown=True)
    if all(code[:9] == here for code in hukou.values()):
        return Ground(PlaceBasis.HUKOU, _("全部成员户籍在本乡镇。"))
    if any(code[:9] == here for code in hukou.values()):
        return Ground(PlaceBasis.SPLIT_HUKOU, _("成员户籍不在一地，有成员户籍在本乡镇并在此居住，可在此申请。"))
    permits = [r for r in rows if r.kind == Residence.Kind.PERMIT and r.place_code[:9] == here]
    if permits and switched(here, TownshipSwitch.Kind.RESIDENCE_PERMIT, on):
        return Ground(PlaceBasis.RESIDENCE_PERMIT, _("持有本地居住证，本乡镇受理居住证持有人申请。"))
    if permits:
        return Ground(
            None, _("持有本地居住证，但本乡镇还没有开通居住证持有人申请；请协助向户籍地申请。急难救助不受限制。")
        )
    return Ground(None, _("成员户籍都不在本乡镇，也没有本地居住证；请协助向户籍地申请。急难救助不受限制。"))


def switched(township: str, kind: TownshipSwitch.Kind, on: date) -> bool:
    """Whether a township has a switch on a day."""
    rows = TownshipSwitch.objects.filter(division_code=township[:9], kind=kind, starts_on__lte=on)
    return rows.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on)).exists()
