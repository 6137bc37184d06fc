"""A page speaks Chinese unless its reader chose English."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import translation

from doudi.console.middleware import ChosenLanguage


def spoken(*, cookie: str = "", accept: str = "", **preferences: str) -> str:
    request = RequestFactory().get("/", headers={"accept-language": accept})
    request.user = SimpleNamespace(preferences=preferences)  # type: ignore[assignment]
    request.COOKIES["django_language"] = cookie

    def page(_request: HttpRequest) -> HttpResponse:
        return HttpResponse(translation.get_language())

    return ChosenLanguage(page)(request).content.decode()


def test_the_preference_of_the_person_decides() -> None:
    assert spoken(language="en", cookie="zh-hans") == "en"


def test_without_a_preference_the_choice_made_before_signing_in_counts() -> None:
    assert spoken(cookie="en") == "en"


def test_the_browser_does_not_decide() -> None:
    assert spoken(accept="en-US,en") == "zh-hans"


@pytest.mark.parametrize("nonsense", ["xx", "../etc", "EN"])
def test_an_unknown_language_is_chinese(nonsense: str) -> None:
    assert spoken(language=nonsense) == "zh-hans"


def test_the_answer_names_its_language() -> None:
    request = RequestFactory().get("/")
    assert ChosenLanguage(lambda _request: HttpResponse())(request).headers["Content-Language"] == "zh-hans"
