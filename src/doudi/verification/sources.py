"""The fifteen sources of the law (rulebook §6; M57-17, LAW26-41): what each returns, and what the registry takes of it.

One table. `feeds` are the kinds of the registry's statements and certificates that an answer may state; `tells` are
findings that only stand in the report, for a person to weigh: a death, a spouse, another benefit, a pay slip of the
state. A source without `registry` states nothing: the registry does not know it as a source of figures.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from doudi.registry.models.facts import HOUSEHOLD_KINDS, Certificate, Source, Statement

Text = str | Promise


class SourceKey(models.TextChoices):
    """Who can be asked."""

    POLICE = "police", _("公安（户籍、车管）")
    HUMAN_RESOURCES = "human_resources", _("人力资源社会保障")
    TAX = "tax", _("税务")
    LAND = "land", _("不动产登记、自然资源")
    MARKET = "market", _("市场监管")
    HOUSING_FUND = "housing_fund", _("住房公积金")
    MEDICAL = "medical", _("医疗保障")
    BANK = "bank", _("银行、证券、保险、非银行支付")
    CIVIL_AFFAIRS = "civil_affairs", _("民政（婚姻、殡葬、救助、儿童）")
    DISABLED = "disabled", _("残联")
    EDUCATION = "education", _("教育")
    AGRICULTURE = "agriculture", _("农业农村")
    JUSTICE = "justice", _("司法、监狱")
    VETERANS = "veterans", _("退役军人事务")
    FINANCE = "finance", _("财政（财政供养、一卡通）")


class Finding(models.TextChoices):
    """What a source can tell that is no figure of the registry."""

    DEATH = "death", _("死亡、注销户口")
    SPOUSE = "spouse", _("婚姻登记")
    BENEFIT = "benefit", _("其他地方享受的待遇")
    COMPANY = "company", _("企业任职、持股")
    PAYROLL = "payroll", _("财政供养")
    HOUSING_FUND = "housing_fund", _("住房公积金缴存")


K, C = Statement.Kind, Certificate.Kind
EXPENSE = (K.MEDICAL, K.EDUCATION_FEE, K.REHABILITATION, K.OTHER_RIGID)
# Counts and yes/no: either the same or not.
COUNTED = (K.VEHICLE_COUNT, K.EXTRA_DWELLINGS, K.BUSINESS_OVER_RULE, K.OBLIGOR_ASSETS_OK)


@dataclass(frozen=True)
class SourceTerms:
    """One source: `workdays` it may take, `fresh_days` how old its kept data may be to count as an answer."""

    key: SourceKey
    returns: Text
    feeds: tuple[str, ...]
    tells: tuple[str, ...]
    workdays: int
    fresh_days: int
    registry: str = ""

    @property
    def label(self) -> str:
        return str(self.key.label)

    @property
    def of_the_household(self) -> tuple[str, ...]:
        """The kinds that count for the household: known once every member has been answered for."""
        return tuple(kind for kind in self.feeds if kind in HOUSEHOLD_KINDS)


def _terms(
    key: SourceKey, returns: Text, feeds: Iterable[str], tells: Iterable[str], workdays: int, fresh_days: int,
    registry: str = "",
) -> tuple[SourceKey, SourceTerms]:  # fmt: skip
    kinds = tuple(str(kind) for kind in feeds)
    return key, SourceTerms(key, returns, kinds, tuple(str(t) for t in tells), workdays, fresh_days, registry)


S, F = SourceKey, Finding
# A kind of figure is fed by one source alone: what two of them know are parts of a whole, not versions of it, and the
# registry believes one statement of a kind.
SOURCES: dict[SourceKey, SourceTerms] = dict([
    _terms(S.POLICE, _("户籍成员、住址、死亡注销；车辆类型、登记日期、评估价"),
           (K.VEHICLE_COUNT, K.VEHICLE_VALUE), (F.DEATH,), 5, 30, Source.POLICE),
    _terms(S.HUMAN_RESOURCES, _("养老金发放、社保缴费单位和基数、失业待遇、就业登记"),
           (K.BASIC_PENSION, C.EMPLOYMENT), (F.BENEFIT,), 5, 60, Source.HUMAN_RESOURCES),
    _terms(S.TAX, _("工资薪金所得、扣缴单位、经营所得、开票"), (K.WAGE, K.BUSINESS), (), 5, 60, Source.TAX),
    _terms(S.LAND, _("不动产套数、面积、性质、转移登记"), (K.EXTRA_DWELLINGS,), (), 5, 30, Source.LAND),
    _terms(S.MARKET, _("法定代表人、股东、个体工商户及其状态"), (K.BUSINESS_OVER_RULE,), (F.COMPANY,), 5, 30,
           Source.MARKET),
    _terms(S.HOUSING_FUND, _("缴存状态、基数、余额"), (), (F.HOUSING_FUND,), 5, 30),
    _terms(S.MEDICAL, _("参保类型、住院费用、报销和救助后的个人自付"), (K.MEDICAL, C.SEVERE_ILLNESS), (), 5, 30,
           Source.MEDICAL),
    _terms(S.BANK, _("存款、证券、保险、支付账户在某日的余额和一年的利息收益"),
           (K.FINANCIAL_ASSETS, K.PROPERTY), (), 15, 30, Source.BANK),
    _terms(S.CIVIL_AFFAIRS, _("结婚离婚登记、火化记录、其他救助待遇、儿童保障"),
           (K.OLD_AGE_ALLOWANCE, C.CHILD_SUPPORT), (F.DEATH, F.SPOUSE, F.BENEFIT), 3, 30, Source.CIVIL_AFFAIRS),
    _terms(S.DISABLED, _("残疾类别、等级、证件有效期"), (K.REHABILITATION, C.DISABILITY), (), 5, 90, Source.DISABLED),
    _terms(S.EDUCATION, _("就读学校、学段、资助"), (K.EDUCATION_FEE, C.STUDY), (), 5, 180, Source.EDUCATION),
    _terms(S.AGRICULTURE, _("脱贫户和监测对象、承包地、惠农补贴、农机"), (K.TRANSFER,), (), 5, 180,
           Source.AGRICULTURE),
    _terms(S.JUSTICE, _("服刑、强制隔离戒毒、社区矫正"), (C.PRISON, C.DETOX), (), 10, 30, Source.JUSTICE),
    _terms(S.VETERANS, _("优抚待遇、自主就业补助"), (), (F.BENEFIT,), 5, 90),
    _terms(S.FINANCE, _("财政供养人员、一卡通发放"), (), (F.PAYROLL, F.BENEFIT), 5, 60),
])  # fmt: skip

ITEM_LABELS = {one.value: one.label for choices in (Finding, C, K) for one in choices}

ALL: tuple[str, ...] = tuple(key.value for key in SOURCES)


def terms_of(key: str) -> SourceTerms:
    """The terms of a source. KeyError: there is no such source."""
    return SOURCES[SourceKey(key)]


def label_of(key: str) -> str:
    """A source in words."""
    return terms_of(key).label


def item_label(kind: str) -> str:
    """A statement, a certificate or a finding in words."""
    return str(ITEM_LABELS.get(kind, kind))
