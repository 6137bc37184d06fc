"""A household typed by hand: every fact of the rulebook as a field; what is left empty is not known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.forms import BoundField
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from doudi.kernel.money import parse_yuan
from doudi.places.queries import options
from doudi.policy.engine.nodes import HOUSEHOLD, OBLIGOR, PERSON, Depth
from doudi.policy.engine.units import BOOLEAN, DATE, FEN
from doudi.policy.facts import FACTS, FactSpec

PEOPLE_LIMIT = 20
LAST_YEAR = 2099
LEFT_OUT = {"division_code", "relation"}
FIRST = {
    "residence_class", "financial_assets_fen", "vehicle_count", "vehicle_value_fen",
    "birth_date", "labour_capacity", "disability_kind", "disability_grade", "severe_illness", "study_stage",
    "employed", "wage_income_fen", "business_net_income_fen", "transfer_net_income_fen", "medical_self_paid_fen",
    "education_fee_fen",
}  # fmt: skip
# What an ordinary family is like, where that is not simply no or nothing. None: stays unknown.
ORDINARY: dict[str, Any] = {
    "residence_class": None, "birth_date": None, "obligors_known": None, "sex": None,
    "income_fen_year": None, "assets_within_rule": None, "co_resident": True,
    "labour_capacity": "full", "study_stage": "none", "relapse_watch": "none", "support_setting": "home",
}  # fmt: skip


class YuanField(forms.Field):
    """An amount typed in yuan; fen inside."""

    def to_python(self, value: Any) -> Any:
        text = str(value or "").strip()
        if not text:
            return None
        try:
            return int(parse_yuan(text))
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error


def field_for(spec: FactSpec) -> forms.Field:
    """The input of one fact."""
    common: dict[str, Any] = {"label": spec.label, "required": False}
    if spec.unit == BOOLEAN:
        return forms.TypedChoiceField(
            choices=[("", _("不清楚")), ("yes", _("是")), ("no", _("否"))], coerce=lambda v: v == "yes",
            empty_value=None, **common,
        )  # fmt: skip
    if spec.choices:
        kind = type(next(iter(spec.choices)))
        choices = [("", _("不清楚")), *((str(key), text) for key, text in spec.choices.items())]
        return forms.TypedChoiceField(choices=choices, coerce=kind, empty_value=None, **common)
    if spec.unit == DATE:
        return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), **common)
    if spec.unit == FEN:
        common["label"] = _("%(label)s（元）") % {"label": spec.label}
        return YuanField(widget=forms.TextInput(attrs={"inputmode": "decimal"}), **common)
    return forms.IntegerField(min_value=spec.low, max_value=spec.high - 1, **common)


class FactsForm(forms.Form):
    """The day, the place, the household and its people."""

    on = forms.DateField(label=_("按哪天的政策"), widget=forms.DateInput(attrs={"type": "date"}))
    place = forms.ChoiceField(label=_("办理地"))
    ordinary = forms.BooleanField(label=_("没有填写的，按“没有”计算"), required=False)

    def __init__(self, data: Any, people: int, obligors: int = 0, **more: Any) -> None:
        super().__init__(data, **more)
        self.people, self.obligors = people, obligors
        members = [(f"p{n}", _now("成员 %(n)s") % {"n": n}) for n in range(1, people + 1)]
        for number in range(1, obligors + 1):
            owes = forms.ChoiceField(label=_("是谁的法定义务人"), choices=members)
            self.fields[f"o{number}-of"] = owes
        self.fields["place"].choices = options(settings.DOUDI_COUNTY, 9)  # type: ignore[attr-defined]
        for _key, depth, prefix in self._entities():
            for name, spec in specs(depth).items():
                self.fields[prefix + name] = field_for(spec)

    def _entities(self) -> Iterator[tuple[str, Depth, str]]:
        yield "household", HOUSEHOLD, "h-"
        for number in range(1, self.people + 1):
            yield f"p{number}", PERSON, f"p{number}-"
        for number in range(1, self.obligors + 1):
            yield f"o{number}", OBLIGOR, f"o{number}-"

    def clean_on(self) -> date:
        """A day that the calendar reaches."""
        day: date = self.cleaned_data["on"]
        if day.year > LAST_YEAR:
            raise forms.ValidationError(_now("日期太晚，请检查年份"))
        return day

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        for _key, depth, prefix in self._entities():
            for name, spec in specs(depth).items():
                value = values.get(prefix + name)
                if value is not None and (why := spec.refusal(value)):
                    self.add_error(prefix + name, _now("超出范围：%(why)s") % {"why": why})
        return values

    def sections(self) -> list[tuple[str, list[BoundField], list[BoundField]]]:
        """Heading, the usual fields, the others: of the household, of each person and of each obligor."""
        told: list[tuple[str, list[BoundField], list[BoundField]]] = []
        titles = {HOUSEHOLD: _now("家庭"), PERSON: _now("成员 %(n)s"), OBLIGOR: _now("法定义务人 %(n)s")}
        for key, depth, prefix in self._entities():
            title = titles[depth] % {"n": key[1:]}
            fields = [(name, self[prefix + name]) for name in specs(depth)]
            if depth == OBLIGOR:
                told.append((title, [self[f"{prefix}of"], *(field for _name, field in fields)], []))
                continue
            first, rest = ([f for n, f in fields if (n in FIRST) == usual] for usual in (True, False))
            told.append((title, first, rest))
        return told

    def facts(self) -> dict[str, Any]:
        """The case in the shape of the rulebook's files."""
        rows = {key: self._row(depth, prefix) for key, depth, prefix in self._entities()}
        household = rows.pop("household") | {
            "household_id": "typed",
            "division_code": self.cleaned_data["place"].ljust(12, "0"),
        }
        persons = [row | {"person_id": key} for key, row in rows.items() if key[0] == "p"]
        obligors = [
            row | {"obligor_id": key, "person_id": self.cleaned_data[f"{key}-of"]}
            for key, row in rows.items()
            if key[0] == "o"
        ]
        return {"household": household, "persons": persons, "obligors": obligors}

    def _row(self, depth: Depth, prefix: str) -> dict[str, Any]:
        given = {name: self.cleaned_data.get(prefix + name) for name in specs(depth)}
        if self.cleaned_data["ordinary"]:
            given = {n: _ordinary(spec) if given[n] is None else given[n] for n, spec in specs(depth).items()}
        return {n: v.isoformat() if isinstance(v, date) else v for n, v in given.items() if v is not None}


def specs(depth: Depth) -> Mapping[str, FactSpec]:
    """The facts that are typed."""
    return {n: s for n, s in FACTS[depth].items() if not s.identity and not s.shown_only and n not in LEFT_OUT}


def _ordinary(spec: FactSpec) -> Any:
    if spec.name in ORDINARY:
        return ORDINARY[spec.name]
    return False if spec.unit == BOOLEAN else 0
