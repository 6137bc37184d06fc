"""An application and what happened to it: one row a case, one appended row a step."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Cast, Left
from django.utils.translation import gettext_lazy as _

from doudi.privacy.fields import EncryptedText
from doudi.registry.models.dated import PERIOD

from ..limits import ExtensionGround, PauseGround
from ..programmes import Programme
from ..stages import ENDED, OPEN, Stage

CODE = Q(division_code__regex=r"^\d{12}$")
# A range that holds only this township: equality for an exclusion constraint without an extension.
TOWNSHIP = Func(
    Cast("division_code", models.BigIntegerField()), Cast("division_code", models.BigIntegerField()),
    models.Value("[]"), function="int8range",
)  # fmt: skip


class Origin(models.TextChoices):
    """Who brought the need to us."""

    SELF = "self", _("本人申请")
    PROXY = "proxy", _("委托代办")
    FOUND = "found", _("主动发现")
    PORTAL = "portal", _("网上申请")
    TRANSFER = "transfer", _("外县转入")


class PlaceBasis(models.TextChoices):
    """Why this place may take the application (M57-4, 5; LAW26-37; SEED-二(九))."""

    HUKOU = "hukou", _("户籍所在地")
    SPLIT_HUKOU = "split_hukou", _("成员户籍不在一地，一名成员的户籍地")
    RESIDENCE_PERMIT = "residence_permit", _("居住证持有人居住地")
    EMERGENCY = "emergency", _("急难发生地")


class Waiting(models.TextChoices):
    """On whom an application waits: whose queue shows it."""

    FAMILY = "family", _("申请家庭")
    TOWNSHIP = "township", _("乡镇经办")
    HEAD = "head", _("乡镇分管领导")
    COUNTY = "county", _("市民政局")
    DEPARTMENT = "department", _("乡村振兴部门")
    PUBLIC = "public", _("公示期")
    NOBODY = "nobody", _("已办结")


class ApplicationQuerySet(models.QuerySet["Application"]):
    """Filters in the language of the office."""

    def open(self) -> ApplicationQuerySet:
        return self.filter(stage__in=sorted(s.value for s in OPEN))

    def running(self) -> ApplicationQuerySet:
        return self.open().filter(accepted_on__isnull=False)

    def waiting_for(self, *who: Waiting) -> ApplicationQuerySet:
        return self.open().filter(waiting_for__in=who)

    def by_deadline(self) -> ApplicationQuerySet:
        """Most urgent first; what has no deadline last, oldest first."""
        return self.order_by(F("due_on").asc(nulls_last=True), "pk")


class Application(models.Model):
    """One need, told once. `programme` is what it is being handled as now, `asked` what was asked for first."""

    number = models.CharField(_("受理编号"), max_length=24, unique=True, db_collation="C")
    division_code = models.CharField(_("办理地"), max_length=12, db_collation="C")
    programme = models.CharField(_("办理项目"), max_length=24, choices=Programme.choices)
    asked = models.CharField(_("申请项目"), max_length=24, choices=Programme.choices)
    household = models.ForeignKey("registry.Household", null=True, on_delete=models.PROTECT, related_name="+")
    # The one the case is about: individual dibao and tekun concern a person, not the family.
    person = models.ForeignKey("registry.Person", null=True, on_delete=models.PROTECT, related_name="+")
    applicant = models.ForeignKey("registry.Person", null=True, on_delete=models.PROTECT, related_name="+")
    # In an emergency the person need not be on any file: what is known of them, in words.
    stranger = EncryptedText(_("未建档人员"), null=True)
    origin = models.CharField(_("来源"), max_length=8, choices=Origin.choices)
    place_basis = models.CharField(_("受理依据"), max_length=16, choices=PlaceBasis.choices)
    proxy = EncryptedText(_("代办人"), null=True)
    proxy_relation = models.CharField(_("代办人与申请人关系"), max_length=40, blank=True)
    proxy_document = models.BigIntegerField(null=True)  # documents.Document: the authorisation
    cause = EncryptedText(_("困难原因"), null=True)
    severity = models.CharField(_("困难程度"), max_length=8, blank=True)  # light, medium, severe: temporary assistance
    people_count = models.PositiveSmallIntegerField(_("救助人数"), null=True)

    stage = models.CharField(_("环节"), max_length=12, choices=Stage.choices, default=Stage.DRAFT)
    version = models.PositiveIntegerField(default=1)
    handler_id = models.BigIntegerField(null=True)  # accounts.Staff
    waiting_for = models.CharField(max_length=12, choices=Waiting.choices, default=Waiting.TOWNSHIP)
    due_on = models.DateField(_("最晚日期"), null=True)
    due_key = models.CharField(max_length=24, blank=True)

    opened_on = models.DateField()
    submitted_on = models.DateField(null=True)
    accepted_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    delegated = models.BooleanField(default=False)
    extended_for = models.CharField(max_length=12, choices=ExtensionGround.choices, blank=True)
    # The reason why the county must visit before it decides (M57-20): disclosed relatives, a complaint.
    visit_because = models.CharField(max_length=60, blank=True)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="application_place_is_a_village", condition=CODE),
            models.CheckConstraint(
                name="application_about_somebody",
                condition=Q(household__isnull=False) | Q(stranger__isnull=False, programme="temporary_emergency"),
            ),
            models.CheckConstraint(
                name="application_accepted_when_running",
                condition=Q(accepted_on__isnull=False)
                | Q(
                    stage__in=[
                        Stage.DRAFT,
                        Stage.SUBMITTED,
                        Stage.GAPS,
                        Stage.WITHDRAWN,
                        Stage.TRANSFERRED,
                        Stage.TERMINATED,
                    ]
                ),
            ),
            models.CheckConstraint(
                name="application_ended_with_a_day",
                condition=Q(ended_on__isnull=True, stage__in=sorted(s.value for s in OPEN))
                | Q(ended_on__isnull=False, stage__in=sorted(s.value for s in ENDED)),
            ),
            models.CheckConstraint(
                name="application_days_in_order",
                condition=(Q(submitted_on__isnull=True) | Q(submitted_on__gte=F("opened_on")))
                & (Q(accepted_on__isnull=True) | Q(accepted_on__gte=F("submitted_on")))
                & (Q(ended_on__isnull=True) | Q(ended_on__gte=F("opened_on"))),
            ),
            models.CheckConstraint(
                name="application_proxy_named",
                condition=~Q(origin="proxy") | Q(proxy__isnull=False),
            ),
        ]
        indexes = [
            models.Index("division_code", "due_on", name="application_queue", condition=Q(ended_on__isnull=True)),
            models.Index(Left("division_code", 6), "stage", "due_on", name="application_county_queue"),
            models.Index("household", name="application_by_household"),
            models.Index("division_code", "opened_on", name="application_by_place"),
        ]

    def __str__(self) -> str:
        return self.number


class ApplicationPerson(models.Model):
    """A person an open application is about. The database refuses a second open one for the same person."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="people")
    person = models.ForeignKey("registry.Person", on_delete=models.PROTECT, related_name="+")
    division_code = models.CharField(max_length=12, db_collation="C")
    # False once the application has ended, and for emergencies, which never wait for another case.
    is_open = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["application", "person"], name="application_names_a_person_once"),
            models.UniqueConstraint(fields=["person"], name="application_one_open_a_person", condition=Q(is_open=True)),
        ]

    def __str__(self) -> str:
        return f"{self.application_id}: {self.person_id}"


