"""The shell around a page: landmarks, one heading, states, and nothing that the content security policy drops."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, QueryDict
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils.html import strip_tags
from django.views import View

from doudi import console
from doudi.console import panels, views
from doudi.console.access import public, requires
from doudi.console.components import Chip, Entry, Fact, Link, Pager, Progress, Tab, pager_of
from doudi.console.forms import RevealForm
from doudi.console.panels import Panel

pytestmark = pytest.mark.urls("tests.console.urls")

ROOT = Path(console.__file__).parent
ERROR_PAGES = ["400.html", "403.html", "403_csrf.html", "404.html", "409.html", "413.html", "500.html"]


class MemoryMessages(list):
    """Django's messages without a session."""

    def add(self, level: int, message: str, extra_tags: str = "") -> None:
        self.append(messages.storage.base.Message(level, message))


def request(path: str = "/", **preferences: str) -> HttpRequest:
    made = RequestFactory().get(path)
    made.user = SimpleNamespace(  # type: ignore[assignment]
        is_authenticated=True, name="杨晓芸", office="遮放镇社会事务办", preferences=preferences, may=lambda _p: True
    )
    made._messages = MemoryMessages()  # type: ignore[attr-defined]
    return made


def workbench(**preferences: str) -> str:
    return views.workbench(request(**preferences)).content.decode()


@pytest.fixture(autouse=True)
def _no_panels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(panels, "_panels", {})


def words(html: str) -> str:
    return re.sub(r"\s+", " ", strip_tags(html))


def test_a_day_without_work_says_so() -> None:
    assert "<h1>今天的都办完了</h1>" in workbench()


def test_the_heading_adds_up_what_is_due_today() -> None:
    for name, urgent in (("a", 3), ("b", 1)):
        panels.register(Panel(name, "console/_empty.html", "self", lambda _s, _n, u=urgent: {"urgent": u}))
    assert "<h1>今天先办这 4 件</h1>" in workbench()


def test_a_panel_stands_in_its_column() -> None:
    panels.register(Panel("s", "console/_empty.html", "self", lambda _s, _n: {"title": "备用金"}, column="side"))
    assert "备用金" in workbench().split('class="col aside')[1]


def test_the_workbench_shows_the_date_and_where_one_works() -> None:
    assert re.search(r"\d{4}年\d+月\d+日 周[一二三四五六日] 遮放镇社会事务办", words(workbench()))


def test_every_page_has_landmarks_a_skip_link_and_one_heading() -> None:
    html = workbench()
    assert html.count("<h1>") == html.count("<main ") == 1
    assert '<a class="skip" href="#main">' in html
    assert '<nav aria-label="主导航">' in html
    assert 'aria-current="page"' in html


@pytest.mark.parametrize("page", ["workbench", "help_page"])
def test_no_page_carries_inline_style_or_script(page: str) -> None:
    html = getattr(views, page)(request()).content.decode()
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)|javascript:", html)


def test_no_template_of_any_context_carries_inline_style_or_script() -> None:
    guilty = [
        path.name
        for path in ROOT.parent.glob("*/templates/**/*.html")
        if re.search(r"<style|\sstyle=|\son\w+=\"|<script(?![^>]*\ssrc=)", path.read_text(encoding="utf-8"))
    ]
    assert guilty == []


def test_no_page_asks_another_server_for_anything() -> None:
    assert not re.search(r"(src|href|action)=\"(https?:)?//", workbench())


def test_preferences_reach_the_page() -> None:
    html = workbench(size="large", density="dense", keys="off")
    assert 'data-size="large" data-density="dense"' in html
    assert 'data-keys="off"' in html


def test_htmx_keeps_no_copy_of_personal_data_in_the_browser() -> None:
    assert '"historyCacheSize": 0' in workbench()


def test_success_is_a_toast_and_a_warning_stays_on_the_page() -> None:
    asked = request()
    messages.success(asked, "已派给 景玉南")
    messages.warning(asked, "核对报告已过 60 天")
    html = views.workbench(asked).content.decode()
    toasts = html.split('role="status"')[1].split("</div>")[0]
    assert "景玉南" in toasts
    assert "核对报告" not in toasts
    assert "核对报告" in html.split("<h1>")[0]


@pytest.mark.parametrize("name", ERROR_PAGES)
def test_an_error_page_needs_no_context_and_offers_a_way_on(name: str) -> None:
    html = render_to_string(name)
    assert len(words(html.split("<h1>")[1])) > 20
    assert '<a class="btn' in html


def test_a_refusal_names_the_missing_right_or_the_place() -> None:
    right = SimpleNamespace(label="导出名册")
    assert "需要“导出名册”的权限" in render_to_string("403.html", {"permission": right})
    assert "533103102" in render_to_string("403.html", {"permission": right, "place": "533103102"})


class PhoneForm(forms.Form):
    phone = forms.CharField(label="联系电话", help_text="手机或座机")
    sex = forms.ChoiceField(label="性别", choices=[("1", "男"), ("2", "女")], widget=forms.RadioSelect)
    note = forms.CharField(label="备注", required=False)

    def clean_phone(self) -> str:
        raise forms.ValidationError("手机号要 11 位，现在是 10 位")


def a_refused_form() -> str:
    form = PhoneForm({"phone": "138", "sex": "1"})
    form.is_valid()
    return render_to_string("console/_form.html", {"form": form})


def test_an_error_stands_above_its_input_and_is_announced_with_it() -> None:
    html = a_refused_form()
    field = html.split('<div class="fld err">')[1].split("</div>")[0]
    assert field.index("现在是 10 位") < field.index("<input") < field.index("手机或座机")
    assert 'aria-describedby="id_phone_helptext id_phone_error"' in field
    assert 'id="id_phone_error"' in field
    assert 'aria-invalid="true"' in field


