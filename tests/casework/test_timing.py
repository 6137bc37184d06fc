"""Stopping, going on, more time; who is told of a late case; the report on how the limits were kept."""

from __future__ import annotations

import io
import re
import time as stopwatch
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from doudi.accounts.models import Staff
from doudi.accounts.roles import Role
from doudi.accounts.scope import NotPermitted
from doudi.casework.actions import escalating, timing
from doudi.casework.actions.clock_rows import keep_clocks
from doudi.casework.actions.moving import move
from doudi.casework.limits import ExtensionGround, PauseGround
from doudi.casework.models import (
    Application,
    ClockResult,
    Escalation,
    EscalationAnswer,
    Level,
    OpenClock,
    Outcome,
    Pause,
    Step,
)
from doudi.casework.programmes import Programme
from doudi.casework.queries.clock_head import head, heads
from doudi.casework.queries.clock_report import FEWEST, Figures, Wish, _together, report
from doudi.casework.queries.escalations import escalations_for, escalations_of
from doudi.casework.queries.timing import clocks_of, clocks_of_many
from doudi.casework.timekeeping import TendClocks
from doudi.documents.models import Document, Kind
from doudi.jobs import actions as jobs
from doudi.jobs.runner import run
from doudi.registry.actions.refusal import Refused
from tests.casework.world import TUESDAY, a_draft, an_accepted, at

DUE = date(2026, 12, 8)  # thirty working days after TUESDAY
YEAR = Wish("programme", date(2026, 1, 1), date(2027, 1, 1))


@pytest.fixture
def case(clerk) -> Application:
    """An accepted case."""
    return an_accepted(clerk)


def surveyed(case: Application, by: Staff) -> Application:
    """Survey and verification have begun: of its limits only the whole procedure still runs."""
    move(case, "start_survey", by=by, on=TUESDAY, at=at(TUESDAY))
    return move(case, "start_verification", by=by, on=TUESDAY, at=at(TUESDAY))


def evidence(by, case: Application, **changes) -> Document:
    said = {"owner_kind": "household", "owner_id": str(case.household_id), "division_code": case.division_code}
    return Document.objects.create(
        digest="0" * 64, size=1, media_type="image/png", name="外出证明.png", kind=Kind.OTHER, uploaded_by=by,
        uploaded_at=at(TUESDAY), **said | changes,
    )  # fmt: skip


def pause(case: Application, by, on: date = TUESDAY, **changes) -> Application:
    said = {"ground": PauseGround.FAMILY_AWAY, "note": "全家在外务工，十一月十日回来"} | changes
    document = said.pop("document", None) or evidence(by, case).pk
    return timing.pause(application=case, document=document, by=by, on=on, at=at(said.pop("today", on)), **said)


def tended(on: date) -> int:
    return escalating.tend(list(escalating.to_tend(on)), at=at(on))


# Standing still


def test_a_pause_moves_the_last_day_and_going_on_fixes_it(case, clerk) -> None:
    paused = pause(case, clerk)
    assert paused.due_key == "survey_start"
    gone_on = timing.resume(application=paused, by=clerk, on=TUESDAY + timedelta(days=7), at=at(date(2026, 11, 3)))
    found = next(c for c in clocks_of(gone_on, today=date(2026, 11, 4), now=at(date(2026, 11, 4))) if c.limit.total)
    assert found.due_on == date(2026, 12, 14)  # four working days stood still after the day of acceptance
    assert gone_on.due_on == OpenClock.objects.get(application=gone_on, key="survey_start").due_on


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"ground": "busy"}, "列明的暂停理由"),
        ({"document": 999_999}, "附上证明"),
        ({"note": " "}, "写明理由"),
        ({"today": date(2026, 10, 30)}, "不能补登以前"),
    ],
)
def test_a_pause_needs_a_listed_ground_evidence_a_reason_and_today(case, clerk, changes, said) -> None:
    with pytest.raises(Refused, match=said):
        pause(case, clerk, **changes)
    assert not Pause.objects.exists()


