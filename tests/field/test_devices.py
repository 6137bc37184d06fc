"""Phones: a share for each member of staff, gone the moment somebody says so."""

from __future__ import annotations

import uuid

import pytest
from django.db import ProgrammingError, transaction

from doudi.accounts.roles import Role
from doudi.accounts.scope import NotPermitted
from doudi.field.actions import devices
from doudi.field.errors import Wiped
from doudi.field.models import Device
from doudi.field.queries.devices import devices_of, must_erase
from doudi.registry.actions.refusal import Conflict, Refused
from tests.field.world import NOW, Phone, another, push, sent

pytestmark = pytest.mark.django_db


def test_a_phone_that_is_known_gets_the_same_share_again(phone: Phone, as_web) -> None:
    with as_web(phone.staff):
        again = devices.register(key=phone.device.key, name="x", by=phone.staff, at=NOW)
    assert (again.pk, again.share) == (phone.device.pk, phone.device.share)


def test_each_phone_has_a_share_of_its_own_that_never_lies_readable(phone: Phone) -> None:
    from django.db import connection

    other = another(phone.staff)
    assert other.share != phone.device.share
    with connection.cursor() as cursor:
        cursor.execute("SELECT share FROM field_device")
        assert all(str(phone.device.share).encode() not in bytes(row[0]) for row in cursor.fetchall())


def test_a_wipe_destroys_the_share_at_once_and_stops_the_phone(phone: Phone, as_web) -> None:
    with as_web(phone.staff):
        devices.wipe(device=phone.device, because="丢了", by=phone.staff, at=NOW)
        assert Device.objects.get(pk=phone.device.pk).share is None
        with pytest.raises(Wiped):
            push(phone, sent(phone))
        with pytest.raises(Wiped):
            devices.register(key=phone.device.key, name="x", by=phone.staff, at=NOW)


def test_a_wipe_wants_a_reason_and_happens_once(phone: Phone) -> None:
    with pytest.raises(Refused):
        devices.wipe(device=phone.device, because=" ", by=phone.staff, at=NOW)
    devices.wipe(device=phone.device, because="丢了", by=phone.staff, at=NOW)
    with pytest.raises(Conflict):
        devices.wipe(device=phone.device, because="丢了", by=phone.staff, at=NOW)


def test_the_security_administrator_wipes_anybodys_a_colleague_nobodys(phone: Phone, clerk, staff_with, as_web) -> None:
    admin = staff_with(Role.SECURITY_ADMIN)
    with pytest.raises(NotPermitted):
        devices.wipe(device=phone.device, because="丢了", by=clerk, at=NOW)
    with as_web(clerk):
        assert not devices_of(clerk).exists()
    with as_web(admin):
        devices.wipe(device=devices_of(admin).get(), because="丢了", by=admin, at=NOW)


def test_a_phone_learns_that_it_must_go_without_anybody_signed_in(phone: Phone, as_web) -> None:
    devices.wipe(device=phone.device, because="丢了", by=phone.staff, at=NOW)
    with as_web(None):
        assert must_erase(phone.device.key)
        assert not must_erase(uuid.uuid4())
        assert devices.erased(key=phone.device.key, unsent=3, at=NOW)
        assert not devices.erased(key=phone.device.key, unsent=0, at=NOW)
    phone.device.refresh_from_db()
    assert phone.device.erased_unsent == 3


def test_a_phone_that_was_not_wiped_cannot_be_said_to_be_erased(phone: Phone, as_web) -> None:
    with as_web(None):
        assert not devices.erased(key=phone.device.key, unsent=0, at=NOW)


def test_somebody_elses_phone_takes_and_gives_nothing(phone: Phone, clerk, as_web) -> None:
    theirs = another(clerk)
    with as_web(phone.staff), pytest.raises(NotPermitted):
        push(phone, sent(phone), device=theirs)


@pytest.mark.planted
def test_planted_a_share_does_not_come_back_to_a_wiped_phone(phone: Phone, as_web) -> None:
    devices.wipe(device=phone.device, because="丢了", by=phone.staff, at=NOW)
    with as_web(phone.staff), pytest.raises(ProgrammingError), transaction.atomic():
        Device.objects.filter(pk=phone.device.pk).update(
            share="QUFB", wiped_at=None, wiped_by_id=None, wiped_because=""
        )


@pytest.mark.planted
def test_planted_an_answered_record_stays_answered(phone: Phone, as_web) -> None:
    from doudi.field.models import SyncRecord

    with as_web(phone.staff):
        push(phone, sent(phone))
        with pytest.raises(ProgrammingError), transaction.atomic():
            SyncRecord.objects.update(outcome="refused")
        with pytest.raises(ProgrammingError), transaction.atomic():
            SyncRecord.objects.all().delete()


def test_the_phone_that_was_here_last_stands_first(phone: Phone) -> None:
    newer = another(phone.staff)
    Device.objects.filter(pk=phone.device.pk).update(seen_at=NOW.replace(hour=1))
    assert list(devices_of(phone.staff)) == [newer, phone.device]
