"""What is asked of whom, and what came back. An answer is appended and never edited."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from doudi.privacy.fields import EncryptedText

from ..sources import SourceKey
from .signing import DIGEST, PLACE, VerificationConsent


class Request(models.Model):
    """One round of verification of a household for a matter: asked for by an office, run by the county."""

    division_code = models.CharField(max_length=12, db_collation="C")
    household = models.ForeignKey("registry.Household", on_delete=models.PROTECT, related_name="+")
    matter = models.CharField(_("事项"), max_length=60, db_collation="C")
    round = models.PositiveSmallIntegerField(_("轮次"), default=1)
    because = models.CharField(_("发起原因"), max_length=200, blank=True)
    requested_on = models.DateField()
    requested_at = models.DateTimeField()
    requested_by_id = models.BigIntegerField()
    # In whose name it runs: somebody of the county who may ask the sources. Null: not started yet.
    run_by_id = models.BigIntegerField(null=True)
    started_on = models.DateField(null=True)
    job_id = models.BigIntegerField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(name="request_place_is_a_village", condition=PLACE),
            models.CheckConstraint(name="request_names_a_matter", condition=~Q(matter="")),
            models.CheckConstraint(
                name="request_started_by_somebody",
                condition=Q(run_by_id__isnull=True, started_on__isnull=True)
                | Q(run_by_id__isnull=False, started_on__isnull=False),
            ),
            # One open round a matter: the next begins when the report of this one is made.
            models.UniqueConstraint(
                name="request_one_open_a_matter", fields=["matter"], condition=Q(closed_at__isnull=True)
            ),
            models.UniqueConstraint(name="request_round_once", fields=["matter", "round"]),
        ]
        indexes = [
            models.Index("household", name="request_of_household"),
            models.Index("division_code", name="request_open", condition=Q(closed_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number under which it is filed."""
        return f"HD-{self.requested_on:%Y}-{self.pk:06d}"


class QueryState(models.TextChoices):
    """Where a question stands."""

    WAITING = "waiting", _("待查询")
    SENT = "sent", _("等待答复")
    PARTIAL = "partial", _("部分答复")
    ANSWERED = "answered", _("已答复")
    REJECTED = "rejected", _("来源拒绝")
    NO_ANSWER = "no_answer", _("到期未答复")
    BLOCKED = "blocked", _("授权已失效，未查询")
    REFUSED = "refused", _("授权已失效，答复未接收")


# The one table of moves. Back to waiting: asked once more.
MOVES: dict[QueryState, frozenset[QueryState]] = {
    QueryState.WAITING: frozenset({QueryState.SENT, QueryState.BLOCKED}),
    QueryState.SENT: frozenset({
        QueryState.PARTIAL, QueryState.ANSWERED, QueryState.REJECTED, QueryState.NO_ANSWER, QueryState.REFUSED,
        QueryState.WAITING,
    }),
    QueryState.PARTIAL: frozenset({
        QueryState.ANSWERED, QueryState.REJECTED, QueryState.NO_ANSWER, QueryState.REFUSED, QueryState.WAITING,
    }),
    QueryState.REJECTED: frozenset({QueryState.WAITING}),
    QueryState.NO_ANSWER: frozenset({QueryState.WAITING, QueryState.ANSWERED}),
    QueryState.ANSWERED: frozenset(),
    QueryState.BLOCKED: frozenset(),
    QueryState.REFUSED: frozenset(),
}  # fmt: skip
OPEN = frozenset({QueryState.WAITING, QueryState.SENT, QueryState.PARTIAL})
ASKED = frozenset({QueryState.SENT, QueryState.PARTIAL})


def into(state: QueryState) -> list[str]:
    """The states from which `state` may be reached."""
    return [origin.value for origin, targets in MOVES.items() if state in targets]


