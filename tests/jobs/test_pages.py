"""The pages of jobs, and who may see whose."""

from __future__ import annotations

import io

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from doudi.accounts.roles import Role
from doudi.jobs import actions, files, runner, steps
from doudi.jobs.models import Job, JobFile, State
from tests.conftest import NOON
from tests.jobs import handlers

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def effects(db) -> None:
    with connection.cursor() as cursor:
        cursor.execute(handlers.EFFECTS)
        cursor.execute("GRANT ALL ON jobs_test_effect TO doudi_web")


@pytest.fixture
def other(staff_with):
    return staff_with(Role.TOWNSHIP_CLERK, "533103103")


@pytest.fixture
def admin(staff_with):
    return staff_with(Role.SYSTEM_ADMIN)


def started(by, kind="test.numbers") -> Job:
    return actions.start(kind, by_id=by.pk if by else None, at=NOON, params={"n": 25})


def with_file(job: Job, role=JobFile.Role.RESULT, name="名册.csv") -> JobFile:
    return files.attach(job, role, name=name, media_type="text/csv", stream=io.BytesIO("岳".encode()), at=NOON)


def test_the_list_shows_ones_own_jobs_only(signed_in, clerk, other) -> None:
    mine, theirs = started(clerk), started(other)
    page = signed_in(clerk).get(reverse("jobs:list")).content.decode()
    assert reverse("jobs:detail", args=[mine.pk]) in page
    assert reverse("jobs:detail", args=[theirs.pk]) not in page


def test_the_system_administrator_sees_all_jobs(signed_in, clerk, admin) -> None:
    job = started(clerk)
    assert reverse("jobs:detail", args=[job.pk]) in signed_in(admin).get(reverse("jobs:list")).content.decode()


@pytest.mark.parametrize("page", ["detail", "progress", "cancel", "again"])
def test_a_stranger_finds_no_job(page, signed_in, clerk, other) -> None:
    url = reverse(f"jobs:{page}", args=[started(clerk).pk])
    client = signed_in(other)
    assert (client.post(url) if page in ("cancel", "again") else client.get(url)).status_code == 404


def test_the_progress_region_is_part_of_the_page_and_polls(signed_in, clerk) -> None:
    job = started(clerk)
    client = signed_in(clerk)
    region = client.get(reverse("jobs:progress", args=[job.pk])).content.decode()
    assert f'hx-get="{reverse("jobs:progress", args=[job.pk])}"' in region
    assert 'hx-trigger="load' in client.get(reverse("jobs:detail", args=[job.pk])).content.decode()


def test_once_a_job_is_over_polling_ends_and_the_page_loads_anew(signed_in, clerk) -> None:
    job = started(clerk)
    runner.run(job.pk)
    response = signed_in(clerk).get(reverse("jobs:progress", args=[job.pk]))
    assert response["HX-Refresh"] == "true"
    assert "hx-get" not in response.content.decode()


def test_cancelling_from_the_page(signed_in, clerk) -> None:
    job = started(clerk)
    assert signed_in(clerk).post(reverse("jobs:cancel", args=[job.pk])).status_code == 302
    job.refresh_from_db()
    assert job.state == State.CANCELLED


def test_a_failed_job_shows_why_and_can_go_on(signed_in, clerk) -> None:
    job = started(clerk, "test.refused")
    runner.run(job.pk)
    client = signed_in(clerk)
    page = client.get(reverse("jobs:detail", args=[job.pk])).content.decode()
    assert "第 11 行的村名不存在" in page
    assert "接着做" in page
    client.post(reverse("jobs:again", args=[job.pk]))
    job.refresh_from_db()
    assert job.state == State.WAITING


def test_row_errors_name_the_row_and_the_field(signed_in, clerk) -> None:
    job = started(clerk)
    job.report(row=17, field="身份证号", message="校验码不对")
    job.save()
    assert "校验码不对" in signed_in(clerk).get(reverse("jobs:detail", args=[job.pk])).content.decode()


def test_of_many_errors_the_first_thousand_are_kept_and_all_are_counted(clerk) -> None:
    job = started(clerk)
    for row in range(1500):
        job.report(row=row, message="x")
    assert (len(job.errors), job.error_count) == (1000, 1500)


def test_a_result_is_downloaded_by_whoever_started_the_job(signed_in, clerk) -> None:
    job = started(clerk)
    file = with_file(job)
    response = signed_in(clerk).get(reverse("jobs:file", args=[job.pk, file.pk]))
    assert b"".join(response.streaming_content).decode() == "岳"
    assert response["Content-Disposition"].startswith("attachment")


def test_not_even_the_administrator_downloads_the_file_of_another(signed_in, clerk, admin) -> None:
    job = started(clerk)
    assert signed_in(admin).get(reverse("jobs:file", args=[job.pk, with_file(job).pk])).status_code == 404


def test_parts_are_never_offered(signed_in, clerk) -> None:
    job = started(clerk)
    part = with_file(job, JobFile.Role.PART)
    assert signed_in(clerk).get(reverse("jobs:file", args=[job.pk, part.pk])).status_code == 404


def test_a_job_file_is_not_readable_on_disk(clerk) -> None:
    file = with_file(started(clerk))
    assert "岳".encode() not in files.path_of(file.blob).read_bytes()


def test_old_files_and_files_of_nobody_are_removed(clerk) -> None:
    job = started(clerk)
    file = with_file(job)
    actions.cancel(job_id=job.pk, at=NOON)
    later = NOON.replace(year=2099)
    assert files.remove_old(before=later) >= 1
    assert not files.path_of(file.blob).exists()


def test_behind_the_wall_only_ones_own_jobs_and_files_exist(as_web, clerk, other) -> None:
    mine, theirs = started(clerk), started(other)
    with_file(theirs)
    with as_web(clerk):
        assert list(Job.objects.all()) == [mine]
        assert not JobFile.objects.exists()


def test_behind_the_wall_the_administrator_sees_jobs_but_not_their_files(as_web, clerk, admin) -> None:
    with_file(started(clerk))
    with as_web(admin):
        assert Job.objects.count() == 1
        assert not JobFile.objects.exists()


def test_behind_the_wall_a_job_can_be_started_in_ones_own_name_only(as_web, clerk, other) -> None:
    with as_web(clerk):
        assert started(clerk).pk
        with pytest.raises(DatabaseError), transaction.atomic():
            started(other)


def test_behind_the_wall_only_the_administrator_starts_system_jobs(as_web, clerk, admin) -> None:
    with as_web(clerk), pytest.raises(DatabaseError), transaction.atomic():
        started(clerk, "test.system")
    with as_web(admin):
        assert started(admin, "test.system").pk


def test_behind_the_wall_nobody_hands_a_job_to_somebody_else(as_web, clerk, other) -> None:
    job = started(clerk)
    with as_web(clerk), pytest.raises(DatabaseError), transaction.atomic():
        Job.objects.filter(pk=job.pk).update(started_by=other)


def test_a_schedule_is_for_system_jobs_only() -> None:
    with pytest.raises(ValueError, match="only a system job"):
        steps.schedule("test.numbers", "* * * * *")


def test_a_schedule_does_not_start_a_second_run_while_the_first_is_open() -> None:
    plan = steps.Schedule("test.system", "* * * * *", {"n": 5})
    first = actions.start_scheduled(plan, at=NOON)
    assert actions.start_scheduled(plan, at=NOON) is None
    runner.run(first.pk)
    assert actions.start_scheduled(plan, at=NOON) is not None