def test_evidence_of_another_family_is_none(case, clerk) -> None:
    other = evidence(clerk, case, owner_id="999999")
    with pytest.raises(Refused, match="附上证明"):
        pause(case, clerk, document=other.pk)


def test_a_second_pause_waits_for_the_end_of_the_first(case, clerk) -> None:
    pause(case, clerk)
    with pytest.raises(Refused, match="已在暂停计时"):
        pause(case, clerk)


def test_a_pause_lasts_at_least_the_day_it_began(case, clerk) -> None:
    with pytest.raises(Refused, match="没有暂停计时"):
        timing.resume(application=case, by=clerk, on=TUESDAY, at=at(TUESDAY))
    pause(case, clerk)
    with pytest.raises(Refused, match="暂停当天不能恢复"):
        timing.resume(application=case, by=clerk, on=TUESDAY, at=at(TUESDAY))


@pytest.mark.parametrize("name", ["finish_survey", "confirm", "refuse", "propose_grant", "end_notice"])
def test_who_goes_on_with_a_case_lets_its_clock_run(case, clerk, staff_with, name: str) -> None:
    from doudi.casework.moves import MOVES

    paused = pause(case, clerk)
    stage = next(iter(MOVES[name].sources))
    Application.objects.filter(pk=paused.pk).update(stage=stage)
    by = staff_with(Role.COUNTY_REVIEWER) if name in ("confirm", "refuse") else clerk
    with pytest.raises(Refused, match="先恢复计时"):
        move(paused, name, by=by, on=TUESDAY, at=at(TUESDAY))


def test_help_in_an_emergency_is_never_paused(case, clerk) -> None:
    Application.objects.filter(pk=case.pk).update(programme=Programme.TEMPORARY_EMERGENCY, stage="relief")
    with pytest.raises(Refused, match="先救助后补材料"):
        pause(case, clerk)


@pytest.mark.planted
def test_a_pause_that_is_over_cannot_be_stretched_even_in_the_database(case, clerk, as_web) -> None:
    pause(case, clerk)
    with as_web(clerk), pytest.raises(DatabaseError, match="ended once"):
        Pause.objects.update(starts_on=TUESDAY - timedelta(days=30))


# More time


def extend(case: Application, by, on: date = TUESDAY, **changes) -> Application:
    said = {"ground": ExtensionGround.SEPARATED, "note": "户籍在外县，调查需要两地配合"} | changes
    return timing.extend(application=case, by=by, on=on, at=at(on), **said)


def test_more_time_is_forty_five_working_days_from_acceptance(case, staff_with) -> None:
    extended = extend(case, staff_with(Role.TOWNSHIP_HEAD))
    assert extended.extended_for == "separated"
    told = clocks_of(extended, today=TUESDAY, now=at(TUESDAY))
    assert next(c for c in told if c.limit.total).due_on == date(2026, 12, 29)


def test_more_time_is_given_once_and_by_whoever_signs(case, clerk, staff_with) -> None:
    head_of_town = staff_with(Role.TOWNSHIP_HEAD)
    with pytest.raises(NotPermitted):
        extend(case, clerk)
    extended = extend(case, head_of_town)
    with pytest.raises(Refused, match="已延长过一次"):
        extend(extended, head_of_town)


def test_more_time_needs_a_named_ground_and_a_note(case, staff_with) -> None:
    head_of_town = staff_with(Role.TOWNSHIP_HEAD)
    with pytest.raises(Refused, match="法定的延长理由"):
        extend(case, head_of_town, ground="busy")
    with pytest.raises(Refused, match="写明理由"):
        extend(case, head_of_town, note="")


@pytest.mark.parametrize(("on", "may"), [(DUE, True), (DUE + timedelta(days=1), False)])
def test_more_time_is_given_on_the_last_day_and_not_after(case, staff_with, on: date, may: bool) -> None:
    head_of_town = staff_with(Role.TOWNSHIP_HEAD)
    if may:
        assert extend(case, head_of_town, on).extended_for
    else:
        with pytest.raises(Refused, match="期限已过"):
            extend(case, head_of_town, on)


