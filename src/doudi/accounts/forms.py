"""The forms of this context. What they cannot know, the action says, and its words land on the right field."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from . import port
from .errors import Refused
from .models import Staff
from .permissions import Permission
from .roles import Role

LAST_YEAR = 2099


class ActionForm(forms.Form):
    """A form that carries out one action; a refusal of the action becomes an error of the form."""

    result: Any = None

    def carried_out(self, action: Callable[..., Any], **fixed: Any) -> bool:
        """Call `action` with the cleaned fields; False, with errors to show, if it or the form refused."""
        if not self.is_valid():
            return False
        try:
            self.result = action(**self.cleaned_data, **fixed)
        except Refused as refused:
            self.add_error(refused.field if refused.field in self.fields else None, str(refused))
            return False
        return True

    @property
    def status(self) -> int:
        """The status of the page that shows this form."""
        return 422 if self.errors else 200


def _password(label: Any, **more: Any) -> forms.CharField:
    current = {"autocomplete": more.pop("autocomplete", "current-password")}
    widget = forms.PasswordInput(attrs=current)
    return forms.CharField(label=label, max_length=256, strip=False, widget=widget, **more)


class SignInForm(ActionForm):
    """Who and the secret."""

    username = forms.CharField(
        label=_("登录名"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "autofocus": True}),
    )
    password = _password(_("密码"))


class CodeForm(ActionForm):
    """The six digits of the authenticator app."""

    code = forms.RegexField(
        label=_("动态码"),
        regex=r"^\s*\d{3}\s?\d{3}\s*$",
        help_text=_("手机验证器上的 6 位数字，每 30 秒换一次"),
        error_messages={"invalid": _("动态码是 6 位数字")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "maxlength": 8}),
    )


class PasswordForm(ActionForm):
    """The old secret once, the new one twice."""

    current = _password(_("现在的密码"))
    new = _password(
        _("新密码"),
        autocomplete="new-password",
        help_text=_("至少 10 位，大写、小写、数字、符号用三种；或者用 16 位以上的一句话"),
    )
    again = _password(_("再输一遍新密码"), autocomplete="new-password")

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if "new" in values and values["new"] != values.pop("again", None):
            self.add_error("again", _("两次输入的新密码不一样"))
        return values


class HireForm(ActionForm):
    """A new member of staff."""

    name = forms.CharField(label=_("姓名"), max_length=50)
    username = forms.CharField(
        label=_("登录名"), max_length=40, help_text=_("小写字母、数字和 . _ -，例如 yang.xiaoyun")
    )
    office = forms.CharField(label=_("单位"), max_length=80)
    phone = forms.CharField(label=_("电话"), max_length=20, required=False)


class ReasonForm(ActionForm):
    """Why something is done to somebody."""

    reason = forms.CharField(label=_("事由"), max_length=200)


class AssignForm(ActionForm):
    """A role at a place, with or without an end."""

    role = forms.ChoiceField(label=_("角色"))
    place = forms.ChoiceField(label=_("辖区"))
    ends_on = forms.DateField(
        label=_("最后一天"),
        required=False,
        help_text=_("不填为长期"),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    reason = forms.CharField(label=_("依据"), max_length=200, help_text=_("任职文件或说明"))

    def __init__(self, by: Staff, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given = [(role.value, role.label) for role in Role if role is not Role.VISITOR]
        self._choose("role", given)
        self._choose("place", _places_of(by))

    def _choose(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("请选择")), *choices]

    def clean_ends_on(self) -> date | None:
        """A day of this century: beyond it lies a slip of the finger."""
        last: date | None = self.cleaned_data["ends_on"]
        if last and last.year > LAST_YEAR:
            raise forms.ValidationError(_("年份太远，请核对；长期任职就不填"))
        return last

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        last = values.pop("ends_on", None)
        midnight = last and datetime.combine(last + timedelta(days=1), time())
        values["ends_at"] = timezone.make_aware(midnight) if midnight else None
        if "role" in values:
            values["role"] = Role(values["role"])
        return values


class AskForm(ActionForm):
    """Which village, and why."""

    place = forms.CharField(
        label=_("村或社区的区划代码"),
        max_length=12,
        help_text=_("12 位，从“这里不在您的辖区”的页面点过来会自动填好"),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    reason = forms.CharField(
        label=_("为什么要看"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("本人和当地负责人都能看到"),
    )


class AnswerForm(ActionForm):
    """Yes or no."""

    answer = forms.ChoiceField(choices=[("grant", _("批准")), ("refuse", _("不批准"))])

    def clean(self) -> dict[str, Any]:
        return {"granted": (super().clean() or {}).get("answer") == "grant"}


class DemandForm(ActionForm):
    """Whether a role demands a second factor."""

    role = forms.ChoiceField(choices=[(role.value, role.label) for role in Role if role is not Role.VISITOR])
    required = forms.BooleanField(required=False)

    def clean_role(self) -> Role:
        return Role(self.cleaned_data["role"])


def _places_of(by: Staff) -> list[Any]:
    """The places a security administrator may give, county first, then by township."""
    reach = by.scope.places(Permission.STAFF_WRITE)
    levels = ((6, _("全市")), (9, _("乡镇、街道、农场")), (12, _("村、社区")))
    return [(str(label), [o for prefix in reach for o in port.place_options(prefix, n)]) for n, label in levels]