class Query(models.Model):
    """One question to one source about one person, under one consent: without a consent there is no row."""

    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="queries")
    division_code = models.CharField(max_length=12, db_collation="C")
    person = models.ForeignKey("registry.Person", on_delete=models.PROTECT, related_name="+")
    source = models.CharField(_("来源"), max_length=16, choices=SourceKey.choices)
    consent = models.ForeignKey(VerificationConsent, on_delete=models.PROTECT, related_name="queries")
    state = models.CharField(_("状态"), max_length=10, choices=QueryState.choices, default=QueryState.WAITING)
    code = models.CharField(_("拒绝代码"), max_length=20, blank=True)
    sendings = models.PositiveSmallIntegerField(default=0)
    due_on = models.DateField(_("答复期限"), null=True)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(name="query_once_a_round", fields=["request", "person", "source"]),
            models.CheckConstraint(name="query_known_state", condition=Q(state__in=[s.value for s in QueryState])),
            models.CheckConstraint(
                name="query_sent_has_a_limit",
                condition=~Q(state__in=["sent", "partial", "answered", "no_answer"])
                | Q(due_on__isnull=False, sendings__gte=1),
            ),
        ]
        indexes = [models.Index("person", "source", name="query_about")]

    def __str__(self) -> str:
        return f"{self.source} {self.state}"


class Unasked(models.Model):
    """A person and a source for which no consent was live when the request was made: listed, not asked."""

    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="unasked")
    division_code = models.CharField(max_length=12, db_collation="C")
    person = models.ForeignKey("registry.Person", on_delete=models.PROTECT, related_name="+")
    source = models.CharField(_("来源"), max_length=16, choices=SourceKey.choices)

    class Meta:
        ordering = ("id",)
        constraints = [models.UniqueConstraint(name="unasked_once", fields=["request", "person", "source"])]

    def __str__(self) -> str:
        return f"{self.person_id} {self.source}"


class Ticket(models.Model):
    """One sending of a question: `reference` is ours and makes a repeated sending harmless, `number` is theirs."""

    query = models.ForeignKey(Query, on_delete=models.PROTECT, related_name="tickets")
    division_code = models.CharField(max_length=12, db_collation="C")
    connector = models.CharField(max_length=20, db_collation="C")
    reference = models.CharField(max_length=40, unique=True, db_collation="C")
    number = models.CharField(max_length=80, db_collation="C")
    sent_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="ticket_once", fields=["connector", "number"])]

    def __str__(self) -> str:
        return self.number


class Answer(models.Model):
    """What a source answered, as it came: encrypted, with its digest. The same answer is kept once."""

    query = models.ForeignKey(Query, on_delete=models.PROTECT, related_name="answers")
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="answers")
    division_code = models.CharField(max_length=12, db_collation="C")
    is_partial = models.BooleanField()
    payload = EncryptedText(_("答复内容"))
    payload_digest = models.CharField(max_length=64, db_collation="C")
    as_of = models.DateField(_("数据截至"), null=True)
    received_on = models.DateField()
    received_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(name="answer_once", fields=["query", "payload_digest"]),
            models.CheckConstraint(name="answer_digest_is_sm3", condition=Q(payload_digest__regex=DIGEST)),
        ]

    def __str__(self) -> str:
        return f"{self.query_id} {self.received_at:%F}"


class Stray(models.Model):
    """An answer that was not taken, and why. What it said is not kept."""

    class Why(models.TextChoices):
        """Why it was not taken."""

        UNKNOWN_TICKET = "unknown_ticket", _("查无此票据号")
        OTHER_PROVINCE = "other_province", _("属于其他省份")
        OTHER_PERSON = "other_person", _("答复的不是所问的人")
        CONSENT_ENDED = "consent_ended", _("授权已撤回或到期")
        ALREADY_ANSWERED = "already_answered", _("此前已完整答复")
        MALFORMED = "malformed", _("内容不合约定")

    division_code = models.CharField(max_length=12, db_collation="C")
    query = models.ForeignKey(Query, null=True, on_delete=models.PROTECT, related_name="strays")
    connector = models.CharField(max_length=20, db_collation="C")
    number = models.CharField(_("票据号"), max_length=80, db_collation="C")
    why = models.CharField(_("未接收原因"), max_length=16, choices=Why.choices)
    digest = models.CharField(max_length=64, db_collation="C")
    received_at = models.DateTimeField()

    class Meta:
        ordering = ("-id",)
        constraints = [models.UniqueConstraint(name="stray_once", fields=["connector", "number", "digest"])]

    def __str__(self) -> str:
        return f"{self.number} {self.why}"
