"""The printed household file, read back from the PDF."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from pypdf import PdfReader

from doudi.documents.forms import FontsMissing, render, stamp
from doudi.documents.forms.household_file import render as household_file
from tests.conftest import NOON
from tests.documents.households import EMPTY, LARGEST, LONG_NAME, RARE_NAME, STAMP, USUAL


def pages_of(file, by=STAMP) -> list[str]:
    """The text of each page without white space and invisible characters."""
    reader = PdfReader(io.BytesIO(household_file(file, by)))
    return [re.sub(r"[\s\u200b\u2060]", "", page.extract_text()) for page in reader.pages]


@pytest.fixture(scope="module")
def usual() -> list[str]:
    return pages_of(USUAL)


@pytest.fixture(scope="module")
def largest() -> list[str]:
    return pages_of(LARGEST)


@pytest.mark.parametrize("words", ["家庭档案", "ZF-2016-0118", "岳勒旺", "弄恩村第三村民小组18号", "2026年11月23日"])
def test_the_first_page_says_whose_file_it_is(words, usual) -> None:
    assert words in usual[0]


def test_numbers_of_people_are_masked(usual) -> None:
    text = "".join(usual)
    assert "533103********0013" in text
    assert "138****2671" in text
    assert "197903120013" not in text


def test_amounts_are_in_yuan_and_the_unknown_is_said(usual) -> None:
    assert "24,000.00" in usual[0]
    assert "转移性收入（养老金除外）———未知" in usual[0]


def test_every_page_foots_office_operator_time_and_number(largest) -> None:
    for number, page in enumerate(largest, 1):
        assert f"遮放镇人民政府·打印人罗建国·2026-11-2312:00第{number}页共{len(largest)}页" in page


def test_every_page_carries_the_watermark_of_the_operator(largest) -> None:
    assert all(page.count("罗建国2026-11-2312:00") >= 4 for page in largest)


def test_a_table_that_goes_on_repeats_its_heads(largest) -> None:
    assert sum("事项经办" in page for page in largest) >= 2


def test_twelve_members_with_long_and_rare_names_are_all_there(largest) -> None:
    text = "".join(largest)
    assert LONG_NAME in text
    assert RARE_NAME in text
    assert all(f"岳麻腊{n}" in text for n in range(6))


def test_empty_sections_say_so_and_fit_on_one_page() -> None:
    (page,) = pages_of(EMPTY)
    assert page.count("无记录") == 5


def test_what_looks_like_markup_is_printed_as_it_is() -> None:
    nasty = '#panic("x") $x$ *b* @ref <a> \\ [y]'
    (page,) = pages_of(replace(EMPTY, address=nasty))
    assert re.sub(r"\s", "", nasty) in page


@pytest.fixture
def link() -> list[str]:
    data = []
    original = stamp.qr_svg

    def kept(text: str) -> str:
        data.append(text)
        return original(text)

    stamp.qr_svg = kept
    yield data
    stamp.qr_svg = original


def scanned(link: list[str]) -> str:
    household_file(EMPTY, STAMP)
    return urlsplit(link[-1]).path


@pytest.mark.django_db
def test_the_code_on_the_print_is_found_genuine_without_signing_in(client, link) -> None:
    response = client.get(scanned(link))
    assert response.status_code == 200
    assert "ZF-2026-0001" in response.content.decode()
    assert "管门" not in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(("old", "new"), [("0001/", "0002/"), ("20261123", "20261124"), ("/7/", "/8/")])
def test_a_code_on_another_print_is_not_genuine(old, new, client, link) -> None:
    assert client.get(scanned(link).replace(old, new)).status_code == 404


def test_the_code_depends_on_the_second_of_printing() -> None:
    later = replace(STAMP, at=NOON.replace(second=1))
    assert STAMP.as_data("f", "1")["code"] != later.as_data("f", "1")["code"]


def test_without_a_chinese_font_the_error_says_what_to_install(monkeypatch) -> None:
    monkeypatch.setattr(render, "CHINESE", frozenset({"No Such Font"}))
    render._compiler.cache_clear()
    with pytest.raises(FontsMissing, match=r"npm ci.*fonts-noto-cjk"):
        render.render_form("household_file", {})
