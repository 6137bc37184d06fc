"""The ways by which files come: upload, folder, machine; what is refused; who may; what is deleted."""

from __future__ import annotations

import io
import os
from datetime import timedelta

import pytest
from django.db import ProgrammingError, connection, transaction

from doudi.accounts.roles import Role
from doudi.accounts.scope import NotPermitted
from doudi.audit.models import AuditEvent
from doudi.feeds import arrivals
from doudi.feeds.actions import handling, keys
from doudi.feeds.actions.receiving import receive
from doudi.feeds.landing import folder, purging, store, turns
from doudi.feeds.models import Batch, BatchFile, FeedKey, RememberedMapping, SourceStanding, State, Way
from doudi.feeds.queries import freshness
from doudi.jobs import actions as jobs
from doudi.jobs import runner
from doudi.jobs.models import Job
from doudi.registry.actions import Refused
from tests.feeds.batches.world import DISABILITY, certificate, landed, run, sent, table
from tests.registry.world import DAY, at

pytestmark = pytest.mark.django_db


def said(person) -> bytes:
    return table(DISABILITY, certificate(person))


def put(key: str, name: str, content: bytes, *, quiet: bool = True) -> None:
    path = folder.drop() / "in" / key / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    moment = at().timestamp() - (600 if quiet else 1)
    os.utime(path, (moment, moment))


def take_folder() -> None:
    runner.run(jobs.start("feeds.folder", by_id=None, at=at()).pk, clock=at)


def call(client, token: str, content: bytes, source: str = "disability", **more):
    headers = {"Authorization": f"Bearer {token}"}
    url = f"/feeds/api/{source}/?name=a.csv"
    return client.post(url, data=content, content_type="text/csv", headers=headers, **more)


def test_the_same_file_twice_is_refused_with_a_sentence(office, person) -> None:
    sent("disability", said(person), office)
    with pytest.raises(Refused, match="已经收过"):
        sent("disability", said(person), office)
    assert Batch.objects.count() == 1


def test_a_file_of_the_folder_lands_by_itself(office, person) -> None:
    put("disability", "十月.csv", said(person))
    take_folder()
    batch = run(run(Batch.objects.get()))
    assert (batch.state, batch.way, batch.matched) == (State.LANDED, Way.FOLDER, 1)
    assert not [path for path in folder.drop().rglob("*") if path.is_file()]  # only the sealed copy is left


def test_files_of_one_source_land_one_after_the_other_however_they_are_read(office, person) -> None:
    put("disability", "九月.csv", table(DISABILITY, certificate(person)))
    put("disability", "十月.csv", table(DISABILITY, certificate(person, "二级")))
    take_folder()
    first, second = Batch.objects.order_by("pk")
    for batch in (first, second):
        runner.run(batch.job_id, clock=at)  # both are read before one lands, as by two workers
    second.refresh_from_db()
    assert (second.state, second.awaits_turn) == (State.PREVIEWED, True)
    assert "完成后接着自动入库" in second.said
    assert run(first).state == State.LANDED
    runner.run(Job.objects.get(kind="feeds.turn").pk, clock=at)
    second = run(second)
    assert (second.state, second.said, second.awaits_turn) == (State.LANDED, "", False)


def test_whoever_waits_behind_a_file_that_no_longer_may_land_is_called_all_the_same(office, person) -> None:
    for number, grade in enumerate(("一级", "二级", "三级")):
        put("disability", f"{number}.csv", table(DISABILITY, certificate(person, grade)))
    take_folder()
    first, second, third = Batch.objects.order_by("pk")
    for batch in (first, second, third):
        runner.run(batch.job_id, clock=at)
    Batch.objects.filter(pk=second.pk).update(stopped=True, said="不是一份完整的名单")
    run(first)
    while turn := Job.objects.filter(kind="feeds.turn", state="waiting").first():
        runner.run(turn.pk, clock=at)
    assert run(third).state == State.LANDED
    second.refresh_from_db()
    assert (second.state, second.awaits_turn) == (State.PREVIEWED, False)


def test_a_file_that_is_overtaken_at_the_last_moment_waits_instead_of_failing(office, person, monkeypatch) -> None:
    put("disability", "九月.csv", table(DISABILITY, certificate(person)))
    put("disability", "十月.csv", table(DISABILITY, certificate(person, "二级")))
    take_folder()
    first, second = Batch.objects.order_by("pk")
    runner.run(first.job_id, clock=at)
    seen = iter([False])  # what the second sees before the first has committed
    busy = turns._is_busy
    monkeypatch.setattr(turns, "_is_busy", lambda batch, using: busy(batch, using) if next(seen, True) else False)
    runner.run(second.job_id, clock=at)
    second.refresh_from_db()
    assert (second.state, second.awaits_turn) == (State.PREVIEWED, True)


