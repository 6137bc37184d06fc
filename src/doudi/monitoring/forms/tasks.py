"""What is entered about a task at a desk."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from doudi.registry.forms.base import DayField, offer, pick, words
from doudi.verification.forms.base import ActionForm

from ..actions.disposing import Choice
from ..models import Disposition

ENTITLEMENTS = [
    ("refer_medical", _("医疗救助")), ("refer_education", _("教育救助")), ("refer_employment", _("就业救助")),
    ("refer_housing", _("住房救助")), ("refer_disaster", _("受灾人员救助")), ("disability", _("残疾人服务")),
    ("revitalisation", _("防返贫帮扶")),
]  # fmt: skip


class AssignForm(ActionForm):
    """Whom to send; nobody named is the coordinator with the least to do."""

    to = forms.ChoiceField(label=_("派给"), required=False)

    def __init__(self, data: Any = None, *, people: dict[int, str]) -> None:
        super().__init__(data)
        offer(self, "to", [("", _("按工作量自动派给本村协理员")), *people.items()])

    def chosen(self) -> int | None:
        """The person named, if any."""
        return int(self.cleaned_data["to"]) if self.cleaned_data["to"] else None


class VisitForm(ActionForm):
    """A visit reported at a desk, for whoever has no phone with them."""

    visited_on = DayField(label=_("入户日期"))
    hour = forms.IntegerField(label=_("几点（24 小时）"), min_value=0, max_value=23)
    disposition = pick(_("处置意见"), Disposition.choices)
    note = words(_("看到和了解到的情况"), longest=2000, rows=4)

    def arguments(self) -> dict[str, Any]:
        """The visit as the action takes it."""
        said = self.cleaned_data
        moment = datetime.combine(said["visited_on"], time(said["hour"]), tzinfo=timezone.get_current_timezone())
        return {"disposition": said["disposition"], "note": said["note"], "visited_at": moment}


class DisposeForm(ActionForm):
    """How a task ends. The person, the day and the department are asked only where the end needs them."""

    disposition = pick(_("怎么处置"), Disposition.choices)
    note = words(_("核实到的情况"), longest=2000, rows=4)
    entitlement = pick(
        _("转什么事项"), ENTITLEMENTS, required=False, hint=_("只有“转有关部门”要选；部门只看到这一项和上面的说明")
    )
    person = pick(_("去世的是谁"), [], required=False, hint=_("只有“已去世”要选"))
    death_date = DayField(label=_("去世日期"), required=False, help_text=_("只有“已去世”要填"))
    untrue = forms.MultipleChoiceField(
        label=_("其中哪些信号不属实"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("都属实就不勾；选“情况不属实”的不用勾"),
    )  # fmt: skip

    def __init__(
        self, data: Any = None, *, people: list[tuple[int, str]], signals: list[tuple[str, Any]], **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        offer(self, "untrue", [*signals])
        if len(signals) < 2:
            del self.fields["untrue"]
        offer(self, "person", [("", _("请选择")), *people])

    def choice(self) -> Choice:
        """The end as the action takes it."""
        said = self.cleaned_data
        return Choice(
            said["disposition"], said["note"], int(said["person"]) if said["person"] else None, said["death_date"],
            said["entitlement"] or "other", frozenset(said.get("untrue", ())),
        )  # fmt: skip


class NoteForm(ActionForm):
    """Only why."""

    note = words(_("原因"), rows=2)
