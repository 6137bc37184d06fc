"""The pattern that all forms of the registry share.

A form knows its action: `carry_out` calls it and puts what was refused beside the fields; nothing typed is lost.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, ClassVar

from django import forms
from django.core.validators import ProhibitNullCharactersValidator
from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doudi.accounts.models import Staff

from ..actions import Refused
from ..codes import ETHNIC_GROUPS, HEAD, RELATIONS, SELF

Text = Any  # a str or one translated when it is shown
Choices = list[tuple[str, Any]]

USUAL_RELATIONS = ("11", "12", "20", "30", "51", "52", "41", "42", "28", "38", "71", "73", "75", "77")
USUAL_GROUPS = ("01", "18", "28", "46", "39", "20")
BLANK = ("", gettext_lazy("请选择"))


NO_NULLS = ProhibitNullCharactersValidator(gettext_lazy("含有看不见的控制字符，请删去后重新输入"))


class DateInput(forms.DateInput):
    """The browser's own date field."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class DayField(forms.DateField):
    """A day, typed or chosen."""

    widget = DateInput
    default_error_messages: ClassVar[dict[str, Any]] = {
        "required": gettext_lazy("请填写日期"),
        "invalid": gettext_lazy("日期写成 2026-11-23 这样"),
    }


def words(label: Text, *, longest: int = 200, required: bool = True, rows: int = 0, hint: Text = "") -> forms.CharField:
    """A line of text, or several `rows`."""
    widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput()
    messages = {"required": gettext_lazy("这一项要填"), "max_length": gettext_lazy("最多 %(limit_value)s 个字")}
    field = forms.CharField(
        label=label, max_length=longest, required=required, widget=widget, help_text=hint, error_messages=messages
    )
    field.validators = [v for v in field.validators if not isinstance(v, ProhibitNullCharactersValidator)]
    field.validators.append(NO_NULLS)
    return field


def pick(label: Text, choices: Iterable[Any], *, required: bool = True, hint: Text = "") -> forms.ChoiceField:
    """One of a list, with nothing chosen at first."""
    messages = {"required": gettext_lazy("请选择一项"), "invalid_choice": gettext_lazy("请从列表中选择")}
    return forms.ChoiceField(
        label=label, choices=[BLANK, *choices], required=required, help_text=hint, error_messages=messages
    )


def relations(*, head: bool = False) -> list[Any]:
    """Relations to the head: the usual ones first, then all of GB/T 4761."""
    first = [(HEAD, _("户主"))] if head else []
    usual = [(code, RELATIONS[code]) for code in USUAL_RELATIONS]
    rest = [(c, n) for c, n in RELATIONS.items() if c not in (SELF, HEAD, *USUAL_RELATIONS)]
    return [*first, (_("常用"), usual), (_("其他"), rest)]


def ethnic_groups() -> list[Any]:
    """Ethnic groups, those of this prefecture first."""
    usual = [(c, ETHNIC_GROUPS[c].name) for c in USUAL_GROUPS]
    rest = [(c, g.name) for c, g in ETHNIC_GROUPS.items() if c not in USUAL_GROUPS]
    return [(_("本地常见"), usual), (_("其他"), rest)]


LIVING: Choices = [
    ("yes", gettext_lazy("共同生活")),
    ("no", gettext_lazy("不共同生活")),
    ("", gettext_lazy("还没核实")),
]


def living(code: str) -> bool | None:
    """Whether somebody lives with the household; None is not known."""
    return {"yes": True, "no": False}.get(code)


def offer(form: forms.Form, name: str, choices: list[Any]) -> None:
    """Set the choices of one field."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices


class ActionForm(forms.Form):
    """A form that ends in one action. `subject` is what it is about."""

    def __init__(self, data: Any = None, *, subject: Any, staff: Staff, on: date, given: Any = None) -> None:
        self.subject, self.staff, self.on, self.given = subject, staff, on, given or {}
        super().__init__(data)
        self.build()

    def build(self) -> None:
        """Fill in choices and initial values that depend on the subject."""

    def act(self, *, by: Staff, on: date, at: datetime) -> Model | None:
        """Call the action; may raise Refused."""
        raise NotImplementedError

    def carry_out(self, *, by: Staff, at: datetime) -> Model | None:
        """The action's result, or None with every refusal beside its field."""
        on = self.cleaned_data.get("on") or self.on
        try:
            return self.act(by=by, on=on, at=at)
        except Refused as refused:
            for field, messages in refused.by_field.items():
                for message in messages:
                    self.add_error(self.field_of(field), message)
        return None

    def field_of(self, name: str) -> str | None:
        """The field of this form that a refusal belongs to; None for the whole form."""
        last = name.rpartition(".")[2]
        return next((n for n in (name, last) if n in self.fields), None)

    @property
    def values(self) -> dict[str, Any]:
        """The checked values without the day."""
        return {k: v for k, v in self.cleaned_data.items() if k != "on"}


class DatedForm(ActionForm):
    """A change that takes effect on a day."""

    def build(self) -> None:
        label, hint = _("生效日期"), _("从这一天起算，一般是今天")
        self.fields["on"] = DayField(label=label, initial=self.on, help_text=hint)

    def clean_on(self) -> date:
        """Not in the future."""
        day: date = self.cleaned_data["on"]
        if day > self.on:
            raise forms.ValidationError(_("日期晚于今天，请核对"))
        return day


class ReasonForm(DatedForm):
    """Only why, and from when."""

    reason = words(gettext_lazy("原因"))
