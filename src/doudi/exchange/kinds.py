"""What the two systems tell each other: our events by the act that made them, theirs by what they do to a list."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What we tell."""

    STATUS_DETERMINED = "status.determined", _("认定低收入类别")
    STATUS_ENDED = "status.ended", _("低收入类别终止")
    AWARD_GRANTED = "award.granted", _("核定待遇")
    AWARD_CHANGED = "award.changed", _("待遇变动")
    AWARD_ENDED = "award.ended", _("待遇终止")
    WARNING_SETTLED = "warning.settled", _("预警核实结果")
    PERSON_DIED = "person.died", _("成员死亡")
    DEATH_REVOKED = "person.death_revoked", _("撤销死亡登记")
    HOUSEHOLD_MOVED = "household.moved", _("家庭迁移")


@dataclass(frozen=True)
class Told:
    """How an act of the log becomes an event: its kind, and the key of the log's detail that says which."""

    kind: Kind
    code: str = ""
    fixed: str = ""


# The one table of what leaves the house. An act that is not here is nobody else's business.
TOLD: dict[str, Told] = {
    "status.determine": Told(Kind.STATUS_DETERMINED, "category"),
    "status.end": Told(Kind.STATUS_ENDED, "category"),
    "award.grant": Told(Kind.AWARD_GRANTED, fixed="grant"),
    "award.increase": Told(Kind.AWARD_CHANGED, fixed="increase"),
    "award.reduce": Told(Kind.AWARD_CHANGED, fixed="reduce"),
    "award.suspend": Told(Kind.AWARD_CHANGED, fixed="suspend"),
    "award.restart": Told(Kind.AWARD_CHANGED, fixed="restart"),
    "award.phase_out": Told(Kind.AWARD_CHANGED, fixed="phase_out"),
    "award.end": Told(Kind.AWARD_ENDED, fixed="end"),
    "monitoring.dispose": Told(Kind.WARNING_SETTLED, "disposition"),
    "person.mark_death": Told(Kind.PERSON_DIED),
    "person.revoke_death": Told(Kind.DEATH_REVOKED),
    "household.move": Told(Kind.HOUSEHOLD_MOVED, "to"),
}


class Theirs(models.TextChoices):
    """What they tell."""

    ADDED = "added", _("纳入监测")
    CHANGED = "kind_changed", _("监测类型变更")
    RISK_REMOVED = "risk_removed", _("风险消除")
    REMOVED = "removed", _("移出名单")
    LIFTED = "lifted", _("标记为脱贫户")
    NOT_LIFTED = "not_lifted", _("取消脱贫户标记")


WATCH_KINDS = ("unstable", "marginal", "sudden_hardship")
REASONS = ("", "died", "moved", "mistake", "other")

# Their event → the circumstance it says something about, and what; None: the event's own code.
SAYS: dict[str, tuple[str, str | None]] = {
    Theirs.ADDED: ("relapse_watch", None),
    Theirs.CHANGED: ("relapse_watch", None),
    Theirs.RISK_REMOVED: ("relapse_watch", "none"),
    Theirs.REMOVED: ("relapse_watch", "none"),
    Theirs.LIFTED: ("lifted_from_poverty", "yes"),
    Theirs.NOT_LIFTED: ("lifted_from_poverty", "no"),
}


class State(models.TextChoices):
    """What became of one of their events."""

    APPLIED = "applied", _("已入档")
    UNMATCHED = "unmatched", _("未匹配到家庭")
    SET_ASIDE = "set_aside", _("人工核对后不处理")
