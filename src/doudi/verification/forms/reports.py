"""Forms around a round and its report: ask, close, judge, object, enter a department's answer."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from doudi.accounts.models import Staff
from doudi.documents import actions as documents
from doudi.documents.models import Document, Kind
from doudi.documents.upload import ACCEPT
from doudi.registry.forms.base import words
from doudi.registry.models import Household
from doudi.registry.owners import household_owner

from ..models import Adopted, CorrectionState, Pledge, ReasonCode
from ..queries.people import Party
from ..sources import SOURCES
from .base import ActionForm


class RequestForm(ActionForm):
    """About whom and from which sources."""

    members = forms.MultipleChoiceField(
        label=gettext_lazy("核对谁"), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("请至少选择一人")},
    )  # fmt: skip
    sources = forms.MultipleChoiceField(
        label=gettext_lazy("来源"), required=False, widget=forms.CheckboxSelectMultiple,
        choices=[(key.value, key.label) for key in SOURCES], help_text=gettext_lazy("不选就是授权范围内的全部"),
    )  # fmt: skip
    because = words(gettext_lazy("说明"), required=False)

    def __init__(self, data: Any = None, *, parties: list[Party], **more: Any) -> None:
        super().__init__(data, initial={"members": [str(p.person.pk) for p in parties if p.is_member]}, **more)
        self._people = {str(p.person.pk): p.person for p in parties}
        field = self.fields["members"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(pk, person.name) for pk, person in self._people.items()]

    def terms(self) -> dict[str, Any]:
        """What the action is told."""
        members = [self._people[pk] for pk in self.cleaned_data["members"]]
        sources = self.cleaned_data["sources"] or None
        return {"members": members, "sources": sources, "because": self.cleaned_data["because"]}


class CloseForm(ActionForm):
    """Why the report does not wait."""

    note = words(gettext_lazy("不等答复的原因"), longest=300)


class WithFile(ActionForm):
    """A form that may carry a paper."""

    file = forms.FileField(
        label=gettext_lazy("证明材料"), required=False, max_length=200, allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ACCEPT}), help_text=gettext_lazy("图片 10 MB、pdf 20 MB 以内"),
    )  # fmt: skip

    def stored(self, household: Household, kind: Kind, by: Staff, at: datetime) -> Document | None:
        """The paper, kept with the household; None if there is none."""
        upload = self.cleaned_data.get("file")
        if upload is None:
            return None
        source = upload.file if upload.size else io.BytesIO()
        owner = household_owner(household)
        return documents.store(by=by, source=source, name=upload.name, kind=kind, owner=owner, at=at)


class ReasonForm(WithFile):
    """Why an item differs, and which value counts."""

    code = forms.ChoiceField(
        label=gettext_lazy("为什么不一致"), choices=ReasonCode.choices, widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("请选择一个原因")},
    )  # fmt: skip
    adopted = forms.ChoiceField(
        label=gettext_lazy("采信"), choices=Adopted.choices, initial=Adopted.FOUND, widget=forms.RadioSelect,
        required=False, help_text=gettext_lazy("选“其他”时有效；其余原因按规定采信"),
    )  # fmt: skip
    words = words(gettext_lazy("说明"), longest=400, required=False, rows=2)

    field_order = ("code", "words", "adopted", "file")

    def terms(self, pledges: list[Pledge]) -> dict[str, Any]:
        """What the action is told; the newest supplementary pledge stands for 已补充承诺."""
        pledge = next((p for p in pledges if "supplement" in p.statements), None)
        names = ("code", "words", "adopted")
        return {name: self.cleaned_data[name] for name in names} | {"pledge": pledge}


class ObjectionForm(WithFile):
    """What the family says, with evidence."""

    words = words(gettext_lazy("家庭的意见"), longest=400, rows=3)
    items = forms.MultipleChoiceField(
        label=gettext_lazy("对哪几项有异议"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("不选就是所有不一致的项"),
    )  # fmt: skip

    field_order = ("words", "items", "file")

    def __init__(self, data: Any = None, files: Any = None, *, items: list[Any], **more: Any) -> None:
        super().__init__(data, files, **more)
        self.fields["file"].required = True
        self.fields["file"].error_messages["required"] = str(gettext_lazy("请附上证据，例如工资单、离职证明、银行流水"))
        field = self.fields["items"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(str(i.id), f"{i.person} {i.label}".strip()) for i in items]


class CorrectionForm(ActionForm):
    """What the department answered."""

    state = forms.ChoiceField(
        label=gettext_lazy("部门的答复"), widget=forms.RadioSelect,
        choices=[c for c in CorrectionState.choices if c[0] != CorrectionState.SENT],
    )  # fmt: skip
    answer = words(gettext_lazy("答复内容"), longest=400, rows=3)
