"""Pledges instead of papers, and the sample of them that is checked afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit, within
from doudi.privacy.masking import mask_resident_id
from doudi.registry.actions.refusal import Conflict, Problems, guarded, refuse
from doudi.registry.models import Household

from ..models import DrawnPledge, Outcome, Pledge, PledgeDraw
from ..queries.people import needs_guardian, parties
from ..texts import PLEDGE, materials, sm3, text_on
from .recording import record
from .signing import Signing, sign

LONGEST = 400


def give(
    *, household: Household, matter: str, statements: Sequence[str], signing: Signing, by: Staff, on: date,
    at: datetime, more: str = "",
) -> Pledge:  # fmt: skip
    """A family pledges facts, signed by an adult member for the household."""
    permit(by, Permission.CONSENT_WRITE, place=household.division_code)
    problems, known = Problems(), materials()
    if not statements or not set(statements) <= set(known):
        problems.add("statements", _("请至少选择一项以承诺代替的材料，并从列表中选择。"))
    if len(more) > LONGEST:
        problems.add("more", _("补充说明最多 %(n)s 个字，请缩短。") % {"n": LONGEST})
    signer = signing.signer
    if not any(p.person.pk == signer.pk and p.is_member for p in parties(household, on)) or needs_guardian(signer, on):
        problems.add("signer", _("承诺书由本户能自己签字的成年成员签署。"))
    problems.refuse_if_any()
    chosen = [key for key in known if key in set(statements)]
    words = {
        "name": signer.name, "number": mask_resident_id(str(signer.resident_id or "")) or "—",
        "statements": "；".join(known[key] for key in chosen), "more": more.strip() or "无",
    }  # fmt: skip
    with guarded():
        signature = sign(household=household, signer=signer, text=text_on(PLEDGE, on), words=words, mark=signing.mark,
                         by=by, at=at)  # fmt: skip
        pledge = Pledge.objects.create(
            division_code=household.division_code, household=household, matter=matter, signature=signature,
            statements=chosen, more=more.strip() or None, given_on=on, given_at=at, recorded_by_id=by.pk,
        )  # fmt: skip
        record("pledge.give", "pledge", pledge, by, matter=matter, statements=chosen)
    return pledge


def draw_pledge_sample(
    *, month: date, share_percent: int, seed: str, place: str, by: Staff, on: date, at: datetime
) -> PledgeDraw:
    """Draw the pledges of a month that are checked: the same seed and pledges give the same sample, ever."""
    code = place.ljust(12, "0")
    permit(by, Permission.VERIFICATION_RUN, place=place)
    first = month.replace(day=1)
    if not 1 <= share_percent <= 100:
        raise refuse("share_percent", _("抽查比例应为 1 至 100。"))
    if not seed.strip():
        raise refuse("seed", _("请填写随机种子，例如当天抽取的号码；它和名单一起留存，谁都可以重抽核对。"))
    if _month_after(first) > on:
        raise refuse("month", _("这个月还没有结束，请在下个月抽取。"))
    if PledgeDraw.objects.filter(division_code=code, month=first).exists():
        raise refuse("month", _("这个月已经抽取过，每月只抽一次。"))
    found = _pledges(first, place)
    with guarded():
        draw = PledgeDraw.objects.create(
            division_code=code, month=first, share_percent=share_percent, seed=seed.strip()[:60], population=len(found),
            population_digest=sm3(",".join(str(pk) for pk in sorted(found))), drawn_on=on, drawn_at=at,
            drawn_by_id=by.pk,
        )  # fmt: skip
        chosen = drawn(sorted(found), share_percent, draw.seed)
        DrawnPledge.objects.bulk_create(
            [DrawnPledge(draw=draw, pledge_id=pk, division_code=found[pk]) for pk in chosen]
        )
        record("pledge.draw", "pledge_draw", draw, by, population=len(found), drawn=len(chosen), seed=draw.seed)
    return draw


def drawn(pledges: Sequence[int], share_percent: int, seed: str) -> list[int]:
    """The sample: pledges in the order of SM3(seed, id), the first so many percent, at least one."""
    wanted = -(-len(pledges) * share_percent // 100)
    return sorted(sorted(pledges, key=lambda pk: sm3(f"{seed}\n{pk}"))[:wanted])


def check_drawn(*, one: DrawnPledge, outcome: str, note: str, by: Staff, at: datetime) -> None:
    """Say whether a drawn pledge was true, untrue or cannot be told."""
    permit(by, Permission.VERIFICATION_REQUEST, place=one.division_code)
    problems = Problems()
    if outcome not in Outcome.values:
        problems.add("outcome", _("请选择属实、不实或无法核实。"))
    if not note.strip() or len(note) > LONGEST:
        problems.add("note", _("请说明怎样核实的（最多 %(n)s 个字）。") % {"n": LONGEST})
    problems.refuse_if_any()
    with guarded():
        rows = DrawnPledge.objects.filter(pk=one.pk, outcome="")
        if not rows.update(outcome=outcome, note=note.strip(), checked_at=at, checked_by_id=by.pk):
            raise Conflict
        record("pledge.check", "pledge", one.pledge, by, outcome=outcome)


def _pledges(first: date, place: str) -> dict[int, str]:
    rows = Pledge.objects.filter(within(place), given_on__gte=first, given_on__lt=_month_after(first))
    return dict(rows.values_list("pk", "division_code"))


def _month_after(first: date) -> date:
    return first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
