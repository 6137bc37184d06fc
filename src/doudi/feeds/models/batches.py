"""A batch is one file of a department on its way: received, read and shown, landed, perhaps taken back."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

COUNTY = Q(division_code__regex=r"^\d{6}$")


class State(models.TextChoices):
    """Where a batch stands."""

    RECEIVED = "received", _("正在读取")
    PREVIEWED = "previewed", _("待入库")
    LANDING = "landing", _("正在入库")
    LANDED = "landed", _("已入库")
    UNDOING = "undoing", _("正在撤回")
    REFUSED = "refused", _("没有采用")
    SUPERSEDED = "superseded", _("已撤回")


# The one table of moves. Back to received: the columns were mapped anew and the file is read again.
MOVES: dict[State, frozenset[State]] = {
    State.RECEIVED: frozenset({State.PREVIEWED, State.REFUSED}),
    State.PREVIEWED: frozenset({State.RECEIVED, State.LANDING, State.REFUSED}),
    State.LANDING: frozenset({State.LANDED}),
    State.LANDED: frozenset({State.UNDOING}),
    State.UNDOING: frozenset({State.SUPERSEDED}),
    State.REFUSED: frozenset(),
    State.SUPERSEDED: frozenset(),
}
LIVE = frozenset(State) - {State.REFUSED, State.SUPERSEDED}


def into(state: State) -> list[str]:
    """The states from which `state` may be reached."""
    return [origin.value for origin, targets in MOVES.items() if state in targets]


class Way(models.TextChoices):
    """How a file came."""

    UPLOAD = "upload", _("网页上传")
    FOLDER = "folder", _("共享文件夹")
    API = "api", _("接口")
    COMMAND = "command", _("命令行")


class Batch(models.Model):
    """One file. Its counts are written when it was read, and again when it has landed; None is not yet known."""

    contract = models.CharField(_("数据来源"), max_length=24, db_collation="C")
    division_code = models.CharField(max_length=6, db_collation="C")
    # The role whose own source this is: besides the county office only they see it. Empty: the county office alone.
    liaison = models.CharField(max_length=24, blank=True, db_collation="C")
    way = models.CharField(max_length=8, choices=Way.choices)
    file_name = models.CharField(_("文件"), max_length=100)
    digest = models.CharField(max_length=64, db_collation="C")
    size = models.BigIntegerField()
    as_of = models.DateField(_("数据截至"))
    corrects = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="corrections")
    state = models.CharField(max_length=10, choices=State.choices, default=State.RECEIVED)
    # Column of the contract → heading of the file, as understood or as a person has set it.
    mapping = models.JSONField(default=dict)
    headings = models.JSONField(default=list)
    unused = models.JSONField(default=list)
    missing = models.JSONField(default=list)
    # First days of the months that the file's rows are about: sums over a year are stated only if all are there.
    months = models.JSONField(default=list)
    signature = models.CharField(max_length=64, blank=True, db_collation="C")
    mapped_by_hand = models.BooleanField(default=False)
    lands_by_itself = models.BooleanField(default=False)
    # Nothing speaks against it, but another file of the source is landing.
    awaits_turn = models.BooleanField(default=False)
    rows = models.BigIntegerField(null=True)
    good = models.BigIntegerField(null=True)
    rejected = models.BigIntegerField(null=True)
    matched = models.BigIntegerField(null=True)
    doubtful = models.BigIntegerField(null=True)
    unmatched = models.BigIntegerField(null=True)
    changed = models.BigIntegerField(null=True)
    # People of an earlier list who are not on this one and would lose what it says.
    leaving = models.BigIntegerField(null=True)
    staying = models.BigIntegerField(null=True)
    # Remarks about the file as a whole, and why it was refused, taken back, or does not land by itself.
    notes = models.JSONField(default=list)
    # Half a file, another county's file …: nothing of it may land.
    stopped = models.BooleanField(default=False)
    said = models.CharField(max_length=300, blank=True)
    job_id = models.BigIntegerField(null=True)
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    received_at = models.DateTimeField()
    landed_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    purged_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-id",)
        indexes = [models.Index(fields=["contract", "division_code", "-id"], name="feeds_batch_by_source")]
        constraints = [
            models.CheckConstraint(name="feed_batch_of_a_county", condition=COUNTY),
            models.CheckConstraint(name="feed_batch_known_state", condition=Q(state__in=[s.value for s in State])),
            models.CheckConstraint(name="feed_batch_has_size", condition=Q(size__gt=0)),
            models.CheckConstraint(
                name="feed_batch_landed_when",
                condition=Q(state__in=["landed", "undoing", "superseded"], landed_at__isnull=False)
                | (~Q(state__in=["landed", "undoing", "superseded"]) & Q(landed_at__isnull=True)),
            ),
            models.CheckConstraint(name="feed_batch_refused_says_why", condition=~Q(state="refused") | ~Q(said="")),
            # The same file is taken once; after it was refused or taken back it may come again.
            models.UniqueConstraint(
                fields=["division_code", "contract", "digest"],
                name="feed_batch_file_once",
                condition=~Q(state__in=["refused", "superseded"]),
            ),
            # One batch of a source lands at a time: what it says is compared with what the one before it said.
            models.UniqueConstraint(
                fields=["division_code", "contract"],
                name="feed_batch_one_landing",
                condition=Q(state__in=["landing", "undoing"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contract} #{self.pk}"

    @property
    def root(self) -> int:
        """The first file of a file and its corrections: together they are one statement of the source."""
        return self.corrects_id or self.pk


class BatchFile(models.Model):
    """A sealed file of a batch: as it came, the rows that were understood, those that were not, who is who."""

    class Role(models.TextChoices):
        """What is in it."""

        RAW = "raw", _("原文件")
        GOOD = "good", _("读懂的行")
        REJECTS = "rejects", _("需更正的行")
        LINKS = "links", _("对应的人员")
        TOUCHED = "touched", _("可能有变化的人员")

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="files")
    division_code = models.CharField(max_length=6, db_collation="C")
    role = models.CharField(max_length=8, choices=Role.choices)
    number = models.PositiveIntegerField(default=0)
    rows = models.BigIntegerField(null=True)
    blob = models.UUIDField(unique=True)

    class Meta:
        ordering = ("batch", "role", "number")
        constraints = [
            models.UniqueConstraint(fields=["batch", "role", "number"], name="feed_file_once"),
            models.CheckConstraint(
                name="feed_file_known_role", condition=Q(role__in=["raw", "good", "rejects", "links", "touched"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.role} {self.number}"


class ChangedHousehold(models.Model):
    """A household about which a landed batch changed a fact; not one whose old fact was only said again."""

    # Written by the hundred thousand by the landing job alone, from the register's own ids: no index and no check more
    # than are asked for.
    batch = models.ForeignKey(Batch, db_index=False, on_delete=models.PROTECT, related_name="changed_households")
    household = models.ForeignKey(
        "registry.Household", db_index=False, db_constraint=False, on_delete=models.PROTECT, related_name="+"
    )
    division_code = models.CharField(max_length=6, db_collation="C")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "household"], name="feed_changed_household_once")]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.household_id}"
