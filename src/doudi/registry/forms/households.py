"""Forms about households."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission

from .. import actions
from ..models import Circumstance, Household, LowIncomeStatus, Membership, Person
from ..models.status import PERSONAL
from ..queries.naming import below, spots
from ..queries.search import household_number, people_by_number
from ..queries.visible import visible
from ..queries.wording import WATCH
from .base import LIVING, ActionForm, DatedForm, DayField, living, offer, pick, relations, words
from .parts import DraftFields, chosen_relations, member_fields, sources, the_head


def villages(codes: list[str], *, county_of: str = "") -> list[Any]:
    """Villages by township, of some prefixes or of a whole county."""
    found = below([county_of] if county_of else codes, 12)
    names = spots(code for code, _name in found)
    grouped: dict[str, list[tuple[str, str]]] = {}
    for code, name in found:
        grouped.setdefault(names[code].township, []).append((code, name))
    return list(grouped.items())


class RegisterHousehold(DraftFields, DatedForm):
    """A new household with its head; members are added on its page."""

    division_code = pick(gettext_lazy("村（社区）"), [])
    address = words(
        gettext_lazy("住址"), longest=600, required=False, hint=gettext_lazy("小组、门牌，例如：上寨小组 12 号")
    )
    field_order = ("division_code", "address")

    def build(self) -> None:
        super().build()
        places = list(self.staff.scope.places(Permission.PERSON_WRITE))
        offer(self, "division_code", [("", _("请选择")), *villages(places)])
        self.fields["name"].label = _("户主姓名")

    def act(self, *, by: Staff, on: date, at: datetime) -> Model:
        return actions.register_household(
            division_code=self.cleaned_data["division_code"],
            head=self.draft(),
            address=self.cleaned_data["address"],
            by=by,
            on=on,
            at=at,
        )


class AddMember(DraftFields, DatedForm):
    """Somebody new, or somebody already registered who is in no household."""

    relation = pick(gettext_lazy("与户主关系"), relations())
    co_resident = forms.ChoiceField(label=gettext_lazy("是否共同生活"), choices=LIVING, required=False)
    field_order = ("name", "resident_id", "birth_date", "sex", "relation", "co_resident")

    def act(self, *, by: Staff, on: date, at: datetime) -> Model:
        draft, relation = self.draft(), self.cleaned_data["relation"]
        together = living(self.cleaned_data["co_resident"])
        common = {"household": self.subject, "relation": relation, "co_resident": together}
        known = self._registered(draft.resident_id)
        if known is not None and known.name == draft.name.strip():
            return actions.add_member(person=known, by=by, on=on, at=at, **common)
        return actions.register_person(person=draft, by=by, on=on, at=at, **common)

    def _registered(self, number: str) -> Person | None:
        """Somebody with this number who is in no household; everybody else is the action's to refuse."""
        rows = visible(people_by_number(number), self.staff)
        return rows.exclude(pk__in=Membership.objects.known().on(self.on).values("person_id")).first()


class SplitHousehold(DatedForm):
    """Some members become a household of their own."""

    reason = words(gettext_lazy("分户原因"), hint=gettext_lazy("例如：结婚、分家单过"))
    address = words(gettext_lazy("新户住址"), longest=600, required=False)

    def build(self) -> None:
        super().build()
        self.people: dict[int, Person] = {}
        stay, head = _("留在原户"), _("新户的户主")
        member_fields(self, self.subject, self.on, skip=self.subject.head_id, none=stay, head=head)

    def act(self, *, by: Staff, on: date, at: datetime) -> Model | None:
        chosen = chosen_relations(self)
        head = the_head(self, chosen)
        if head is None:
            return None
        return actions.split_household(
            household=self.subject,
            head=head,
            relations={pk: code for pk, code in chosen.items() if pk != head.pk},
            reason=self.cleaned_data["reason"],
            address=self.cleaned_data["address"],
            by=by,
            on=on,
            at=at,
        )


class ChangeHead(DatedForm):
    """Another member heads the household; everybody's relation is to them."""

    reason = words(gettext_lazy("变更原因"))

    def build(self) -> None:
        super().build()
        self.people: dict[int, Person] = {}
        member_fields(self, self.subject, self.on, none="", head=_("新户主"))

    def act(self, *, by: Staff, on: date, at: datetime) -> Model | None:
        chosen = chosen_relations(self)
        head = the_head(self, chosen)
        if head is None:
            return None
        return actions.set_head(
            household=self.subject,
            head=head,
            relations={pk: code for pk, code in chosen.items() if pk != head.pk},
            reason=self.cleaned_data["reason"],
            by=by,
            on=on,
            at=at,
        )