def test_files_on_their_way_are_left_alone_unless_marked_complete(office, person) -> None:
    put("disability", "a.csv.part", said(person))
    put("disability", "b.csv", said(person), quiet=False)
    take_folder()
    assert not Batch.objects.exists()
    put("disability", "b.csv.ok", b"")
    take_folder()
    assert Batch.objects.get().file_name == "b.csv"


def test_a_file_of_the_folder_that_is_known_is_put_aside_with_the_reason(office, person) -> None:
    sent("disability", said(person), office)
    put("disability", "again.csv", said(person))
    take_folder()
    refused = folder.drop() / "refused" / "disability"
    assert "已经收过" in (refused / "again.csv.txt").read_text(encoding="utf-8")
    assert folder.remove_refused(at() + timedelta(days=400)) == len(["again.csv", "again.csv.txt"])
    assert not list(refused.iterdir())


def test_a_machine_sends_with_its_key_and_asks_how_it_went(office, person, client) -> None:
    _key, token = keys.make_key(contract="disability", by=office, on=DAY, at=at())
    response = call(client, token, said(person))
    assert response.status_code == 202
    batch = run(run(Batch.objects.get()))
    told = client.get(f"/feeds/api/batches/{batch.pk}/", headers={"Authorization": f"Bearer {token}"}).json()
    assert (told["state"], told["matched"]) == ("landed", 1)


@pytest.mark.parametrize("token", ["", "guess"])
def test_without_a_live_key_nothing_is_received(client, divisions, token) -> None:
    assert call(client, token, b"x").status_code == 403
    assert not Batch.objects.exists()


def test_a_revoked_key_and_another_source_are_refused(office, client, person) -> None:
    key, token = keys.make_key(contract="disability", by=office, on=DAY, at=at())
    assert call(client, token, said(person), source="medical").status_code == 403
    keys.revoke_key(key=key, by=office, at=at())
    assert call(client, token, said(person)).status_code == 403


def test_a_machine_gone_wild_is_stopped(office, client, monkeypatch) -> None:
    monkeypatch.setattr(keys, "CALLS_AN_HOUR", 1)
    _key, token = keys.make_key(contract="disability", by=office, on=DAY, at=at())
    assert call(client, token, b"").status_code == 422
    assert call(client, token, b"").status_code == 429


def test_the_text_of_a_key_is_kept_nowhere(office) -> None:
    key, token = keys.make_key(contract="disability", by=office, on=DAY, at=at())
    assert token not in str(FeedKey.objects.filter(pk=key.pk).values().get())


def test_a_liaison_sends_only_the_own_source(disabled, person) -> None:
    assert sent("disability", said(person), disabled).state == State.PREVIEWED
    with pytest.raises(NotPermitted):
        sent("medical", said(person), disabled)


def test_the_wall_shows_a_liaison_only_the_own_source(office, disabled, person, as_web) -> None:
    sent("disability", said(person), office)
    sent("prison", b"x,y\n1,2\n", office)
    with as_web(disabled):
        assert {b.contract for b in Batch.objects.all()} == {"disability"}
        assert {f.batch.contract for f in BatchFile.objects.all()} == {"disability"}
    with as_web(office):
        assert Batch.objects.count() == 2


@pytest.mark.planted
def test_planted_without_the_policy_a_liaison_sees_other_sources(office, disabled, as_web) -> None:
    sent("prison", b"x,y\n1,2\n", office)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE feeds_batch DISABLE ROW LEVEL SECURITY")
    with as_web(disabled):
        assert Batch.objects.exists()


def test_what_sources_said_is_out_of_reach_of_the_web(office, as_web) -> None:
    with as_web(office), pytest.raises(ProgrammingError), transaction.atomic():
        list(SourceStanding.objects.all())