@pytest.mark.parametrize("programme", [Programme.TEKUN, Programme.TEMPORARY_EXPENDITURE])
def test_where_no_law_names_grounds_there_is_no_more_time(case, staff_with, programme: Programme) -> None:
    Application.objects.filter(pk=case.pk).update(programme=programme)
    with pytest.raises(Refused, match="没有法定的延长理由"):
        extend(case, staff_with(Role.TOWNSHIP_HEAD))


# Written down


def test_a_clock_that_ended_is_written_once_and_stays(case, clerk, as_web) -> None:
    moved = move(case, "start_survey", by=clerk, on=date(2026, 10, 29), at=at(date(2026, 10, 29)))
    (row,) = ClockResult.objects.all()
    assert (row.key, row.outcome, row.elapsed, row.waited_days) == ("survey_start", Outcome.KEPT, 2, 2)
    keep_clocks([(moved, clocks_of(moved, today=DUE, now=at(DUE), every=True))])
    assert ClockResult.objects.count() == 1
    with as_web(clerk), pytest.raises(DatabaseError):
        ClockResult.objects.update(outcome=Outcome.MISSED)


def test_the_web_writes_the_clocks_of_its_own_place(clerk, as_web) -> None:
    draft = a_draft(clerk)
    Application.objects.filter(pk=draft.pk).update(stage="survey", submitted_on=TUESDAY, accepted_on=TUESDAY)
    with as_web(clerk):
        draft.refresh_from_db()
        move(draft, "start_survey", by=clerk, on=TUESDAY, at=at(TUESDAY))


def test_every_running_clock_has_a_row_and_a_withdrawn_case_none(case, clerk) -> None:
    keys = set(OpenClock.objects.values_list("key", flat=True))
    assert keys == {"survey_start", "verification_start", "total"}
    move(case, "withdraw", by=clerk, on=TUESDAY, at=at(TUESDAY), note="家庭自愿撤回")
    assert not OpenClock.objects.exists()
    assert set(ClockResult.objects.values_list("outcome", flat=True)) == {Outcome.DROPPED}


def test_a_year_entered_later_makes_the_last_day_known(clerk) -> None:
    from doudi.places.models import HolidayYear

    late_in_the_year = date(2026, 12, 21)
    case = an_accepted(clerk, on=late_in_the_year)
    assert OpenClock.objects.get(application=case, key="total").due_on is None
    assert case.due_on is not None, "the limits that are known are still shown"
    HolidayYear.objects.create(year=2027, off={"2027-01-01": "元旦"}, work={}, notice="国办发明电")
    tended(late_in_the_year)
    assert OpenClock.objects.get(application=case, key="total").due_on == date(2027, 2, 2)


# Who is told


def test_amber_tells_the_handler_late_the_head_and_three_days_later_the_county(case, clerk) -> None:
    surveyed(case, clerk)
    told = {}
    for on in (date(2026, 11, 30), date(2026, 12, 1), DUE, date(2026, 12, 9), date(2026, 12, 11), date(2026, 12, 14)):
        tended(on)
        told[on.isoformat()] = list(Escalation.objects.order_by("pk").values_list("level", flat=True))
    handler, head_, county = Level.HANDLER, Level.HEAD, Level.COUNTY
    assert told == {
        "2026-11-30": [], "2026-12-01": [handler], "2026-12-08": [handler], "2026-12-09": [handler, head_],
        "2026-12-11": [handler, head_], "2026-12-14": [handler, head_, county],
    }  # fmt: skip


