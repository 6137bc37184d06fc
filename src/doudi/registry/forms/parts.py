"""Fields that several forms share: a person to be registered, relations of several members, a figure."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doudi.kernel.money import format_yuan, parse_yuan

from ..actions import PersonDraft
from ..models import Household, Membership, Person
from ..models.facts import Source
from ..models.people import Sex
from ..queries.wording import relation
from .base import DayField, ethnic_groups, offer, pick, relations, words

STAYS = "stays"
BY_HAND = (Source.DECLARED, Source.VISIT)


def sources() -> list[tuple[str, Any]]:
    """Who may be named as the source of what a clerk types."""
    return [*((s.value, s.label) for s in BY_HAND), *((s.value, s.label) for s in Source if s not in BY_HAND)]


class DraftFields(forms.Form):
    """A person not yet registered. Birth date and sex come from the number; they are asked only without one."""

    name = words(gettext_lazy("姓名"), longest=600)
    resident_id = words(
        gettext_lazy("身份证号"),
        longest=100,
        required=False,
        hint=gettext_lazy("填了号码，出生日期和性别自动得出，下面两项不用填"),
    )
    birth_date = DayField(label=gettext_lazy("出生日期"), required=False)
    sex = forms.TypedChoiceField(
        label=gettext_lazy("性别"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", gettext_lazy("由身份证号得出")), *Sex.choices],
    )
    ethnicity = pick(gettext_lazy("民族"), [], required=False)
    phone = words(gettext_lazy("电话"), longest=100, required=False)

    def build(self) -> None:
        """The groups of people are a list of the standard."""
        offer(self, "ethnicity", [("", _("不清楚")), *ethnic_groups()])
        parent = getattr(super(), "build", None)
        if parent:
            parent()

    def draft(self) -> PersonDraft:
        """What was typed."""
        keys = ("name", "resident_id", "birth_date", "sex", "ethnicity", "phone")
        return PersonDraft(**{k: self.cleaned_data[k] for k in keys})


def member_fields(form: forms.Form, household: Household, on: Any, *, skip: int = 0, none: str, head: str) -> None:
    """One relation to choose for every present member; `none` stays, `head` is the new head (when named)."""
    rows = Membership.objects.known().on(on).filter(household=household).select_related("person")
    for row in rows.order_by("relation", "id"):
        if row.person_id == skip or row.person.death_date:
            continue
        first = [(STAYS, none)] if none else [("", _("请选择"))]
        top = [("02", head)] if head else []
        field = forms.ChoiceField(
            label=_("%(name)s（现在是%(relation)s）") % {"name": row.person.name, "relation": relation(row.relation)},
            choices=[*first, *top, *relations()],
            initial=STAYS if none else None,
            error_messages={"required": _("请选择一项")},
        )
        form.fields[f"person_{row.person_id}"] = field
        form.people[row.person_id] = row.person  # type: ignore[attr-defined]


def chosen_relations(form: forms.Form) -> dict[int, str]:
    """Person id → relation, of everybody for whom one was chosen."""
    found = {}
    for key, value in form.cleaned_data.items():
        if key.startswith("person_") and value != STAYS:
            found[int(key.removeprefix("person_"))] = value
    return found


def the_head(form: forms.Form, chosen: dict[int, str]) -> Person | None:
    """The one person chosen as head; an error on the form unless there is exactly one."""
    heads = [pk for pk, code in chosen.items() if code == "02"]
    if len(heads) != 1:
        form.add_error(None, _("请选且只选一人为户主"))
        return None
    person: Person = form.people[heads[0]]  # type: ignore[attr-defined]
    return person


class YuanField(forms.CharField):
    """An amount in yuan as people write it; gives fen."""

    def clean(self, value: Any) -> int | None:
        """Fen, or a sentence about what is wrong."""
        text = super().clean(value)
        if not text:
            return None
        try:
            return parse_yuan(text)
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error

    def prepare_value(self, value: Any) -> Any:
        return format_yuan(value) if isinstance(value, int) else value
