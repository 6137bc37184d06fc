"""The pages of adjustments and recalculations: what each role sees, what can be pressed, what is printed."""

from __future__ import annotations

import pytest

from doudi.accounts.roles import Role
from doudi.awards import actions
from doudi.awards.actions.recalculating import recalculate
from doudi.awards.kinds import Programme
from doudi.awards.models import Adjustment, RecalculationFinding
from doudi.jobs.models import Job
from doudi.registry.models import Statement

from .standards_world import TODAY, applied, at, award_of, done, estimated, proposed, published, single, withdrawn
from .world import base, month, when, why

pytestmark = pytest.mark.django_db


@pytest.fixture
def drafter(staff_with):
    return staff_with(Role.COUNTY_CLERK)


@pytest.fixture
def reviewer(staff_with):
    return staff_with(Role.COUNTY_REVIEWER)


def words(client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status, response.status_code
    return response.content.decode()


def test_a_proposal_is_listed_and_can_be_estimated(clerk, drafter, signed_in) -> None:
    draft, client = proposed(drafter), signed_in(drafter)
    assert "未测算" in words(client, "/awards/standards/")
    address = f"/awards/standards/{draft.pk}/"
    assert "还没有测算" in words(client, address)
    assert client.post(f"{address}estimate/").status_code == 302
    done(Adjustment.objects.get().job_id)
    assert "已测算" in words(client, address)


def test_the_effect_page_tells_townships_months_ratio_and_who_is_left(clerk, drafter, reviewer, signed_in) -> None:
    award_of(single(clerk), Programme.DIBAO, reviewer)
    home = single(clerk)
    award_of(home, Programme.DIBAO, reviewer)
    Statement.objects.filter(person=home.head, kind="wage_income").update(superseded_at=at(TODAY))
    told = estimated(proposed(drafter), drafter)
    page = words(signed_in(drafter), f"/awards/standards/{told.draft_id}/")
    expected = ("遮放", "83.3%", "75.2%", "2026-11", "360", "工资", "岳勒旺 的")
    assert [word for word in expected if word not in page] == []


def test_the_reviewer_applies_and_undoes_and_is_told_why_not(clerk, drafter, reviewer, signed_in) -> None:
    award_of(single(clerk), Programme.DIBAO, reviewer)
    told, client = estimated(proposed(drafter), drafter), signed_in(reviewer)
    address = f"/awards/standards/{told.draft_id}/"
    refused = client.post(f"{address}apply/")
    assert (refused.status_code, "还没有发布" in refused.content.decode()) == (422, True)
    published(told.draft, reviewer)
    assert client.post(f"{address}apply/").status_code == 302
    told.refresh_from_db()
    done(told.job_id)
    assert "按照“2026 年标准调整”" in words(client, address)
    assert client.post(f"{address}undo/", {"note": "发布日期写错"}).status_code == 422
    withdrawn(told.draft, drafter, reviewer)
    assert client.post(f"{address}undo/", {"note": "发布日期写错"}).status_code == 302
    told.refresh_from_db()
    done(told.job_id)
    assert "已撤销，待遇恢复到调整之前" in words(client, address)


def test_a_township_prints_its_notices_a_file_a_village(clerk, drafter, reviewer, signed_in) -> None:
    award_of(single(clerk), Programme.DIBAO, reviewer)
    told = applied(estimated(published(proposed(drafter), reviewer), reviewer), reviewer)
    client = signed_in(clerk)
    assert client.post(f"/awards/standards/{told.draft_id}/notices/").status_code == 302
    job = done(Job.objects.get(kind="awards.standard_notices").pk)
    (file,) = job.files.all()
    assert (file.media_type, file.name) == ("application/pdf", "遮放镇弄恩村-标准调整通知.pdf")
    content = b"".join(client.get(f"/jobs/{job.pk}/files/{file.pk}/").streaming_content)
    assert content.startswith(b"%PDF")


def test_nothing_is_printed_before_the_awards_are_changed(clerk, drafter, reviewer, signed_in) -> None:
    told = estimated(proposed(drafter), drafter)
    assert signed_in(clerk).post(f"/awards/standards/{told.draft_id}/notices/").status_code == 422


def test_a_run_is_started_read_and_settled(clerk, reviewer, signed_in) -> None:
    award = award_of(single(clerk), Programme.DIBAO, reviewer)
    actions.change_lines(
        award=award, lines=[base(50_000)], from_month=month(2026, 12), why=why("review"), **when(reviewer)
    )
    run = recalculate(place="533103", by=reviewer, on=TODAY, at=at(TODAY))
    client = signed_in(clerk)
    assert "正在测算" in words(client, "/awards/recalculations/")
    done(run.job_id)
    page = words(client, f"/awards/recalculations/{run.pk}/")
    assert all(word in page for word in (award.number, "应提高", "500", "560", "基本保障金"))
    address = f"/awards/recalculations/findings/{RecalculationFinding.objects.get().pk}/"
    assert "先发起核查" in words(client, address)
    assert client.post(address, {"note": ""}).status_code == 422
    assert client.post(address, {"note": "已发起核查"}).status_code == 302
    assert "这里没有待处理的差别" in words(client, f"/awards/recalculations/{run.pk}/")
    assert "已发起核查" in words(client, f"/awards/recalculations/{run.pk}/?settled=1")


def test_the_button_starts_a_run_for_ones_own_place(clerk, staff_with, signed_in) -> None:
    client = signed_in(staff_with(Role.TOWNSHIP_HEAD))
    assert "还没有测算过" in words(client, "/awards/recalculations/")
    assert client.post("/awards/recalculations/start/").status_code == 302
    assert client.post("/awards/recalculations/start/").status_code == 422