def test_each_sees_what_was_told_to_them_until_they_answer(case, clerk, staff_with) -> None:
    surveyed(case, clerk)
    today = date(2026, 12, 14)
    tended(today)
    head_of_town, county = staff_with(Role.TOWNSHIP_HEAD), staff_with(Role.COUNTY_CLERK)
    elsewhere = staff_with(Role.TOWNSHIP_HEAD, "533103103")
    for one, level in ((clerk, Level.HANDLER), (head_of_town, Level.HEAD), (county, Level.COUNTY)):
        (told,) = escalations_for(one, today)
        assert told.escalation.level == level
    assert escalations_for(elsewhere, today) == []
    mine = escalations_for(head_of_town, today)[0].escalation
    with pytest.raises(Refused, match="不是发给您的"):
        escalating.answer(escalation=mine, note="我来答复", by=clerk, at=at(today))
    escalating.answer(escalation=mine, note="明天入户，本周五报审", by=head_of_town, at=at(today))
    assert escalations_for(head_of_town, today) == []
    with pytest.raises(Refused, match="已经答复过"):
        escalating.answer(escalation=mine, note="再答复一次", by=head_of_town, at=at(today))
    assert str(EscalationAnswer.objects.get().note) == "明天入户，本周五报审"
    assert len(escalations_of(case, today)) == 3


def test_nobody_is_told_of_a_paused_case_and_nobody_twice(case, clerk) -> None:
    surveyed(case, clerk)
    pause(case, clerk, TUESDAY)
    assert tended(date(2026, 12, 20)) == 0
    timing.resume(application=case, by=clerk, on=date(2026, 12, 21), at=at(date(2026, 12, 21)))
    assert Application.objects.get(pk=case.pk).due_key == "total"


def test_an_undelivered_letter_of_refusal_is_escalated_too(case, clerk) -> None:
    surveyed(case, clerk)
    Step.objects.create(
        application=case, division_code=case.division_code, move="refuse", from_stage="county", to_stage="refused",
        on=TUESDAY, at=at(TUESDAY),
    )  # fmt: skip
    Application.objects.filter(pk=case.pk).update(stage="refused", ended_on=TUESDAY)
    tended(date(2026, 11, 2))
    assert set(Escalation.objects.values_list("key", "level")) == {
        ("refusal_letter", Level.HANDLER), ("refusal_letter", Level.HEAD)
    }  # fmt: skip


def test_the_morning_job_tells_and_says_how_many(case, db) -> None:
    OpenClock.objects.all().delete()
    job = jobs.start(TendClocks.kind, by_id=None, at=timezone.now(), params={}, title="核对", place="533103")
    run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.done) == ("done", 1)
    assert OpenClock.objects.filter(key="total").exists()


def test_the_web_cannot_invent_an_escalation(case, clerk, as_web) -> None:
    with as_web(clerk), pytest.raises(DatabaseError, match="permission denied"):
        Escalation.objects.create(
            application=case, division_code=case.division_code, key="total", began_at=at(TUESDAY), level="head",
            due_on=DUE, on=DUE, at=at(DUE),
        )  # fmt: skip


# What is drawn