def test_the_whole_way_works_from_behind_the_wall(disabled, person, as_web) -> None:
    with as_web(disabled):
        batch = receive(
            contract="disability", file_name="a.csv", stream=io.BytesIO(said(person)), way=Way.UPLOAD, by=disabled,
            on=DAY, at=at(),
        )  # fmt: skip
    batch = run(batch)
    with as_web(disabled):
        handling.land(batch=Batch.objects.get(pk=batch.pk), by=disabled, at=at())
    assert (run(batch).state, RememberedMapping.objects.count()) == (State.LANDED, 1)


def test_a_mapping_set_by_hand_is_remembered_for_the_next_file(office, person) -> None:
    headings = ("证", "身份证号", "姓名", "残疾类别", "残疾等级", "发证日期")
    batch = sent("disability", table(headings, certificate(person)), office)
    assert batch.missing
    chosen = batch.mapping | {"certificate_no": "证"}
    batch = run(handling.map_columns(batch=batch, mapping=chosen, by=office, at=at()))
    handling.land(batch=batch, by=office, at=at())
    assert run(batch).state == State.LANDED
    again = sent("disability", table(headings, certificate(person, "二级")), office)
    assert (again.missing, again.good) == ([], 1)


def test_a_mapping_that_lacks_a_required_column_is_refused(office, person) -> None:
    batch = sent("disability", said(person), office)
    with pytest.raises(Refused, match="残疾人证号"):
        handling.map_columns(batch=batch, mapping={"name": "姓名"}, by=office, at=at())


def test_a_file_that_is_no_table_is_refused_and_says_why(office) -> None:
    batch = sent("disability", b"%PDF-1.7 nothing", office)
    assert (batch.state, bool(batch.said)) == (State.REFUSED, True)


def test_raw_rows_lie_encrypted_and_go_when_their_days_are_over(office, person) -> None:
    batch = landed("disability", said(person), office)
    files = [store.path_of(file.blob) for file in batch.files.all()]
    assert all(person.name.encode() not in path.read_bytes() for path in files)
    later = at() + timedelta(days=181)
    runner.run(jobs.start("feeds.purge", by_id=None, at=later).pk, clock=lambda: later)
    batch.refresh_from_db()
    assert (batch.purged_at, batch.files.count(), any(path.exists() for path in files)) == (later, 0, False)
    assert AuditEvent.objects.filter(action="feeds.purge", subject_id=str(batch.pk)).exists()


def test_before_their_days_are_over_raw_rows_stay(office, person) -> None:
    batch = landed("disability", said(person), office)
    soon = at() + timedelta(days=179)
    assert purging.PurgeRaw()._next(jobs.start("feeds.purge", by_id=None, at=soon), soon) is None
    assert batch.files.exists()


def test_who_registered_is_told_once_of_the_households_that_changed(office, home, person, monkeypatch) -> None:
    told: list = []
    monkeypatch.setattr(arrivals, "_listeners", [lambda *said: told.append(said[:3])])
    batch = landed("disability", said(person), office)
    assert told == [(batch.pk, [home.pk], DAY)]


def test_an_objection_keeps_a_batch_from_being_taken_back(office, person, monkeypatch) -> None:
    monkeypatch.setattr(arrivals, "_objections", [lambda *_: "已据此派单，不能撤回。"])
    batch = landed("disability", said(person), office)
    with pytest.raises(Refused, match="已据此派单"):
        handling.take_back(batch=batch, reason="错了", by=office, at=at())


def test_a_feed_that_stops_for_a_month_is_red(office, person) -> None:
    landed("disability", said(person), office, as_of=DAY)
    tones = {days: tone("disability", DAY + timedelta(days=days)) for days in (0, 38, 39, 68, 69)}
    assert tones == {0: "ok", 38: "ok", 39: "late", 68: "late", 69: "red"}


def tone(key: str, on) -> str:
    return next(one.tone for one in freshness.sources(on) if one.key == key)


def test_a_source_that_never_sent_anything_comes_first(divisions) -> None:
    first = freshness.sources(DAY)[0]
    assert (first.data_as_of, first.days_late, first.tone) == (None, None, "never")


def test_every_file_of_a_batch_leaves_one_event_a_step(office, person) -> None:
    batch = landed("disability", said(person), office)
    events = AuditEvent.objects.filter(subject_kind="feed_batch", subject_id=str(batch.pk)).order_by("id")
    assert [event.action for event in events] == ["feeds.receive", "feeds.land", "feeds.landed"]


def test_the_reviewer_may_look_and_not_send(staff_with, person) -> None:
    with pytest.raises(NotPermitted):
        sent("disability", said(person), staff_with(Role.COUNTY_REVIEWER))
