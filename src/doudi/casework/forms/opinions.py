"""The forms of the initial review."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from doudi.rulebook.forms.facts import YuanField

from ..models import Conclusion
from ..programmes import SETTINGS, Programme
from ..queries.evaluation import evaluate
from ..queries.judgements import to_judge
from ..queries.relief import ceilings_words
from .relief import SEVERITIES
from .steps import StepForm

JUDGE = "judge_"


class OpinionForm(StepForm):
    """The officer's conclusion, an answer to each named matter, and a reason where the rulebook says otherwise."""

    conclusion = forms.ChoiceField(label=_("初审意见"), choices=Conclusion.choices, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("理由"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("与规则测算不一致，或规则还不能判断时必填；须由分管领导第二人签署"),
    )  # fmt: skip

    field_order = ("version", "conclusion", "severity", "amount_fen_once", "reason", "on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["note"]
        asked = (self.data if self.is_bound else self.initial).get("conclusion", "")
        if self.application.programme == Programme.TEMPORARY_EXPENDITURE:
            self._ask_the_sum(required=asked != Conclusion.REFUSE)
        evaluation = evaluate(self.application, today=self.application.opened_on)
        fits = evaluation.fit(Programme(self.application.programme), self.application.person_id).fits
        self.fields["reason"].required = fits is None or bool(asked and fits != (asked == Conclusion.GRANT))
        for matter in to_judge(self.application, evaluation):
            self.fields[JUDGE + matter.key] = forms.CharField(label=matter.title, help_text=matter.text, max_length=300)
        self.order_fields(self.field_order)

    def _ask_the_sum(self, *, required: bool) -> None:
        """What is paid once is said by people: without it nothing can be confirmed, and a refusal needs none."""
        self.fields["severity"] = forms.ChoiceField(
            label=_("困难程度"), choices=SEVERITIES, required=required, widget=forms.RadioSelect
        )
        self.fields["amount_fen_once"] = YuanField(
            label=_("一次性救助金额（元）"), required=required, widget=forms.TextInput(attrs={"inputmode": "decimal"}),
            help_text=ceilings_words(self.application, dict(SEVERITIES)),
        )  # fmt: skip

    def arguments(self) -> dict[str, Any]:
        said = dict(self.cleaned_data)
        judged = {k.removeprefix(JUDGE): said.pop(k) for k in list(said) if k.startswith(JUDGE)}
        return said | {"conclusion": Conclusion(said["conclusion"]), "judgements": judged}


class ReferForm(StepForm):
    """To which programme the case goes on, and for whom where it concerns a person."""

    programme = forms.ChoiceField(label=_("转按什么项目办理"), widget=forms.RadioSelect)
    person_id = forms.TypedChoiceField(label=_("对象"), coerce=int, empty_value=None, required=False)

    field_order = ("version", "programme", "person_id", "on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["note"]
        following = SETTINGS[Programme(self.application.programme)].next
        people = self.application.people.select_related("person")
        self._offer("programme", [(p.value, str(p.label)) for p in following])
        self._offer("person_id", [("", str(_("全家"))), *((str(p.person_id), p.person.name) for p in people)])

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def arguments(self) -> dict[str, Any]:
        said = dict(self.cleaned_data)
        return said | {"programme": Programme(said["programme"])}
