"""The phone's addresses: a shell that knows nobody, packs that are small, JSON that a phone can show."""

from __future__ import annotations

import gzip
import json
import uuid
from typing import Any

import pytest

from doudi.audit.models import AuditEvent
from doudi.field.actions.carrying import carry
from doudi.field.models import Device
from doudi.field.queries.packs import delta
from doudi.field.views import shell
from tests.field.world import LATER, NOW, Phone, drawn, push, sent

pytestmark = pytest.mark.django_db


def post(client: Any, path: str, said: Any, **headers: str) -> Any:
    return client.post(f"/field/{path}/", json.dumps(said), content_type="application/json", headers=headers)


def test_a_pull_brings_what_is_new_and_the_next_one_nothing(phone: Phone, as_web) -> None:
    with as_web(phone.staff):
        first = delta(by=phone.staff, on=LATER, have={})
        known = {row["number"]: row["tag"] for row in first.packs} | {"RW-gone": "x"}
        second = delta(by=phone.staff, on=LATER, have=known)
    assert [row["head"] for row in first.packs] == ["岳勒旺"]
    assert [m["name"] for m in first.packs[0]["members"]] == ["岳勒旺", "排木果"]
    assert (list(second.packs), list(second.gone)) == ([], ["RW-gone"])


def test_a_pack_tells_how_often_nobody_was_there(phone: Phone, as_web) -> None:
    with as_web(phone.staff):
        push(phone, sent(phone, "absent"), sent(phone, "absent"))
        assert len(delta(by=phone.staff, on=LATER, have={}).packs[0]["tried"]) == 2


def test_every_file_that_goes_out_on_a_phone_is_on_the_record_once(phone: Phone, as_web) -> None:
    with as_web(phone.staff):
        found = carry(device=phone.device, have={}, by=phone.staff, on=LATER, at=NOW)
        known = {row["number"]: row["tag"] for row in found.packs}
        carry(device=phone.device, have=known, by=phone.staff, on=LATER, at=NOW)
    events = AuditEvent.objects.filter(action="field.carry.read")
    assert [e.subject_id for e in events] == [str(phone.home.pk)]


def test_the_shell_knows_nobody(phone: Phone, signed_in) -> None:
    page = signed_in(phone.staff).get("/field/").content.decode()
    assert phone.staff.name not in page
    assert "csrf" not in page


def test_the_worker_keeps_every_module_and_changes_its_version_with_any_byte(client) -> None:
    script = client.get("/field/worker.js").content.decode()
    assert all(f'/static/field/{name}"' in script for name in shell.modules())
    assert {"app.js", "core/merge.js", "pages/visit.js"} <= set(shell.modules())
    assert shell.version() in script


def test_a_phone_registers_pulls_and_pushes_over_the_wire(phone: Phone, signed_in) -> None:
    client, key = signed_in(phone.staff), str(uuid.uuid4())
    assert client.get("/field/me/").json()["staff"]["id"] == phone.staff.pk
    assert len(post(client, "register", {"device": key, "name": "测试"}).json()["share"]) == 44
    pulled = post(client, "pull", {"device": key, "have": {}}, accept_encoding="gzip")
    assert {"packs", "gone", "texts", "choices", "now"} <= set(json.loads(gzip.decompress(pulled.content)))
    assert post(client, "push", {"device": key, "sent_at": NOW.isoformat(), "records": []}).json()["answers"] == []


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("push", [1]), ("push", {}), ("push", {"records": [{}] * 21}), ("push", {"records": [], "device": "x"}),
        ("push", {"records": [], "device": str(uuid.uuid4()), "sent_at": "gestern"}), ("pull", {"device": None}),
        ("register", {"device": "1"}), ("pull", {"device": str(uuid.uuid4()), "have": []}),
        ("push", {"records": [{"id": "1", "kind": "visit"}], "device": str(uuid.uuid4()), "sent_at": NOW.isoformat()}),
        ("push", {"records": [{"kind": "nonsense"}], "device": str(uuid.uuid4()), "sent_at": NOW.isoformat()}),
    ],
)  # fmt: skip
def test_nonsense_is_refused_in_words(phone: Phone, signed_in, path: str, said: Any) -> None:
    answer = post(signed_in(phone.staff), path, said)
    assert (answer.status_code, bool(answer.json()["problems"][0]["message"])) == (400, True)


def test_a_wiped_phone_is_told_to_erase_itself_by_every_address(phone: Phone, signed_in) -> None:
    from doudi.field.actions.devices import wipe

    wipe(device=phone.device, because="丢了", by=phone.staff, at=NOW)
    client, key = signed_in(phone.staff), str(phone.device.key)
    for path, said in (("register", {}), ("pull", {}), ("push", {"sent_at": NOW.isoformat(), "records": []})):
        answer = post(client, path, said | {"device": key})
        assert (answer.status_code, answer.json()["erase"]) == (410, True)


def test_state_and_erased_need_nobody_signed_in(phone: Phone, client) -> None:
    Device.objects.filter(pk=phone.device.pk).update(
        share=None, wiped_at=NOW, wiped_by_id=phone.staff.pk, wiped_because="丢了"
    )
    key = str(phone.device.key)
    assert client.get(f"/field/state/?device={key}").json()["erase"] is True
    assert post(client, "erased", {"device": key, "unsent": 2}).json()["taken"] is True


def test_my_phones_are_listed_and_wiped_on_their_page(phone: Phone, signed_in) -> None:
    client = signed_in(phone.staff)
    assert "测试手机" in client.get("/field/devices/").content.decode()
    refused = client.post(f"/field/devices/{phone.device.pk}/wipe/", {"because": ""})
    assert (refused.status_code, "请写明原因" in refused.content.decode()) == (422, True)
    assert client.post(f"/field/devices/{phone.device.pk}/wipe/", {"because": "丢了"}).status_code == 302
    assert "等手机联网" in client.get("/field/devices/").content.decode()


def test_the_households_page_shows_what_phones_brought(phone: Phone, clerk, signed_in, as_web) -> None:
    with as_web(phone.staff):
        push(phone, sent(phone, "absent"), sent(phone), sent(phone, body={"image": drawn()}))
    page = signed_in(clerk).get(f"/households/{phone.home.number}/").content.decode()
    assert "家里没人" in page
    assert "有冲突" in page
