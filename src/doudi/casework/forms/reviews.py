"""Forms of a review: what is proposed, decided, told, offered."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from doudi.awards.reasons import REASONS
from doudi.registry.forms.base import DayField, pick, words
from doudi.registry.models import Household, Membership, Person
from doudi.verification.forms.base import ActionForm
from doudi.verification.forms.signing import SignatureFields

from ..actions.hearings import Heard
from ..actions.reviews import Offer, Told
from ..actions.reviews_deciding import Wish
from ..models import JobOffer, PeriodicReview
from ..models.reviews import Change, Outcome, Way
from ..queries.reviews import adults_of, earliest_month
from ..reviews import ACTS


class MonthField(forms.DateField):
    """A whole month."""

    def __init__(self, **said: Any) -> None:
        wrong = {"invalid": _("月份写成 2026-11 这样"), "required": _("请填写月份")}
        widget = forms.DateInput(format="%Y-%m", attrs={"type": "month"})
        super().__init__(input_formats=["%Y-%m"], widget=widget, error_messages=wrong, **said)


class ReviewForm(ActionForm):
    """A form about one review; `arguments` is what its action is told."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, files: Any = None, *, review: PeriodicReview, on: date, **more: Any) -> None:
        self.review, self.on = review, on
        known = {"version": review.version} | self.known() | more.pop("initial", {})
        super().__init__(data, files, initial=known, **more)
        self.build()

    def known(self) -> dict[str, Any]:
        """What need not be asked."""
        return {}

    def build(self) -> None:
        """Choices that depend on the review."""

    def arguments(self) -> dict[str, Any]:
        return {}


class ProposeForm(ReviewForm):
    """What happens, why, from when."""

    outcome = forms.ChoiceField(label=_("处理意见"), choices=Outcome.choices, widget=forms.RadioSelect)
    reason = pick(_("原因"), [])
    from_month = MonthField(label=_("从哪个月起"))
    months = forms.IntegerField(label=_("渐退月数"), required=False, min_value=1, max_value=12)
    note = words(_("说明"), longest=500, required=False, rows=3, hint=_("与规则测算不同的，必须写明理由"))

    def known(self) -> dict[str, Any]:
        return {"from_month": earliest_month(self.review, Outcome.KEEP, self.on), "reason": "review"}

    def build(self) -> None:
        acts = {act for act in ACTS.values() if act is not None}
        field = self.fields["reason"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(r.code, r.label) for r in REASONS.values() if r.acts & acts]

    def arguments(self) -> dict[str, Any]:
        said = dict(self.cleaned_data)
        version = said.pop("version")
        return {"wish": Wish(Outcome(said.pop("outcome")), **said), "version": version}


class NoteForm(ReviewForm):
    """Only words, which may stay empty."""

    note = words(_("说明"), longest=500, required=False, rows=3)

    def arguments(self) -> dict[str, Any]:
        return {"note": self.cleaned_data["note"], "version": self.cleaned_data["version"]}


class ReasonForm(NoteForm):
    """Only words, which must be there."""

    note = words(_("理由"), longest=500, rows=3)


class DropForm(ReasonForm):
    """Why it is no longer needed."""

    def arguments(self) -> dict[str, Any]:
        return {"note": self.cleaned_data["note"]}


class NothingForm(ReviewForm):
    """A button."""


class ObjectForm(ReviewForm):
    """What somebody says against a notice."""

    text = words(_("异议内容"), longest=500, rows=3)

    def arguments(self) -> dict[str, Any]:
        return {"text": self.cleaned_data["text"]}


class AnswerForm(ReviewForm):
    """What was found."""

    answer = words(_("调查情况和答复"), longest=500, rows=3)

    def arguments(self) -> dict[str, Any]:
        return {"answer": self.cleaned_data["answer"]}


class HearingForm(SignatureFields, ReviewForm):
    """Who was heard, what they said, signed; or two days on which they were asked."""

    person = pick(_("听取谁的意见"), [])
    way = pick(_("方式"), Way.choices)
    said = words(_("本人的意见"), longest=1000, required=False, rows=4, hint=_("没有意见的写“没有意见”"))
    unsigned_because = words(_("没有签名的原因"), required=False)
    witness = words(_("见证人"), longest=60, required=False)
    first_asked_on = DayField(label=_("第一次约请"), required=False, help_text=_("没有听取成的才填"))
    second_asked_on = DayField(label=_("第二次约请"), required=False)
    unheard_because = words(_("没有听取成的原因"), required=False)

    def build(self) -> None:
        people = adults_of(self.review, self.on)
        self.people = {str(p.pk): p for p in people}
        field = self.fields["person"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(pk, p.name) for pk, p in self.people.items()]
        self.order_fields([name for name in self.fields if not name.startswith("sign_")])

    def arguments(self) -> dict[str, Any]:
        said = dict(self.cleaned_data)
        mark = said["mark"]
        signed = bool(mark.image or mark.name) and not said["unheard_because"]
        told = {
            name: said[name]
            for name in ("said", "unsigned_because", "witness", "first_asked_on", "second_asked_on", "unheard_because")
        }
        return {"heard": Heard(self.people[said["person"]], Way(said["way"]), mark=mark if signed else None, **told)}


class ReportForm(ActionForm):
    """What a family tells."""

    kind = pick(_("什么变化"), Change.choices)
    person = pick(_("哪位成员"), [], required=False)
    since = DayField(label=_("从哪天起"))
    text = words(_("具体情况"), longest=500, rows=3)
    reporter = words(_("报告人"), longest=60)
    way = pick(_("怎样报告"), Way.choices)

    def __init__(self, data: Any = None, *, home: Household, on: date, **more: Any) -> None:
        super().__init__(data, initial={"since": on, "reporter": home.head.name}, **more)
        rows = Membership.objects.known().on(on).filter(household=home).select_related("person").order_by("pk")
        field = self.fields["person"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("全家")), *((str(m.person_id), m.person.name) for m in rows)]

    def told(self) -> Told:
        said = dict(self.cleaned_data)
        person = said.pop("person")
        return Told(**said | {"kind": Change(said["kind"]), "way": Way(said["way"])}, person=int(person or 0) or None)


class OfferForm(ActionForm):
    """A suitable job and its answer."""

    offered_on = DayField(label=_("介绍日期"))
    employer = words(_("用人单位"), longest=100)
    job = words(_("岗位"), longest=100)
    suitable_because = words(_("为什么合适"), longest=300, rows=2, hint=_("距离、工时、报酬、身体条件"))
    answer = forms.ChoiceField(label=_("本人答复"), choices=JobOffer.Answer.choices, widget=forms.RadioSelect)
    reason = words(_("拒绝的理由"), longest=300, required=False, rows=2)

    def __init__(self, data: Any = None, *, person: Person, on: date, **more: Any) -> None:
        self.person = person
        super().__init__(data, initial={"offered_on": on}, **more)

    def offer(self) -> Offer:
        return Offer(**self.cleaned_data)
