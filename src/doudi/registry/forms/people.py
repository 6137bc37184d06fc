"""Forms about people."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doudi.accounts.models import Staff

from .. import actions
from ..codes import ETHNIC_GROUPS
from ..models import Certificate, Household, Person, Residence, Statement
from ..models.facts import HOUSEHOLD_KINDS
from ..models.people import Sex
from ..queries.search import household_number, people_by_number
from ..queries.visible import visible
from ..queries.wording import DISABILITIES, LABOUR, SETTINGS, STUDY, YES_NO
from .base import (
    LIVING,
    ActionForm,
    DatedForm,
    DayField,
    ReasonForm,
    ethnic_groups,
    living,
    offer,
    pick,
    relations,
    words,
)
from .parts import YuanField, sources

K = Certificate.Kind
CODES: dict[str, dict[str, Any]] = {
    K.DISABILITY: {"0": gettext_lazy("无残疾"), **DISABILITIES},
    K.STUDY: STUDY,
    K.LABOUR_CAPACITY: LABOUR,
    K.SUPPORT_SETTING: SETTINGS,
}
PERSON_KINDS = [(v, w) for v, w in Statement.Kind.choices if v not in HOUSEHOLD_KINDS]
ASSET_KINDS = [(v, w) for v, w in Statement.Kind.choices if v in HOUSEHOLD_KINDS]
PLAIN_KINDS = ("vehicle_count", "extra_dwellings", "business_over_rule", "assets_within_rule")


class CorrectPerson(DatedForm):
    """What was registered wrongly. The number itself is not shown; left empty it stays as it is."""

    name = words(gettext_lazy("姓名"), longest=600)
    resident_id = words(gettext_lazy("身份证号"), longest=100, required=False, hint=gettext_lazy("号码不变就留空"))
    clear_id = forms.BooleanField(label=gettext_lazy("去掉现有身份证号"), required=False)
    birth_date = DayField(label=gettext_lazy("出生日期"), required=False)
    sex = forms.TypedChoiceField(label=gettext_lazy("性别"), coerce=int, choices=Sex.choices)
    ethnicity = forms.ChoiceField(label=gettext_lazy("民族"), required=False)
    phone = words(gettext_lazy("电话"), longest=100, required=False, hint=gettext_lazy("电话不变就留空"))
    clear_phone = forms.BooleanField(label=gettext_lazy("去掉现有电话"), required=False)
    reason = words(gettext_lazy("更正原因"), hint=gettext_lazy("例如：按户口簿更正"))
    version = forms.IntegerField(widget=forms.HiddenInput)

    def build(self) -> None:
        p: Person = self.subject
        offer(self, "ethnicity", [("", _("不清楚")), *ethnic_groups()])
        keys = ("name", "birth_date", "sex", "ethnicity", "version")
        self.initial = {key: getattr(p, key) for key in keys}
        if p.ethnicity not in ETHNIC_GROUPS:
            self.initial["ethnicity"] = ""

    def act(self, *, by: Staff, on: date, at: datetime) -> Model:
        values, p = self.cleaned_data, self.subject
        changed = {k: values[k] for k in ("name", "ethnicity") if values[k] != getattr(p, k)}
        for key, clear in (("resident_id", "clear_id"), ("phone", "clear_phone")):
            if values[clear] or values[key]:
                changed[key] = "" if values[clear] else values[key]
        if not values["resident_id"]:  # a new number brings its own birth date and sex
            changed |= {k: values[k] for k in ("birth_date", "sex") if values[k] and values[k] != getattr(p, k)}
        common = {"version": values["version"], "reason": values["reason"]}
        return actions.correct_person(person=p, by=by, on=on, at=at, **common, **changed)


class MarkDeath(ActionForm):
    """The day somebody died."""

    death_date = DayField(label=gettext_lazy("死亡日期"))

    def act(self, *, by: Staff, on: date, at: datetime) -> Model:
        return actions.mark_death(person=self.subject, by=by, on=on, at=at, **self.values)


class RevokeDeath(ActionForm):
    """The death was recorded by mistake."""

    reason = words(gettext_lazy("撤销原因"))

    def act(self, *, by: Staff, on: date, at: datetime) -> Model:
        return actions.revoke_death(person=self.subject, by=by, at=at, **self.values)


class RecordCertificate(ActionForm):
    """A dated condition: what may be chosen depends on the kind."""

    kind = pick(gettext_lazy("项目"), Certificate.Kind.choices)
    code = forms.ChoiceField(label=gettext_lazy("内容"), required=False)
    grade = forms.TypedChoiceField(
        label=gettext_lazy("等级或项数"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", "—"), *((str(n), str(n)) for n in range(7))],
        help_text=gettext_lazy("残疾填等级 1–4；生活自理填不能自理的项数 0–6；其他不填"),
    )
    detail = words(gettext_lazy("说明"), required=False, hint=gettext_lazy("例如病名、诊断日期，加密保存"))
    source = pick(gettext_lazy("来源"), sources())
    starts_on = DayField(label=gettext_lazy("从哪一天起"))
    ends_on = DayField(label=gettext_lazy("到哪一天止"), required=False)

    def build(self) -> None:
        self.fields["starts_on"].initial = self.on
        groups = [(str(K(kind).label), list(codes.items())) for kind, codes in CODES.items()]
        offer(self, "code", [("", "—"), (_("一般"), list(YES_NO.items())), *groups])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        kind, code, grade = values.get("kind"), values.get("code"), values.get("grade")
        if kind == K.SELF_CARE:
            values["code"] = ""
            if grade is None:
                self.add_error("grade", _("请选不能自理的项数"))
        elif kind and code not in CODES.get(kind, YES_NO):
            self.add_error("code", _("请选“%(kind)s”下面的一项") % {"kind": K(kind).label})
        if kind == K.DISABILITY and code not in ("", "0") and grade not in (1, 2, 3, 4):
            self.add_error("grade", _("请选残疾等级 1 至 4"))
        if kind == K.DISABILITY and code == "0":
            values["grade"] = 0
        if kind not in (K.DISABILITY, K.SELF_CARE):
            values["grade"] = None
        return values

    def act(self, *, by: Staff, on: date, at: datetime) -> Model:
        return actions.record_certificate(person=self.subject, by=by, on=on, at=at, **self.values)


class StateAmount(ActionForm):
    """A figure somebody stated: income or expense of the last twelve months."""

    kind = pick(gettext_lazy("项目"), PERSON_KINDS)
    amount = YuanField(
        label=gettext_lazy("金额（元）"), max_length=40, help_text=gettext_lazy("近 12 个月合计；是或否的项目填 1 或 0")
    )
    source = pick(gettext_lazy("来源"), sources())
    as_of = DayField(label=gettext_lazy("截至"))
    reference = words(gettext_lazy("凭据"), longest=80, required=False, hint=gettext_lazy("单据号、核对报告号"))

    def build(self) -> None:
        self.fields["as_of"].initial = self.on

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("kind") in PLAIN_KINDS and values.get("amount") is not None:
            number, rest = divmod(values["amount"], 100)
            if rest:
                self.add_error("amount", _("这一项填整数"))
            values["amount"] = number
        return values

    def act(self, *, by: Staff, on: date, at: datetime) -> Model:
        return actions.state_amount(person=self.subject, by=by, on=on, at=at, **self.values)


class StateAsset(StateAmount):
    """Assets of a household on a day."""

    kind = pick(gettext_lazy("项目"), ASSET_KINDS)
    amount = YuanField(
        label=gettext_lazy("金额（元）或数量"),
        max_length=40,
        help_text=gettext_lazy("车辆、住房填数量；是或否的项目填 1 或 0"),
    )

    def act(self, *, by: Staff, on: date, at: datetime) -> Model:
        return actions.state_amount(household=self.subject, by=by, on=on, at=at, **self.values)


class RecordKin(ActionForm):
    """A relative with a legal duty to support, registered or only named."""

    relation = pick(gettext_lazy("是本人的"), relations())
    relative_number = words(
        gettext_lazy("亲属身份证号"),
        longest=100,
        required=False,
        hint=gettext_lazy("在册的人填号码，姓名和出生日期自动带出"),
    )
    relative_name = words(gettext_lazy("亲属姓名"), longest=60, required=False)
    relative_birth_date = DayField(label=gettext_lazy("出生日期"), required=False)
    source = pick(gettext_lazy("来源"), sources())

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        number = values.pop("relative_number", "")
        values["relative"] = registered(number, self.staff) if number else None
        if number and values["relative"] is None:
            self.add_error("relative_number", _("辖区内没有这个号码，请核对，或只填姓名"))
        elif values["relative"]:
            values |= {"relative_name": "", "relative_birth_date": None}
        elif not values.get("relative_name"):
            self.add_error("relative_name", _("请填姓名或身份证号"))
        return values

    def act(self, *, by: Staff, on: date, at: datetime) -> Model:
        return actions.record_kin(person=self.subject, by=by, on=on, at=at, **self.values)


class RecordResidence(ActionForm):
    """Where somebody is registered, lives or holds a permit."""

    kind = pick(gettext_lazy("类型"), Residence.Kind.choices)
    place_code = words(
        gettext_lazy("区划代码"), longest=20, hint=gettext_lazy("6 至 12 位数字，本地到村，外地到县，例如 533102")
    )
    address = words(gettext_lazy("地址"), longest=120, required=False)
    starts_on = DayField(label=gettext_lazy("从哪一天起"))
    ends_on = DayField(label=gettext_lazy("到哪一天止"), required=False)

    def build(self) -> None:
        self.fields["starts_on"].initial = self.on

    def act(self, *, by: Staff, on: date, at: datetime) -> Model:
        return actions.record_residence(person=self.subject, by=by, on=on, at=at, **self.values)


class MoveMember(ReasonForm):
    """The person goes to another household with everything known about them."""

    number = words(gettext_lazy("迁入的户编号"), longest=30)
    relation = pick(gettext_lazy("与户主关系"), relations())
    co_resident = forms.ChoiceField(label=gettext_lazy("是否共同生活"), choices=LIVING, required=False)

    def clean_number(self) -> Household:
        number = household_number(self.cleaned_data["number"])
        found = visible(Household.objects.filter(number=number), self.staff).first()
        if found is None:
            raise forms.ValidationError(_("辖区内没有这个户编号，请核对"))
        return found

    def act(self, *, by: Staff, on: date, at: datetime) -> Model:
        values = self.cleaned_data
        return actions.move_member(
            person=self.subject,
            household=values["number"],
            relation=values["relation"],
            co_resident=living(values["co_resident"]),
            reason=values["reason"],
            by=by,
            on=on,
            at=at,
        )


class ChangeMembership(DatedForm):
    """Relation or living together."""

    relation = pick(gettext_lazy("与户主关系"), relations())
    co_resident = forms.ChoiceField(label=gettext_lazy("是否共同生活"), choices=LIVING, required=False)

    def build(self) -> None:
        super().build()
        together = {True: "yes", False: "no"}.get(self.subject.co_resident, "")
        self.initial = {"relation": self.subject.relation, "co_resident": together}

    def act(self, *, by: Staff, on: date, at: datetime) -> Model:
        together = living(self.cleaned_data["co_resident"])
        return actions.change_membership(
            membership=self.subject,
            relation=self.cleaned_data["relation"],
            co_resident=together,
            by=by,
            on=on,
            at=at,
        )


class EndMembership(ReasonForm):
    """The person leaves the household."""

    def act(self, *, by: Staff, on: date, at: datetime) -> Model:
        return actions.end_membership(membership=self.subject, by=by, on=on, at=at, **self.values)


class EndStatus(ReasonForm):
    """The category no longer holds."""

    def act(self, *, by: Staff, on: date, at: datetime) -> Model:
        return actions.end_status(status=self.subject, by=by, on=on, at=at, **self.values)


class EndCertificate(DatedForm):
    """The condition no longer holds."""

    def act(self, *, by: Staff, on: date, at: datetime) -> Model:
        return actions.end_certificate(certificate=self.subject, by=by, on=on, at=at)


class EndKin(DatedForm):
    """The tie no longer holds."""

    def act(self, *, by: Staff, on: date, at: datetime) -> Model:
        return actions.end_kin(kin=self.subject, by=by, on=on, at=at)


class MergePeople(ActionForm):
    """Two files of one person; the one on whose page this was asked for stays."""

    reason = words(gettext_lazy("合并原因"), hint=gettext_lazy("例如：同一人重复登记，已对照户口簿"))

    def act(self, *, by: Staff, on: date, at: datetime) -> Model:
        other: Person = self.given["other"]
        return actions.merge_people(survivor=self.subject, absorbed=other, by=by, at=at, **self.values)


class UndoMerge(ActionForm):
    """Put everything back as it was."""

    reason = words(gettext_lazy("撤销原因"))

    def act(self, *, by: Staff, on: date, at: datetime) -> Model:
        return actions.undo_merge(merge=self.subject, by=by, at=at, **self.values)


def registered(number: str, staff: Staff) -> Person | None:
    """The person with a number, within this person's reach."""
    return visible(people_by_number(number), staff).first()