def test_the_summary_leads_to_every_wrong_field() -> None:
    html = a_refused_form()
    assert "有 1 处要改" in html
    assert '<a href="#id_phone">联系电话</a>' in html


def test_radio_buttons_have_a_group_name_and_optional_fields_say_so() -> None:
    html = a_refused_form()
    assert "<legend>性别</legend>" in re.sub(r"\s*</legend>", "</legend>", html)
    assert "选填" in html.split("备注")[1]


def test_a_form_without_errors_has_no_summary() -> None:
    assert "处要改" not in render_to_string("console/_form.html", {"form": PhoneForm()})


def test_only_the_count_of_overdue_things_is_red() -> None:
    tabs = [
        Tab("待我处理", "?", 26, current=True),
        Tab("逾期", "?late", 1, bad=True),
        Tab("退回", "?back", 0, bad=True),
    ]
    html = render_to_string("console/_tabs.html", {"tabs": tabs})
    assert html.count('class="bad"') == 1
    assert html.count('aria-current="page"') == 1


def test_an_empty_result_names_the_filters_and_offers_to_drop_each() -> None:
    html = render_to_string("console/_nothing_matches.html", {"filters": [Chip("西山乡", "?a"), Chip("逾期", "?b")]})
    assert "条件：西山乡，逾期" in words(html)
    assert "去掉“逾期”再看" in html


def test_a_filter_with_options_opens_a_menu_and_an_applied_one_removes_itself() -> None:
    chips = [Chip("事项", options=[Chip("低保", "?m=1")]), Chip("不在救助中", "?", on=True)]
    html = render_to_string("console/_chips.html", {"chips": chips})
    assert "<details" in html
    assert "去掉这个条件" in html


def test_turning_the_page_keeps_the_filters() -> None:
    pager = pager_of(Paginator(range(26), 11).page(2), QueryDict("place=533103102&page=2"))
    assert pager == Pager("?place=533103102&page=1", "?place=533103102&page=3", 12, 22, 26, 2, 3)
    assert "第 12–22 户，共 26 户" in words(render_to_string("console/_pages.html", {"pager": pager, "unit": "户"}))


def test_keyset_pages_show_no_number_that_nobody_counted() -> None:
    html = render_to_string("console/_pages.html", {"pager": Pager(next="?after=9")})
    assert words(html).strip() == "下一页"


def test_a_running_job_asks_again_and_a_finished_one_stops() -> None:
    running = Progress("核验名册", "running", 5124, 7517, "户", 40, "/jobs/1/")
    assert 'hx-get="/jobs/1/"' in render_to_string("console/_job.html", {"job": running})
    done = render_to_string("console/_job.html", {"job": Progress("核验名册", "done", poll_url="/jobs/1/")})
    assert "hx-get" not in done
    assert "已完成" in done


def test_an_estimate_speaks_in_minutes_when_it_is_long() -> None:
    html = render_to_string("console/_job.html", {"job": Progress("导入", "running", seconds_left=121)})
    assert "约还需 3 分钟" in html


def test_a_failed_job_says_what_failed() -> None:
    html = render_to_string("console/_job.html", {"job": Progress("导入", "failed", error="第 12 行证号少 1 位")})
    assert "第 12 行证号少 1 位" in html


def test_the_chain_prints_the_time_between_its_links_and_marks_where_we_are() -> None:
    links = [Link("预警发现", gap="2 天"), Link("乡镇审核", state="now"), Link("公示", state="todo")]
    html = render_to_string("console/_chain.html", {"links": links})
    assert "<em>2 天</em>" in html
    assert '<li class="now" aria-current="step">' in html


def test_an_unknown_value_is_a_dash_and_a_log_names_its_source() -> None:
    assert "<dd>—</dd>" in render_to_string("console/_kv.html", {"facts": [Fact("依据", None)]})
    html = render_to_string("console/_log.html", {"entries": [Entry(None, "受理", ["杨晓芸", "代为申请"])]})
    assert "杨晓芸" in html


def test_a_confirmation_posts_and_repeats_the_consequence() -> None:
    values = {"id": "end", "title": "停发", "url": "/end/", "action": "停发，每月 1,119.00 元", "danger": True}
    html = render_to_string("console/_confirm.html", values)
    assert '<form method="post" action="/end/">' in html
    assert '<button type="submit" class="btn danger">停发，每月 1,119.00 元</button>' in html


def test_another_reason_must_be_written_out() -> None:
    form = RevealForm({"reason": "other", "detail": "看"})
    assert form.errors == {"detail": ["选“其他”时请写明事由，至少 4 个字"]}


def test_the_purpose_on_record_is_the_reason_in_words() -> None:
    form = RevealForm({"reason": "bank_card", "detail": "旧卡注销"})
    assert form.is_valid()
    assert form.purpose() == "银行换卡：旧卡注销"


def test_marks_reach_the_function_that_the_middleware_sees() -> None:
    @requires("person.read")
    class Some(View):
        pass

    @public
    def door(_request: HttpRequest) -> None: ...

    assert Some.as_view().requires == "person.read"  # type: ignore[attr-defined]
    assert door.public is True  # type: ignore[attr-defined]
    assert views.workbench.requires == "self"  # type: ignore[attr-defined]


def test_the_style_sheets_stay_within_their_budget() -> None:
    sheets = [p for p in (ROOT / "static" / "console").glob("*.css") if p.name != "icons.css"]
    assert sum(p.stat().st_size for p in sheets) <= 40 * 1024
