"""Practice in the pages: nobody else's, nothing real is touched, no answer before it is given."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.apps import apps
from django.db import ProgrammingError, connection, transaction
from django.urls import reverse

from doudi.accounts.permissions import Permission
from doudi.accounts.roles import Role
from doudi.practice import actions
from doudi.practice.models import PracticeAnswer, PracticeRun
from doudi.practice.queries import Score, desk_of, next_task, progress_of, scores_of
from doudi.practice.questions import Answer, Sort
from doudi.practice.tasks import TASKS
from doudi.practice.topics import Level, Outcome, Topic
from doudi.rulebook.models import ParameterBlock, ParameterDraft, State
from tests.conftest import NOON
from tests.practice.world import Oracle

pytestmark = pytest.mark.django_db
BANNER = "这里的家庭都是虚构的，不会影响真实数据"


def a_run(by, topic: str = "", seed: int = 7, level: Level = Level.EASY) -> PracticeRun:
    return actions.start(level=level, topic=topic, seed=seed, by=by, at=NOON)


def posted(run: PracticeRun, key: str, answer: Answer) -> dict:
    """An answer as a browser sends it."""
    sent = {}
    for field in TASKS[key].fields(desk_of(run)):
        value = answer.get(field.name)
        if value is not None:
            sent[field.name] = f"{value / 100:.2f}" if field.sort is Sort.YUAN else value
    return sent


def filled(run: PracticeRun, key: str) -> dict:
    """The oracle's answer, with any choice where nothing is asked."""
    asked = TASKS[key].fields(desk_of(run))
    any_choice = {f.name: f.choices[0][0] for f in asked if f.sort is Sort.ONE}
    right = {k: v for k, v in Oracle(desk_of(run)).answer(key).items() if v is not None}
    return posted(run, key, {**any_choice, **right})


def counts() -> dict[str, int]:
    """How many rows every table has, the audit log, sessions and practice aside."""
    left_out = ("audit_", "django_session", "practice_")
    models = [m for m in apps.get_models(include_auto_created=True) if m._meta.managed and not m._meta.proxy]
    return {
        m._meta.db_table: m._default_manager.count() for m in models if not m._meta.db_table.startswith(left_out)
    }  # fmt: skip


def test_a_whole_case_writes_nothing_but_practice(clerk, signed_in) -> None:
    client = signed_in(clerk)
    before = counts()
    client.post(reverse("practice:start"), {"level": "hard", "topic": ""})
    run = PracticeRun.objects.get()
    for key in TASKS:
        assert client.get(reverse("practice:run", args=[run.pk])).url.endswith(f"/{key}/")
        page = client.post(reverse("practice:task", args=[run.pk, key]), filled(run, key), follow=True)
        assert BANNER in page.content.decode()
    assert counts() == before
    assert PracticeAnswer.objects.filter(outcome=Outcome.RIGHT).count() == len(TASKS)
    assert next_task(run) == ""
    assert client.get(reverse("practice:run", args=[run.pk])).status_code == 200


def test_the_counting_would_notice_a_real_row(clerk, staff_with) -> None:
    before = counts()
    staff_with(Role.LEADER)
    assert counts() != before


@pytest.mark.parametrize("key", list(TASKS))
def test_nothing_of_the_answer_is_in_the_page_before_it_is_given(key: str, clerk, signed_in, monkeypatch) -> None:
    client, run = signed_in(clerk), a_run(clerk)

    def peeked(*_said: object) -> None:
        raise AssertionError("the rules were asked before the answer was given")

    monkeypatch.setitem(TASKS, key, replace(TASKS[key], right=peeked, why=peeked))
    page = client.get(reverse("practice:task", args=[run.pk, key])).content.decode()
    main = page.partition("<main")[2].partition("</main>")[0]
    assert "<form" in main
    assert not [word for word in (" checked", " selected", 'id="verdict"') if word in main]


def test_a_wrong_answer_is_explained_with_rule_and_clause(clerk, signed_in) -> None:
    client, run = signed_in(clerk), a_run(clerk, Topic.NOTICE)
    said = {"shown": ["resident_id"], "objection": "refuse"}
    page = client.post(reverse("practice:task", args=[run.pk, "notice"]), said, follow=True).content.decode()
    clause = "《最低生活保障审核确认办法》第19条"
    for words in ("不正确", "漏了：申请人姓名、保障人数、拟保障金额", "多了：身份证号", clause):
        assert words in page


def test_a_sum_that_is_none_and_a_missing_choice_are_said_at_the_field(clerk, signed_in) -> None:
    client, run = signed_in(clerk), a_run(clerk, Topic.INCOME)
    answer = client.post(reverse("practice:task", args=[run.pk, "income"]), {"income": "一千元"})
    assert answer.status_code == 422
    assert "金额格式不正确" in answer.content.decode()
    assert not PracticeAnswer.objects.exists()


