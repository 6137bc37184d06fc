"""The application form: who applies and how, and one question a group of what nobody said yet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from doudi.documents import sniffing
from doudi.documents.upload import ACCEPT
from doudi.policy.facts import Plain
from doudi.registry.actions.refusal import Refused
from doudi.registry.models import Household, Person
from doudi.rulebook.forms.facts import field_for

from ..models import Origin, PlaceBasis
from ..programmes import SETTINGS, Programme
from ..queries.sheet import Ask, Sheet, outside
from ..queries.where import Ground

NONE, SOME = "none", "some"
FIRST = (Programme.HOUSEHOLD_DIBAO, Programme.TEKUN, Programme.INDIVIDUAL_DIBAO, Programme.TEMPORARY_EXPENDITURE)


def group_name(ask: Ask) -> str:
    """The field of a group's question."""
    return f"g-{ask.group.key}"


def detail_name(key: str) -> str:
    """The field of one fact; `person:12.employed` → `d-person-12-employed`."""
    return "d-" + key.replace(":", "-").replace(".", "-")


class IntakeForm(forms.Form):
    """Everything is offered as known; what is asked is grouped, and a group answered "没有" is done."""

    on = forms.DateField(label=_("申请日期"), widget=forms.DateInput(attrs={"type": "date"}))
    applicant = forms.TypedChoiceField(label=_("申请人"), coerce=int)
    programme = forms.ChoiceField(
        label=_("申请什么"), choices=[(p.value, p.label) for p in FIRST], widget=forms.RadioSelect,
        help_text=_("不确定就选第一项：一次申请，所有救助一并测算，不符合的自动转下一项"),
    )  # fmt: skip
    origin = forms.ChoiceField(
        label=_("谁来申请"),
        choices=[(o.value, o.label) for o in Origin if o not in (Origin.PORTAL, Origin.TRANSFER)],
        widget=forms.RadioSelect,
    )
    proxy = forms.CharField(label=_("代办人姓名"), max_length=60, required=False)
    proxy_relation = forms.CharField(label=_("代办人与申请人关系"), max_length=40, required=False)
    proxy_file = forms.FileField(
        label=_("委托书"), required=False, max_length=200, widget=forms.FileInput(attrs={"accept": ACCEPT}),
        help_text=_("申请人签名的委托书照片或扫描件；暂时没有的，受理前补上"),
    )  # fmt: skip
    cause = forms.CharField(
        label=_("困难原因"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, household: Household, sheet: Sheet, ground: Ground, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.household, self.sheet, self.ground = household, sheet, ground
        applicant = self.fields["applicant"]
        assert isinstance(applicant, forms.ChoiceField)
        applicant.choices = [(int(pk), name) for pk, name in sheet.names.items()]
        if ground.unknown:
            self.fields["hukou_seen"] = forms.BooleanField(label=_("已查看户口簿，户籍在本乡镇"))
        for ask in sheet.asks:
            self._add(ask)

    def _add(self, ask: Ask) -> None:
        words = ((NONE, _("都是")), (SOME, _("不都是"))) if ask.group.usual else ((NONE, _("没有")), (SOME, _("有")))
        self.fields[group_name(ask)] = forms.ChoiceField(
            label=str(ask.group.question), choices=words, widget=forms.RadioSelect
        )
        for detail in ask.details:
            field = field_for(detail.spec)
            field.label = f"{detail.name}：{field.label}" if detail.name else field.label
            self.fields[detail_name(detail.key)] = field

    def groups(self) -> Iterator[tuple[Ask, Any, list[Any]]]:
        """Each group with its question and its details, for the page."""
        for ask in self.sheet.asks:
            yield ask, self[group_name(ask)], [self[detail_name(d.key)] for d in ask.details]

    def clean_proxy_file(self) -> Any:
        upload = self.cleaned_data["proxy_file"]
        if upload:
            try:
                sniffing.recognise(upload.file, upload.name or "")
            except sniffing.Refused as refusal:
                raise forms.ValidationError(str(refusal)) from refusal
        return upload

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("origin") == Origin.PROXY and not (said.get("proxy") or "").strip():
            self.add_error("proxy", _("请填写代办人姓名"))
        for ask in self.sheet.asks:
            if said.get(group_name(ask)) == SOME and not any(
                said.get(detail_name(d.key)) is not None for d in ask.details
            ):
                self.add_error(group_name(ask), _("选了“有”，请在下面填写是谁、多少"))
        return said

    def said(self) -> dict[str, Plain]:
        """What the family declares: "没有" for a whole group, or what was typed and nothing for the rest of it."""
        found: dict[str, Plain] = dict(outside(self.sheet.facts, self.cleaned_data["on"]))
        for ask in self.sheet.asks:
            some = self.cleaned_data[group_name(ask)] == SOME
            for detail in ask.details:
                typed = self.cleaned_data.get(detail_name(detail.key)) if some else None
                fact = detail.key.rpartition(".")[2]
                found[detail.key] = ask.group.none[fact] if typed is None else typed
        return found

    def need(self) -> dict[str, Any]:
        """The arguments of a `Need`."""
        said = self.cleaned_data
        programme, applicant = Programme(said["programme"]), Person.objects.get(pk=said["applicant"])
        return {
            "programme": programme,
            "household": self.household,
            "applicant": applicant,
            # Who applies for support of one person applies for themselves; another member is reached by referral.
            "person": applicant if SETTINGS[programme].about_person else None,
            "origin": Origin(said["origin"]),
            "place_basis": self.ground.basis or PlaceBasis.HUKOU,
            "proxy": said["proxy"],
            "proxy_relation": said["proxy_relation"],
            "cause": said["cause"],
        }

    def day(self) -> date:
        """The day of the application."""
        day: date = self.cleaned_data["on"]
        return day

    def refuse(self, refused: Refused) -> None:
        """Put the reasons of an action beside the fields they concern."""
        for field, messages in refused.by_field.items():
            for message in messages:
                self.add_error(field if field in self.fields else None, message)
