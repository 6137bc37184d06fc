"""Taking the changes of an adjustment back: what `actions.take_back` does one by one, for thousands at once."""

from __future__ import annotations

from collections import defaultdict

from django.db.models import Max

from ..actions.recording import Why
from ..actions.taking_back import take_back
from ..models import AwardChange, AwardLine
from ..reasons import clauses_of
from .writing import Writer, as_json, ids

REASON = "clerical_error"


def take_all_back(awards: list[int], writer: Writer) -> None:
    """Every change that the adjustment made to these awards; the caller has made sure that they are the last."""
    mine = AwardChange.objects.using(writer.using).filter(adjustment=writer.adjustment, taken_back_by__isnull=True)
    changes: dict[int, list[AwardChange]] = defaultdict(list)
    for change in mine.filter(award__in=awards).select_related("award").order_by("pk"):
        changes[change.award_id].append(change)
    later = _with_something_later(changes)
    _at_once([one for award, some in changes.items() if award not in later for one in some], writer)
    for award in later:
        _one_by_one(changes[award], writer)


def _with_something_later(changes: dict[int, list[AwardChange]]) -> list[int]:
    """Awards with later acts that were taken back meanwhile: their rows have been said again under other ids."""
    rows = AwardChange.objects.filter(award__in=changes).values("award").annotate(last=Max("pk"))
    return [row["award"] for row in rows if row["last"] != changes[row["award"]][-1].pk]


def _one_by_one(changes: list[AwardChange], writer: Writer) -> None:
    for change in reversed(changes):
        why = Why(REASON, writer.adjustment.number, writer.adjustment.undone_note)
        take_back(change=change, why=why, by=writer.staff, on=writer.on, at=writer.at)


def _at_once(changes: list[AwardChange], writer: Writer) -> None:
    made: dict[int, set[int]] = defaultdict(set)
    ended: dict[int, set[int]] = defaultdict(set)
    for change in changes:
        made[change.award_id].update(pk for _table, pk in change.moved["new"])
        ended[change.award_id].update(pk for _table, pk in change.moved["gone"])
    drop = {award: sorted(made[award] - ended[award]) for award in made}
    again = {award: sorted(ended[award] - made[award]) for award in made}
    fresh = ids(AwardLine, sum(map(len, again.values())), writer.using)
    copies = {award: [(next(fresh), old) for old in rows] for award, rows in again.items()}
    writer.run(GIVE_WAY, writer.at, [pk for rows in drop.values() for pk in rows])
    writer.run(SAY_AGAIN, writer.at, writer.by, as_json(pair for rows in copies.values() for pair in rows))
    _history(changes, drop, copies, writer)


def _history(
    changes: list[AwardChange], drop: dict[int, list[int]], copies: dict[int, list[tuple[int, int]]], writer: Writer
) -> None:
    """A correction for each change, the last first; the rows of an award are told with the last correction."""
    numbers = ids(AwardChange, len(changes), writer.using)
    first = {change.award_id: change.pk for change in reversed(changes)}
    rows = []
    for change in reversed(changes):
        moved = _moved(drop[change.award_id], copies[change.award_id]) if first[change.award_id] == change.pk else {}
        cited = clauses_of(REASON, change.award.programme, writer.on)
        rows.append((
            next(numbers), change.award_id, change.award.division_code, cited, change.after_fen,
            change.before_fen, change.effective_from, change.until, change.pk, moved,
        ))  # fmt: skip
    writer.run(HISTORY, REASON, writer.adjustment.number, writer.on, writer.at, writer.by, as_json(rows))
    writer.run(VERSION, sorted(drop))


def _moved(drop: list[int], copies: list[tuple[int, int]]) -> dict[str, list[list[object]]]:
    return {
        "gone": [["line", pk] for pk in drop],
        "new": [["line", pk] for pk, _old in copies],
        "again": [["line", old, pk] for pk, old in copies],
    }


GIVE_WAY = "UPDATE awards_awardline SET superseded_at = %s WHERE superseded_at IS NULL AND id = ANY (%s)"
SAY_AGAIN = """
INSERT INTO awards_awardline (id, award_id, division_code, kind, person_id, fen_month, reason, clauses, parameters,
  starts_on, ends_on, recorded_at, recorded_by_id)
SELECT (r->>0)::bigint, o.award_id, o.division_code, o.kind, o.person_id, o.fen_month, o.reason, o.clauses,
  o.parameters, o.starts_on, o.ends_on, %s::timestamptz, %s::bigint
FROM jsonb_array_elements(%s::jsonb) AS r JOIN awards_awardline o ON o.id = (r->>1)::bigint"""
HISTORY = """
INSERT INTO awards_awardchange (id, award_id, division_code, clauses, before_fen, after_fen, effective_from, until,
  takes_back_id, moved, act, reason, reference, "on", at, by_id)
SELECT (r->>0)::bigint, (r->>1)::bigint, r->>2, r->3, (r->>4)::bigint, (r->>5)::bigint, (r->>6)::date, (r->>7)::date,
  (r->>8)::bigint, r->9, 'correct', %s, %s, %s, %s, %s
FROM jsonb_array_elements(%s::jsonb) AS r"""
VERSION = "UPDATE awards_award SET version = version + 1 WHERE id = ANY (%s)"