class Step(models.Model):
    """One move that was taken. Appended, never edited: the case reads from these rows alone."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="steps")
    division_code = models.CharField(max_length=12, db_collation="C")
    move = models.CharField(max_length=24)
    from_stage = models.CharField(max_length=12, choices=Stage.choices)
    to_stage = models.CharField(max_length=12, choices=Stage.choices)
    on = models.DateField()
    at = models.DateTimeField()
    by_id = models.BigIntegerField(null=True)  # accounts.Staff; null: the family through the portal, or the clock
    note = EncryptedText(_("说明"), null=True)
    # Codes, ids and amounts; no words about people.
    data = models.JSONField(default=dict)

    class Meta:
        ordering = ("id",)
        indexes = [models.Index("application", "id", name="step_of_application")]

    def __str__(self) -> str:
        return f"{self.application_id} {self.move} {self.on}"


class Pause(models.Model):
    """Days on which the clocks of an application stand still: a listed ground, with evidence."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="pauses")
    division_code = models.CharField(max_length=12, db_collation="C")
    ground = models.CharField(max_length=16, choices=PauseGround.choices)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    document = models.BigIntegerField()  # documents.Document: the evidence
    by_id = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="pause_forward", condition=Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on"))
            ),
            models.UniqueConstraint(fields=["application"], name="pause_one_open", condition=Q(ends_on__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.ground}"


class TownshipSwitch(models.Model):
    """What a township may do that others may not, dated, with its basis."""

    class Kind(models.TextChoices):
        DELEGATED = "delegated", _("受委托审核确认")  # M57-2, N22-四(一), LAW26-44
        RESIDENCE_PERMIT = "residence_permit", _("受理居住证持有人申请")  # SEED-二(九)

    division_code = models.CharField(max_length=9, db_collation="C")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    basis = models.CharField(max_length=200)
    by_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="switch_of_a_township", condition=Q(division_code__regex=r"^\d{9}$")),
            models.CheckConstraint(name="switch_has_a_basis", condition=~Q(basis="")),
            models.CheckConstraint(
                name="switch_forward", condition=Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on"))
            ),
            *(
                ExclusionConstraint(
                    name=f"switch_no_overlap_{kind}",
                    expressions=[(TOWNSHIP, RangeOperators.OVERLAPS), (PERIOD, RangeOperators.OVERLAPS)],
                    condition=Q(kind=kind),
                )
                for kind in ("delegated", "residence_permit")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.division_code} {self.kind}"


class RelativeDisclosure(models.Model):
    """An official's near relative, disclosed (M57-11): their cases get a county visit and another handler.

    `relation` "self" is the official. The relative is a person on file, or known by the index of their number alone.
    """

    staff_id = models.BigIntegerField()
    person = models.ForeignKey("registry.Person", null=True, on_delete=models.PROTECT, related_name="+")
    resident_id_index = models.BinaryField(null=True)
    relative_name = EncryptedText(_("姓名"))
    relation = models.CharField(_("关系"), max_length=16)
    place = models.CharField(max_length=6, db_collation="C")  # the county: whoever handles the case must see it
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    disclosed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="disclosure_of_somebody", condition=Q(person__isnull=False) | Q(resident_id_index__isnull=False)
            ),
        ]
        indexes = [models.Index("person", name="disclosure_by_person")]

    def __str__(self) -> str:
        return f"{self.staff_id}: {self.relation}"
