"""Amounts, numbers, days and categories look the same on every page."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.http import QueryDict
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory
from django.utils import translation

from doudi.console.templatetags.doudi import ICONS, SEALS

TODAY = date(2026, 11, 23)
NUMBER = "533199197902122417"


def shown(source: str, **values: object) -> str:
    return Template(source).render(Context({"today": TODAY, **values}))


@pytest.mark.parametrize(
    ("fen", "html"),
    [
        (111900, '<span class="money">1,119<i>.00</i></span>'),
        (0, '<span class="money">0<i>.00</i></span>'),
        (-1322005, '<span class="money">\u221213,220<i>.05</i></span>'),
        (None, '<span class="money">—</span>'),
    ],
)
def test_money_has_light_decimals_a_real_minus_and_a_dash_for_unknown(fen: int | None, html: str) -> None:
    assert shown("{% yuan fen %}", fen=fen) == html


def test_a_change_of_money_shows_its_plus_and_its_unit() -> None:
    assert shown("{% yuan 2146000 sign=True unit=True %}") == '<span class="money">+21,460<i>.00</i></span> 元'


def test_an_unknown_variable_is_unknown_money_not_an_error() -> None:
    assert "—" in shown("{% yuan missing %}")


def test_a_money_cell_is_right_aligned_and_named_for_stacked_tables() -> None:
    html = shown('{% money 100 label="收入" %}')
    assert html.startswith('<td class="r" data-label="收入">')
    assert html.endswith("</td>")


def test_an_identity_number_is_masked_whatever_is_given() -> None:
    masked = shown("{% idno n %}", n="533199********2417")
    assert shown("{% idno n %}", n=NUMBER) == masked
    assert "19790212" not in masked


def test_an_identity_number_is_read_aloud_as_its_last_four_characters() -> None:
    assert '<span class="vh">身份证号，末 4 位 2417</span>' in shown("{% idno n %}", n=NUMBER)


def test_an_old_identity_number_keeps_its_birth_date_hidden() -> None:
    html = shown("{% idno n %}", n="533199790212241")
    assert "533199******241" in html
    assert "790212" not in html


@pytest.mark.parametrize("wrong", ["5331", "53319919790212241", "护照 E12345678"])
def test_a_number_of_unknown_shape_shows_nothing_of_itself(wrong: str) -> None:
    html = shown("{% idno n %}", n=wrong)
    assert wrong[-4:] not in html


def test_a_missing_number_is_a_dash() -> None:
    assert "—" in shown("{% idno None %}")
    assert "—" in shown("{% phone None %}")


def test_a_phone_number_is_masked_and_read_by_its_last_four_digits() -> None:
    html = shown('{% phone "13812342671" %}')
    assert "138****2671" in html
    assert "1234" not in html
    assert "末 4 位 2671" in html


def test_what_comes_from_people_is_escaped() -> None:
    html = shown("{% idno n %}{% seal 'dibao' label=n %}{% reveal n n %}", n="<script>*")
    assert "<script>" not in html


@pytest.mark.parametrize("category", SEALS)
def test_every_seal_stands_beside_its_word(category: str) -> None:
    mark = SEALS[category]
    html = shown("{% seal c %}", c=category)
    assert f">{mark.character}</i>" in html
    assert f"<span>{mark.label}</span>" in html


def test_a_short_seal_still_speaks() -> None:
    assert '<span class="vh">低保对象</span>' in shown('{% seal "dibao" short=True %}')


@pytest.mark.parametrize(
    ("days", "css", "words"),
    [
        (-1, "x", "逾期 1 个工作日"),
        (0, "a", "今天"),
        (5, "a", "剩 5 个工作日"),
        (6, "g", "剩 6 个工作日"),
        (None, "d", "等待他人"),
    ],
)
def test_the_clock_grows_in_weight_as_the_deadline_nears(days: int | None, css: str, words: str) -> None:
    assert shown("{% sla days %}", days=days) == f'<span class="sla {css}">{words}</span>'


def test_the_clock_says_its_unit_and_its_own_words() -> None:
    assert "剩 2 天" in shown('{% sla 2 unit="天" %}')
    assert "等核对结果" in shown('{% sla None text="等核对结果" %}')


def test_a_day_has_its_year_only_across_years() -> None:
    assert ">11月12日<" in shown("{% day d %}", d=date(2026, 11, 12))
    assert ">2025年11月12日<" in shown("{% day d %}", d=date(2025, 11, 12))
    assert ">2026年11月12日<" in shown("{% day d year=True %}", d=date(2026, 11, 12))


def test_a_moment_is_shown_in_the_time_of_the_county() -> None:
    late = datetime(2026, 11, 12, 17, 20, tzinfo=UTC)
    assert ">11月13日 01:20<" in shown("{% day at time=True %}", at=late)


def test_a_day_that_is_not_known_is_a_dash() -> None:
    assert shown("{% day None %}") == "—"


def test_a_count_names_what_is_counted() -> None:
    assert shown('{% count 7517 "户" %}') == '<span class="nw">7,517 户</span>'
    assert shown('{% count None "户" %}') == '<span class="nw">— 户</span>'


def test_an_icon_is_silent_unless_it_has_a_label() -> None:
    assert shown('{% icon "home" %}') == '<i class="i i-home" aria-hidden="true"></i>'
    assert '<span class="vh">锁定</span>' in shown('{% icon "lock" label="锁定" %}')


def test_an_icon_that_the_sheet_lacks_is_an_error() -> None:
    assert "home" in ICONS
    with pytest.raises((ValueError, TemplateSyntaxError)):
        shown('{% icon "unicorn" %}')


def test_english_follows_the_language() -> None:
    with translation.override("en"):
        assert ">12 Nov<" in shown("{% day d %}", d=date(2026, 11, 12))
        assert shown('{% count 2 "户" %}') == '<span class="nw">2 households</span>'


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_numbers_are_grouped_by_thousands_in_every_language(language: str) -> None:
    with translation.override(language):
        assert shown("{{ n|thousands }} {{ nothing|thousands }}", n=1234567, nothing=None) == "1,234,567 —"


def test_a_search_keeps_the_other_parameters_of_the_address_whatever_they_are_called() -> None:
    request = RequestFactory().get("/?items=1&items=2&lists=%22%3E&q=old")
    assert shown('{% carried "q" "page" %}', request=request) == (
        '<input type="hidden" name="items" value="1"><input type="hidden" name="items" value="2">'
        '<input type="hidden" name="lists" value="&quot;&gt;">'
    )


def test_no_template_calls_a_method_of_the_address_that_a_parameter_of_that_name_would_replace() -> None:
    methods = "|".join(name for name in dir(QueryDict) if not name.startswith("_"))
    called = re.compile(rf"\b(GET|POST|query|data)\.({methods})\b")
    root = Path(__file__).parents[2] / "src" / "doudi"
    pages = {str(path.relative_to(root)): path.read_text(encoding="utf-8") for path in root.rglob("*.html")}
    assert len(pages) > 200
    assert {name: found[0] for name, text in pages.items() if (found := called.search(text))} == {}
