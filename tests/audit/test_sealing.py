"""What a seal covers, and what it does when the log below it is not as it was."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest
from django.db import connection

from doudi.audit import canonical
from doudi.audit.models import AuditAlert, AuditEvent, AuditSeal
from doudi.audit.sealing import batches_of, seal
from doudi.audit.verify import check, check_and_alert, dsn, verifier
from doudi.config.keeping.dump import RAISE_EPOCH
from tests.conftest import NOON

from .log import sealed_log, sql, write

pytestmark = pytest.mark.usefixtures("log")


def test_a_seal_covers_everything_new_and_continues_the_chain() -> None:
    first, second = sealed_log(2, 5)
    assert (first.number, first.events, second.number, second.events) == (1, 5, 2, 5)
    assert second.tx_from == first.tx_until


def test_nothing_new_makes_no_seal() -> None:
    sealed_log(1)
    assert seal(NOON + timedelta(hours=5)) == []


def test_a_large_log_is_cut_at_the_bounds_of_transactions() -> None:
    write(5)
    seals = seal(NOON, batch_events=2)
    assert [s.events for s in seals] == [2, 2, 1]
    assert check().findings == []


def test_a_transaction_is_never_split_over_two_batches() -> None:
    lines = [b"[7, 1]", b"[7, 2]", b"[7, 3]", b"[8, 4]"]
    assert [b.events for b in batches_of(lines, 0, 9, 1)] == [3, 1]


def test_an_open_transaction_waits_and_is_sealed_after_its_commit() -> None:
    with psycopg.connect(dsn("default")) as slow:
        slow.execute(
            "INSERT INTO audit_auditevent (at, actor_role, actor_place, action, subject_kind, subject_id,"
            " subject_place, purpose, before_digest, after_digest, request_id, detail)"
            " VALUES (now(), 'system', '', 'slow', '', '', '', '', '', '', '', '{}')"
        )
        write(3)
        assert seal(NOON) == []  # the open transaction came first, so nothing after it is final
        slow.commit()
    assert [s.events for s in seal(NOON)] == [4]
    assert check().findings == []


def test_an_open_transaction_of_another_database_delays_nothing() -> None:
    elsewhere = psycopg.conninfo.make_conninfo(dsn("default"), dbname="postgres")
    with psycopg.connect(elsewhere) as slow:
        slow.execute("SELECT pg_current_xact_id()")
        write(2)
        assert [s.events for s in seal(NOON)] == [2]
        slow.rollback()


def test_events_before_an_open_transaction_are_sealed_and_it_comes_next() -> None:
    write(2)
    with psycopg.connect(dsn("default")) as slow:
        slow.execute("SELECT pg_current_xact_id()")
        write(1)
        assert [s.events for s in seal(NOON)] == [2]
        slow.rollback()
    assert [s.events for s in seal(NOON)] == [1]
    assert check().findings == []


def test_an_event_below_the_horizon_raises_one_alert_and_sealing_goes_on(caplog) -> None:
    sealed_log(2)
    sql(
        "INSERT INTO audit_auditevent SELECT (jsonb_populate_record(e, '{\"id\": 900001}')).*"
        " FROM audit_auditevent e LIMIT 1"
    )
    write(1)
    assert len(seal(NOON)) == 1
    seal(NOON)
    alert = AuditAlert.objects.get()
    assert (alert.kind, alert.detail) == ("forged", {"events": 1})
    assert "forged" in caplog.text


def test_a_missing_event_below_the_horizon_raises_an_alert() -> None:
    sealed_log(2)
    sql("DELETE FROM audit_auditevent WHERE id = (SELECT min(id) FROM audit_auditevent)")
    seal(NOON)
    assert AuditAlert.objects.get().kind == "missing"


def test_a_failed_daily_check_raises_an_alert() -> None:
    sealed_log(1)
    sql("UPDATE audit_auditevent SET purpose = 'x'")
    assert check_and_alert(NOON)
    assert AuditAlert.objects.get().kind == "broken"


def test_after_a_restore_numbers_go_on_above_everything_sealed() -> None:
    sealed_log(1)
    sql("UPDATE audit_auditevent SET tx = tx + 1000000; TRUNCATE audit_auditseal")
    seals = seal(NOON)  # nothing is finished up there: the cluster's own numbers are lower
    assert seals == []
    sql(RAISE_EPOCH)
    write(1)
    assert sum(s.events for s in seal(NOON)) == 5
    assert AuditEvent.objects.latest("id").tx > 1000000
    assert check().findings == []


def test_the_verifier_carries_the_same_statements_as_the_sealer() -> None:
    assert f"{canonical.EVENT_LINES} ORDER BY tx, id" == verifier().EVENTS
    assert f"{canonical.SEAL_LINES} ORDER BY number" == verifier().SEALS
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(column_name, ',') FROM information_schema.columns"
                       " WHERE table_name = 'audit_auditevent'")  # fmt: skip
        columns = cursor.fetchone()[0].split(",")
    assert all(f"{column}" in canonical.EVENT_LINES for column in columns)


def test_a_seal_that_was_counted_twice_is_refused_by_the_database() -> None:
    first = sealed_log(1)[0]
    with pytest.raises(Exception, match="seal_range_once"):
        AuditSeal.objects.create(number=2, tx_from=first.tx_from, tx_until=first.tx_until + 1, events=0, sealed_at=NOON)