def test_the_head_says_in_words_what_the_bar_shows(case, clerk) -> None:
    today = date(2026, 11, 20)
    shown = head(case, today=today, now=at(today))
    assert shown is not None
    assert (shown.chip.text, shown.chip.css, shown.length) == ("第 18 个工作日，剩 12 个", "g", "30 个工作日")
    assert (shown.run.width, shown.tick) == (18 * 320 // 30, 25 * 320 // 30)
    assert shown.weekday == "周二"
    assert "第22条" in shown.citations[0]


@pytest.mark.planted
@pytest.mark.parametrize(
    ("today", "css", "words"),
    [("2026-11-30", "g", "剩 6"), ("2026-12-01", "a", "剩 5"), ("2026-12-08", "a", "今天到期"),
     ("2026-12-09", "x", "已超期 1 个工作日")],
)  # fmt: skip
def test_colour_and_words_turn_on_the_same_day(case, today: str, css: str, words: str) -> None:
    on = date.fromisoformat(today)
    shown = head(case, today=on, now=at(on))
    assert (shown.chip.css, words in shown.chip.text) == (css, True)
    assert (shown.over is not None) == (css == "x")


def test_a_pause_is_hatched_where_it_stood_with_its_reason(case, clerk) -> None:
    pause(case, clerk)
    timing.resume(application=case, by=clerk, on=date(2026, 11, 3), at=at(date(2026, 11, 3)))
    shown = head(case, today=date(2026, 11, 10), now=at(date(2026, 11, 10)))
    (hatched,) = shown.pauses
    assert (hatched.x, hatched.width) == (0, 4 * 320 // 34)
    assert "外出" in hatched.label
    assert "外出" in shown.words


def test_every_clock_of_a_case_is_drawn_even_without_a_calendar(clerk) -> None:
    case = an_accepted(clerk, on=date(2026, 12, 21))
    shown = {h.clock.limit.key: h for h in heads(case, today=date(2026, 12, 22), now=at(date(2026, 12, 22)))}
    assert (shown["total"].run, shown["total"].chip.text) == (None, "最晚日期待定")
    assert shown["survey_start"].run is not None


def test_a_page_of_cases_reads_steps_pauses_and_calendar_once(case, django_assert_max_num_queries) -> None:
    rows = list(Application.objects.all())
    with django_assert_max_num_queries(4):
        assert list(clocks_of_many(rows, today=TUESDAY, now=at(TUESDAY))) == [case.pk]


# The report


def results(case: Application, n: int, outcome: str = "kept", **changes) -> None:
    said = {"key": "total", "programme": case.programme, "division_code": case.division_code, "started_on": TUESDAY,
            "due_on": DUE, "ended_on": DUE if outcome != "missed" else DUE + timedelta(days=3), "elapsed": 30,
            "waited_days": 42, "outcome": outcome} | changes  # fmt: skip
    have = ClockResult.objects.count()
    ClockResult.objects.bulk_create(
        ClockResult(application=case, began_at=at(TUESDAY) + timedelta(seconds=have + i), **said) for i in range(n)
    )


def test_what_is_late_and_open_counts_as_not_kept(case, staff_with, as_web) -> None:
    results(case, 6)
    results(case, 1, "missed")
    with as_web(staff_with(Role.LEADER)):
        total = report(YEAR, DUE + timedelta(days=1)).total
    assert (total.begun, total.kept, total.missed, total.late) == (8, 6, 1, 1)
    assert (total.due, total.share) == (8, 75.0)


def test_a_pause_is_counted_beside_the_result_it_helped(case, clerk, staff_with, as_web) -> None:
    results(case, 5)
    results(case, 1, paused_days=10)
    pause(case, clerk)
    with as_web(staff_with(Role.LEADER)):
        total = report(YEAR, DUE + timedelta(days=1)).total
    assert (total.with_pause, total.paused, total.late) == (2, 1, 0)
    assert total.paused_days >= 10


def test_figures_stay_within_the_readers_place(case, staff_with, as_web) -> None:
    results(case, 6)
    with as_web(staff_with(Role.TOWNSHIP_CLERK, "533103103")):
        assert report(YEAR, DUE).total.begun == 0
    with as_web(None):
        assert report(YEAR, DUE).total.begun == 0


@pytest.mark.parametrize("by", ["programme", "step", "township", "month"])
def test_every_grouping_adds_up_to_the_same_sum(case, staff_with, as_web, by: str) -> None:
    results(case, 7)
    results(case, 6, key="decision", started_on=date(2026, 9, 1))
    results(case, 6, programme="tekun", division_code="533103103201")
    with as_web(staff_with(Role.LEADER)):
        told = report(Wish(by, YEAR.since, YEAR.until, "*"), DUE)
    assert sum(row.begun for row in told.rows) == told.total.begun == 22


def test_median_and_ninth_decile_are_days_the_family_waited(case, staff_with, as_web) -> None:
    for days in range(1, 11):
        results(case, 1, waited_days=days)
    with as_web(staff_with(Role.LEADER)):
        total = report(YEAR, TUESDAY).total
    assert (total.median_days, total.slow_days) == (5, 9)


@pytest.mark.planted
def test_no_small_row_can_be_found_by_subtracting() -> None:
    rows = _together([Figures("甲", begun=40), Figures("乙", begun=9), Figures("丙", begun=2)])
    assert [(r.begun, r.few) for r in rows] == [(40, 0), (11, 2)]
    assert all(r.begun >= FEWEST for r in rows)


def test_a_sum_too_small_to_be_told_is_hidden() -> None:
    (only,) = _together([Figures("甲", begun=2), Figures("乙", begun=1)])
    assert only.hidden


def test_a_hundred_thousand_results_are_summed_while_the_page_loads(case, staff_with, as_web) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO casework_clockresult (application_id, division_code, programme, key, began_at, started_on,"
            " extended, assumed, paused_days, due_on, ended_on, outcome, elapsed, waited_days)"
            " SELECT %s, '533103' || lpad((100 + n %% 15)::text, 3, '0') || '201', 'household_dibao', 'total',"
            " now() - n * interval '1 minute', date '2026-01-01' + n %% 300, false, false, 0, date '2026-12-31',"
            " date '2026-12-30', 'kept', n %% 30, n %% 45 FROM generate_series(1, 100000) n", [case.pk],
        )  # fmt: skip
        cursor.execute("ANALYZE casework_clockresult")
    begun = stopwatch.perf_counter()
    with as_web(staff_with(Role.LEADER)):
        told = report(Wish("township", YEAR.since, YEAR.until), DUE)
    took = stopwatch.perf_counter() - begun
    assert told.total.begun == 100_001
    assert len(told.rows) == 15
    assert took < 1, took


# Pages


def test_the_page_of_the_clocks_shows_clause_and_bar(case, clerk, signed_in) -> None:
    page = signed_in(clerk).get(reverse("casework:clocks", args=[case.number])).content.decode()
    assert "第22条" in page
    assert "<svg" in page
    assert "30 个工作日" in page
    assert not re.search(r"\sstyle=", page)


def test_the_head_of_an_escalated_case_answers_on_the_page(case, clerk, staff_with, signed_in) -> None:
    Application.objects.filter(pk=case.pk).update(accepted_on=TUESDAY)
    tended(date(2026, 12, 14))
    head_of_town = staff_with(Role.TOWNSHIP_HEAD)
    one = Escalation.objects.filter(level=Level.HEAD).first()
    url = reverse("casework:answer_escalation", args=[case.number, one.pk])
    assert signed_in(head_of_town).post(url, {"note": "明天入户，周五报审"}).status_code == 302
    assert one.answer.by_id == head_of_town.pk


def test_the_report_page_and_its_file_show_the_same_share(case, staff_with, signed_in) -> None:
    results(case, 6)
    results(case, 2, "missed")
    client = signed_in(staff_with(Role.LEADER))
    asked = {"since": "2026-01-01", "last": "2026-12-31"}
    page = client.get(reverse("casework:clock_report"), asked).content.decode()
    assert "75.0%" in page
    file = client.get(reverse("casework:clock_report_xlsx"), asked)
    rows = CalamineWorkbook.from_filelike(io.BytesIO(file.content)).get_sheet_by_index(0).to_python()
    assert rows[-1][0] == "合计"
    assert rows[-1][10] == "75.0"


def test_where_no_clock_began_the_page_says_so_and_counts_nothing(divisions, staff_with, signed_in) -> None:
    page = signed_in(staff_with(Role.LEADER)).get(reverse("casework:clock_report")).content.decode()
    assert "这段时间没有开始计时的事项" in page
    assert "<dt>开始</dt>" not in page


def test_a_wrong_period_is_said_and_nothing_is_shown(divisions, staff_with, signed_in) -> None:
    client = signed_in(staff_with(Role.LEADER))
    page = client.get(reverse("casework:clock_report"), {"since": "2026-06-01", "last": "2026-01-01"})
    assert page.status_code == 422
    assert "结束日期早于开始日期" in page.content.decode()


def test_a_pause_with_its_evidence_on_the_page(case, clerk, signed_in) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    from tests.documents.samples import PNG

    client = signed_in(clerk)
    url = reverse("casework:step", args=[case.number, "pause"])
    today = timezone.localdate()
    said = {"version": case.version, "on": today.isoformat(), "ground": "family_away", "note": "外出务工"}
    answer = client.post(url, said | {"evidence": SimpleUploadedFile("证明.png", PNG)})
    assert answer.status_code == 302, answer.content.decode()
    assert Pause.objects.get(application=case).starts_on == today