class JoinHousehold(DatedForm):
    """Another household's members all come into this one; that one is closed."""

    number = words(gettext_lazy("并入的户编号"), longest=30, hint=gettext_lazy("这一户的成员都迁到本户，原户销户"))
    reason = words(gettext_lazy("并户原因"))

    def build(self) -> None:
        super().build()
        self.people: dict[int, Person] = {}
        typed = str((self.data or self.given).get("number", ""))
        self.other = self._find(typed) if typed else None
        if self.other:
            self.fields["number"].initial = self.other.number
            member_fields(self, self.other, self.on, none="", head="")

    def _find(self, typed: str) -> Household | None:
        rows = visible(Household.objects.filter(number=household_number(typed[:30])), self.staff)
        return rows.exclude(pk=self.subject.pk).first()

    def clean_number(self) -> str:
        if self.other is None:
            raise forms.ValidationError(_("辖区内没有这个户编号，请核对"))
        return self.other.number

    def act(self, *, by: Staff, on: date, at: datetime) -> Model:
        assert self.other is not None
        return actions.merge_households(
            survivor=self.subject,
            absorbed=self.other,
            relations=chosen_relations(self),
            reason=self.cleaned_data["reason"],
            by=by,
            on=on,
            at=at,
        )


class MoveHousehold(DatedForm):
    """Hand the household to another village of the county."""

    to_code = pick(gettext_lazy("迁往"), [], hint=gettext_lazy("迁出后由那里管理，您可能看不到这份档案"))
    address = words(gettext_lazy("新住址"), longest=600, required=False)
    reason = words(gettext_lazy("迁移原因"))

    def build(self) -> None:
        super().build()
        places = villages([], county_of=self.subject.division_code[:6])
        offer(self, "to_code", [("", _("请选择")), *places])

    def act(self, *, by: Staff, on: date, at: datetime) -> Model:
        return actions.move_household(household=self.subject, by=by, on=on, at=at, **self.values)


class CorrectAddress(ActionForm):
    """The address, unless somebody changed the file meanwhile."""

    address = words(gettext_lazy("住址"), longest=600, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def build(self) -> None:
        self.initial = {"address": self.subject.address, "version": self.subject.version}

    def act(self, *, by: Staff, on: date, at: datetime) -> Model:
        return actions.correct_address(household=self.subject, by=by, at=at, **self.values)


class RecordCircumstance(ActionForm):
    """A fact about the household that is not money."""

    kind = pick(gettext_lazy("情况"), Circumstance.Kind.choices)
    code = pick(
        gettext_lazy("内容"),
        list(WATCH.items()),
        hint=gettext_lazy("“防止返贫监测”选具体类型，其他情况选是或否"),
    )
    source = pick(gettext_lazy("来源"), sources())
    starts_on = DayField(label=gettext_lazy("从哪一天起"))
    ends_on = DayField(label=gettext_lazy("到哪一天止"), required=False)

    def build(self) -> None:
        self.fields["starts_on"].initial = self.on

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        watch, code = values.get("kind") == Circumstance.Kind.RELAPSE_WATCH, values.get("code")
        if code and values.get("kind") and watch == (code in ("yes", "no")):
            self.add_error("code", _("监测类型选具体一种") if watch else _("这一项选是或否"))
        return values

    def act(self, *, by: Staff, on: date, at: datetime) -> Model:
        return actions.record_circumstance(household=self.subject, by=by, on=on, at=at, **self.values)


class DetermineStatus(ActionForm):
    """A category of the household, or of one person in it."""

    category = pick(gettext_lazy("类别"), LowIncomeStatus.Category.choices)
    person = forms.ModelChoiceField(
        queryset=Person.objects.none(),
        label=gettext_lazy("对象"),
        required=False,
        empty_label=gettext_lazy("整户"),
        help_text=gettext_lazy("特困、单人户低保要选到人，其他类别按户认定"),
    )
    department = pick(gettext_lazy("认定部门"), LowIncomeStatus.Department.choices)
    ground = words(gettext_lazy("认定依据"), hint=gettext_lazy("文件、条款或会议，例如：6号文二（三）"))
    starts_on = DayField(label=gettext_lazy("从哪一天起"))
    ends_on = DayField(label=gettext_lazy("到期日"), required=False)
    review_by = DayField(label=gettext_lazy("复核日期"), required=False)
    allowed: tuple[str, ...] = tuple(LowIncomeStatus.Category.values)

    def build(self) -> None:
        here = Membership.objects.known().on(self.on).filter(household=self.subject)
        field = self.fields["person"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Person.objects.filter(pk__in=here.values("person_id"))
        self.fields["starts_on"].initial = self.on
        chosen = [(v, w) for v, w in LowIncomeStatus.Category.choices if v in self.allowed]
        offer(self, "category", [("", _("请选择")), *chosen])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        personal = values.get("category") in PERSONAL
        if values.get("category") and personal != bool(values.get("person")):
            self.add_error("person", _("请选定人员") if personal else _("这一类按户认定，请选“整户”"))
        return values

    def act(self, *, by: Staff, on: date, at: datetime) -> Model:
        return actions.determine_status(household=self.subject, by=by, on=on, at=at, **self.values)


class DetermineWatch(DetermineStatus):
    """The categories that the rural revitalisation department determines."""

    allowed = ("rigid_expenditure", "relapse_watch", "other")
