"""Taking a lead down, telling one, asking what came of it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doudi.registry.forms.base import offer, pick, words
from doudi.verification.forms.base import ActionForm

from ..actions.leads import LONGEST, Told
from ..models import LeadOutcome, Reporter, Urgency


class LeadForm(ActionForm):
    """A lead as staff take it down."""

    reporter = pick(gettext_lazy("线索来源"), Reporter.choices)
    place = pick(gettext_lazy("在哪里"), [])
    about = words(gettext_lazy("谁家有困难"), hint=gettext_lazy("姓名，或者住在哪里"))
    household_number = words(
        gettext_lazy("户编号"),
        required=False,
        longest=20,
        hint=gettext_lazy("知道就填，填了马上派人入户；不知道可以不填"),
    )
    text = words(gettext_lazy("什么情况"), longest=LONGEST, rows=4)
    urgency = pick(gettext_lazy("有多急"), Urgency.choices)
    name = words(gettext_lazy("反映人姓名"), required=False, longest=60)
    phone = words(gettext_lazy("反映人电话"), required=False, longest=30)
    anonymous = forms.BooleanField(label=gettext_lazy("反映人要求匿名"), required=False)

    def __init__(self, data: Any = None, *, places: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        offer(self, "place", [("", gettext_lazy("请选择")), *places])

    def told(self) -> Told:
        """The lead as the action takes it."""
        return Told(**self.cleaned_data)


class TellForm(ActionForm):
    """What anybody may tell, in plain words. `website` is a trap: people do not see it, programmes fill it in."""

    place = pick(gettext_lazy("在哪个乡镇（街道）"), [])
    about = words(gettext_lazy("谁家有困难"), hint=gettext_lazy("写姓名；不知道姓名就写住在哪里"))
    text = words(
        gettext_lazy("遇到了什么困难"),
        longest=LONGEST,
        rows=4,
        hint=gettext_lazy("例如：生病住院、没有吃的、老人没人照顾"),
    )
    urgency = pick(gettext_lazy("有多急"), Urgency.choices)
    name = words(gettext_lazy("您的姓名"), required=False, longest=60, hint=gettext_lazy("可以不填"))
    phone = words(
        gettext_lazy("您的电话"), required=False, longest=30, hint=gettext_lazy("可以不填；填了方便向您了解情况")
    )
    website = forms.CharField(required=False, label=gettext_lazy("请不要填写这一项"))

    def __init__(self, data: Any = None, *, places: list[tuple[str, str]]) -> None:
        super().__init__(data)
        offer(self, "place", [("", gettext_lazy("请选择")), *places])

    def clean_website(self) -> str:
        """A person leaves it empty."""
        if self.cleaned_data["website"]:
            raise forms.ValidationError(_("这一项要留空。请清空后再提交"))
        return ""

    def told(self) -> Told:
        """The lead as the action takes it; who gives neither name nor phone is anonymous."""
        said = {name: value for name, value in self.cleaned_data.items() if name != "website"}
        anonymous = not (said["name"].strip() or said["phone"].strip())
        return Told(reporter=Reporter.PUBLIC, anonymous=anonymous, **said)


class CodeForm(ActionForm):
    """The code on the receipt."""

    code = words(gettext_lazy("查询码"), longest=40, hint=gettext_lazy("提交时给您的 10 位查询码"))


class LinkForm(ActionForm):
    """Which family it is."""

    number = words(gettext_lazy("户编号"), longest=20)


class AnswerForm(ActionForm):
    """What the reporter will read."""

    outcome = pick(gettext_lazy("怎么答复"), LeadOutcome.choices)


class MergeForm(ActionForm):
    """Into which other lead."""

    into = words(gettext_lazy("并入的线索编号"), longest=20)