def test_another_trainees_case_does_not_exist(clerk, staff_with, signed_in) -> None:
    run = a_run(clerk)
    client = signed_in(staff_with(Role.TOWNSHIP_CLERK, "533103103"))
    for address in (reverse("practice:run", args=[run.pk]), reverse("practice:task", args=[run.pk, "place"])):
        assert client.get(address).status_code == 404


def test_only_the_first_answer_counts_for_the_score(clerk) -> None:
    run = a_run(clerk, Topic.NOTICE)
    wrong, right = {"shown": ["phone"]}, Oracle(desk_of(run)).notice()
    for said in (wrong, right):
        actions.answer(run=run, task="notice", said=said, by=clerk, at=NOON)
    score = next(s for s in scores_of(clerk) if s.topic is Topic.NOTICE)
    assert (score.attempts, score.answered, score.right_first, score.share) == (2, 1, 0, 0)


def test_the_trend_compares_the_latest_ten_with_the_ten_before() -> None:
    score = Score(Topic.PLACE, 20, 20, 13, ["right"] * 8 + ["wrong"] * 2, ["right"] * 5 + ["wrong"] * 5)
    assert score.trend == 30
    assert Score(Topic.PLACE, 1, 1, 1, ["right"], []).trend is None


def test_a_head_sees_the_counts_of_their_own_township_alone(clerk, staff_with, signed_in, as_web) -> None:
    far = staff_with(Role.TOWNSHIP_CLERK, "533103103")
    for by in (clerk, far):
        actions.answer(run=a_run(by, Topic.NOTICE), task="notice", said={"shown": []}, by=by, at=NOON)
    head, county = staff_with(Role.TOWNSHIP_HEAD), staff_with(Role.COUNTY_CLERK)
    with as_web(head):
        own = progress_of(head, Permission.CASE_APPROVE)
        assert PracticeAnswer.objects.count() == 0  # counts, never answers
    with as_web(county):
        both = progress_of(county, Permission.CASE_CHECK)
    assert [one.name for one in own] == [clerk.name]
    assert own[0].by_topic == {"notice": (1, 0)}
    assert len(both) == 2
    assert clerk.name in signed_in(head).get(reverse("practice:township_progress")).content.decode()


def test_counts_are_not_given_for_a_right_one_does_not_hold(clerk, as_web) -> None:
    actions.answer(run=a_run(clerk, Topic.NOTICE), task="notice", said={"shown": []}, by=clerk, at=NOON)
    with as_web(clerk), connection.cursor() as cursor:
        for wanted in ("case.approve", "case.check", "self", "case.read"):
            cursor.execute("SELECT count(*) FROM doudi_practice_counts(%s)", [wanted])
            assert cursor.fetchone() == (0,)


def test_row_level_security_holds_for_runs_and_answers(clerk, staff_with, as_web) -> None:
    other = staff_with(Role.TOWNSHIP_CLERK, "533103103")
    run = a_run(clerk, Topic.NOTICE)
    actions.answer(run=run, task="notice", said={"shown": []}, by=clerk, at=NOON)
    with as_web(clerk):
        assert (PracticeRun.objects.count(), PracticeAnswer.objects.count()) == (1, 1)
    with as_web(other):
        assert (PracticeRun.objects.count(), PracticeAnswer.objects.count()) == (0, 0)
    forged = {"run": run, "staff": other, "division_code": run.division_code, "task": "notice", "topic": "notice"}
    with as_web(other), transaction.atomic(), pytest.raises(ProgrammingError):
        PracticeAnswer.objects.create(**forged, answer={}, outcome="right", first=False, at=NOON)


@pytest.mark.parametrize("change", ["update", "delete"])
def test_an_outcome_once_kept_stays(change: str, clerk, as_web) -> None:
    run = a_run(clerk, Topic.NOTICE)
    kept, _verdict = actions.answer(run=run, task="notice", said={"shown": []}, by=clerk, at=NOON)
    rows = PracticeAnswer.objects.filter(pk=kept.pk)
    with as_web(clerk), transaction.atomic(), pytest.raises(ProgrammingError):
        rows.update(outcome="right") if change == "update" else rows.delete()


def test_a_case_stays_as_it_was_when_the_county_publishes_a_value_later(clerk) -> None:
    run = a_run(clerk, seed=11)
    before = desk_of(run)
    draft = ParameterDraft.objects.create(title="测试", proposer=clerk, state=State.DRAFT, proposed_at=NOON)
    for residence in ("rural", "urban"):
        ParameterBlock.objects.create(
            draft=draft, name="dibao_standard", area="533103", residence=residence, starts_on=date(2021, 7, 2),
            value=99_900, source="测试", published_at=NOON + timedelta(hours=1),
        )  # fmt: skip
    assert desk_of(run).scenario == before.scenario
    run.started_at = NOON + timedelta(hours=2)
    assert desk_of(run).book.version != before.book.version
