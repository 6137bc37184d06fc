"""The form of a conference."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from doudi.registry.forms.base import DayField, words
from doudi.verification.forms.base import ActionForm

from ..actions.conferences import Talk, read_participants


class ConferenceForm(ActionForm):
    """What was talked over, by whom, with the minutes."""

    held_on = DayField(label=_("会议日期"))
    question = words(_("议的问题"), longest=500, rows=3)
    participants = words(_("参加人员"), longest=1000, rows=4, hint=_("每行一人：姓名 空格 单位"))
    opinions = words(_("各方意见"), longest=2000, rows=4)
    conclusion = words(_("会议结论"), longest=1000, rows=3)
    file = forms.FileField(label=_("会议纪要"), help_text=_("照片、扫描件或 PDF"))

    def arguments(self) -> dict[str, Any]:
        said = dict(self.cleaned_data)
        file = said.pop("file")
        people = read_participants(said.pop("participants"))
        return {"talk": Talk(participants=people, **said), "source": file, "name": file.name}
