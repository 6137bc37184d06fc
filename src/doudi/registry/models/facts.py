"""What is known about people and households, each row with its source: certificates, circumstances, statements, kin."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from doudi.privacy.fields import EncryptedText

from .dated import CODE, PERIOD, Dated, forward, same
from .people import Household, Person


class Source(models.TextChoices):
    """Who says so. The order of trust is in `registry/facts/choose.py`."""

    DECLARED = "declared", _("家庭申报")
    VISIT = "visit", _("入户调查")
    CIVIL_AFFAIRS = "civil_affairs", _("民政局")
    POLICE = "police", _("公安局")
    HUMAN_RESOURCES = "human_resources", _("人社局")
    TAX = "tax", _("税务局")
    MEDICAL = "medical", _("医保局")
    DISABLED = "disabled", _("残联")
    EDUCATION = "education", _("教育体育局")
    HOUSING = "housing", _("住建局")
    LAND = "land", _("不动产登记中心")
    MARKET = "market", _("市场监管局")
    BANK = "bank", _("银行")
    AGRICULTURE = "agriculture", _("农业农村局")
    REVITALISATION = "revitalisation", _("乡村振兴局")
    JUSTICE = "justice", _("司法局")
    EMERGENCY = "emergency", _("应急管理局")
    FINANCE = "finance", _("财政局")
    POWER = "power", _("供电局")


class Certificate(Dated):
    """A dated condition of a person. `code` and `grade` mean what the kind says; a missing row means *not known*."""

    class Kind(models.TextChoices):
        """kind → what `code` holds."""

        DISABILITY = "disability", _("残疾")  # code: kind 0–7 (GB/T 26341, 0 = none), grade: 0–4
        SEVERE_ILLNESS = "severe_illness", _("重病")  # code: yes / no; the illness itself is encrypted
        STUDY = "study", _("就学")  # code: study stage of rules.md §3
        EMPLOYMENT = "employment", _("就业")  # code: yes / no
        LABOUR_CAPACITY = "labour_capacity", _("劳动能力")  # code: full / partial / none
        SELF_CARE = "self_care", _("生活自理")  # grade: number of failed items 0–6
        SUPPORT_SETTING = "support_setting", _("供养方式")  # code: home / institution
        PRISON = "prison", _("服刑")  # code: yes / no
        DETOX = "detox", _("强制隔离戒毒")  # code: yes / no
        MISSING = "missing", _("宣告失踪")  # code: yes / no
        CLERGY = "clergy", _("宗教教职")  # code: yes / no; years are counted from starts_on
        CHILD_SUPPORT = "child_support", _("孤儿或事实无人抚养儿童保障")  # code: yes / no
        NO_CIVIL_CAPACITY = "no_civil_capacity", _("无民事行为能力")  # code: yes / no
        # What a department's file says, without touching what the county itself has established.
        DEATH_REPORTED = "death_reported", _("部门报告死亡")  # code: yes / no; starts_on is the day of death
        MOVED_OUT = "moved_out", _("户口迁出")  # code: yes / no; starts_on is the day
        MARRIED = "married", _("婚姻登记")  # code: yes / no
        UNEMPLOYMENT = "unemployment", _("失业登记")  # code: yes / no
        UNEMPLOYMENT_PAY = "unemployment_pay", _("领取失业保险金")  # code: yes / no
        BUSINESS_OWNER = "business_owner", _("市场主体登记")  # code: legal_person / shareholder / self_employed / no
        FISCAL_PAYROLL = "fiscal_payroll", _("财政供养")  # code: yes / no
        BENEFIT_ELSEWHERE = "benefit_elsewhere", _("外地在领待遇")  # code: dibao / tekun / other / no
        OBLIGORS_COMPLETE = "obligors_complete", _("法定义务人已查清")  # code: yes / no

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="certificates")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    code = models.CharField(max_length=24, blank=True)
    grade = models.SmallIntegerField(null=True)
    detail = EncryptedText(_("说明"), null=True)
    source = models.CharField(max_length=16, choices=Source.choices)

    class Meta:
        constraints = [
            *forward("certificate"),
            models.CheckConstraint(name="certificate_place_is_a_village", condition=CODE),
            models.CheckConstraint(
                name="certificate_disability_graded",
                condition=~Q(kind="disability") | Q(code__regex="^[0-7]$", grade__gte=0, grade__lte=4),
            ),
            models.CheckConstraint(
                name="certificate_self_care_counted",
                condition=~Q(kind="self_care") | Q(grade__gte=0, grade__lte=6),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.code}"


class Circumstance(Dated):
    """A dated fact about a household that is not money."""

    class Kind(models.TextChoices):
        """kind → code: yes / no, and for relapse_watch the kinds of rules.md §3."""

        LIFTED = "lifted_from_poverty", _("脱贫户")
        RELAPSE_WATCH = "relapse_watch", _("防止返贫监测")
        DWELLING_UNSAFE = "dwelling_unsafe", _("住房不安全")
        DISASTER = "disaster_event", _("受灾")
        EMERGENCY = "emergency_event", _("突发急难")

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="circumstances")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    code = models.CharField(max_length=20)
    source = models.CharField(max_length=16, choices=Source.choices)

    class Meta:
        constraints = [
            *forward("circumstance"),
            models.CheckConstraint(name="circumstance_place_is_a_village", condition=CODE),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.code}"


HOUSEHOLD_KINDS = (
    "power_use",
    "financial_assets",
    "vehicle_count",
    "vehicle_value",
    "extra_dwellings",
    "business_over_rule",
)
SIGNED_KINDS = ("business_net_income", "property_net_income", "transfer_net_income")


class Statement(Dated):
    """A figure that somebody stated for a period: income and expense of a person, assets of a household.

    `starts_on`/`ends_on` is the period the figure covers (12 months for income and expense, the day for an asset).
    """

    class Kind(models.TextChoices):
        """Unit: fen per the stated period; counts and yes/no (1/0) where the name says so."""

        WAGE = "wage_income", _("工资性收入")
        BUSINESS = "business_net_income", _("经营净收入")
        PROPERTY = "property_net_income", _("财产净收入")
        TRANSFER = "transfer_net_income", _("转移净收入")
        BASIC_PENSION = "basic_pension", _("基础养老金")
        OLD_AGE_ALLOWANCE = "old_age_allowance", _("高龄津贴")
        EXEMPT = "exempt_income", _("不计入收入")
        MEDICAL = "medical_self_paid", _("医疗自付")
        EDUCATION_FEE = "education_fee", _("教育支出")
        REHABILITATION = "rehabilitation_fee", _("残疾康复支出")
        OTHER_RIGID = "other_rigid", _("其他刚性支出")
        FINANCIAL_ASSETS = "financial_assets", _("金融资产")
        VEHICLE_COUNT = "vehicle_count", _("车辆数")
        VEHICLE_VALUE = "vehicle_value", _("车辆价值")
        EXTRA_DWELLINGS = "extra_dwellings", _("其他住房套数")
        BUSINESS_OVER_RULE = "business_over_rule", _("经营规模超限")
        PENSION = "pension_income", _("职工养老金")
        STUDY_AID = "study_aid", _("学生资助")
        PROVIDENT = "provident_base", _("公积金缴存基数")
        POWER_USE = "power_use", _("近三十天用电（千瓦时）")
        OBLIGOR_ASSETS_OK = "assets_within_rule", _("义务人财产符合规定")

    household = models.ForeignKey(
        Household, db_index=False, null=True, on_delete=models.PROTECT, related_name="statements"
    )
    person = models.ForeignKey(Person, db_index=False, null=True, on_delete=models.PROTECT, related_name="statements")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    amount = models.BigIntegerField()
    source = models.CharField(max_length=16, choices=Source.choices)
    reference = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            *forward("statement"),
            models.CheckConstraint(name="statement_place_is_a_village", condition=CODE),
            models.CheckConstraint(
                name="statement_about_a_person_or_a_household",
                condition=Q(household__isnull=False, person__isnull=True, kind__in=HOUSEHOLD_KINDS)
                | (Q(household__isnull=True, person__isnull=False) & ~Q(kind__in=HOUSEHOLD_KINDS)),
            ),
            models.CheckConstraint(name="statement_sign", condition=Q(amount__gte=0) | Q(kind__in=SIGNED_KINDS)),
            models.CheckConstraint(
                name="statement_amount_in_bounds", condition=Q(amount__lt=2**53, amount__gt=-(2**53))
            ),
        ]
        # One of the two is null, and whoever asks, asks for some kinds: half the index to write, a tenth to read.
        indexes = [
            models.Index(fields=["person", "kind"], name="statement_of_person", condition=Q(person__isnull=False)),
            models.Index(
                fields=["household", "kind"], name="statement_of_household", condition=Q(household__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount}"


class KinTie(Dated):
    """A relative with a legal duty to support, inside or outside the registry (rules.md: obligor)."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="kin")
    relative = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="kin_of")
    relation = models.CharField(_("与本人关系"), max_length=2)  # GB/T 4761, the relative seen from the person
    relative_name = models.CharField(max_length=60, blank=True)
    relative_birth_date = models.DateField(null=True)
    source = models.CharField(max_length=16, choices=Source.choices)

    class Meta:
        constraints = [
            *forward("kin"),
            models.CheckConstraint(name="kin_place_is_a_village", condition=CODE),
            models.CheckConstraint(
                name="kin_somebody_named", condition=Q(relative__isnull=False) | ~Q(relative_name="")
            ),
            ExclusionConstraint(
                name="kin_tie_once",
                expressions=[
                    (same("person"), RangeOperators.OVERLAPS),
                    (same("relative"), RangeOperators.OVERLAPS),
                    (PERIOD, RangeOperators.OVERLAPS),
                ],
                condition=Q(superseded_at__isnull=True, relative__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} – {self.relation}"
