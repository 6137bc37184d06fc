"""The pages of feeds, as people see them."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from doudi.accounts.roles import Role
from doudi.feeds.models import Batch, FeedKey, State
from tests.conftest import web_role
from tests.feeds.batches.world import DISABILITY, certificate, landed, run, sent, table

pytestmark = pytest.mark.django_db


@pytest.fixture
def at_desk(office, signed_in):
    """The county clerk's browser, behind the wall."""
    client = signed_in(office)

    def ask(method: str, url: str, data=None, **more):
        with web_role(office):
            return getattr(client, method)(url, data, **more)

    return ask


def test_the_board_names_every_source_and_how_late_it_is(at_desk, office, person) -> None:
    landed("disability", table(DISABILITY, certificate(person)), office)
    page = at_desk("get", "/feeds/").content.decode()
    assert "残疾人证" in page
    assert "还没有报送过" in page


def test_a_liaison_sees_the_own_source_only(disabled, signed_in, as_web) -> None:
    client = signed_in(disabled)
    with as_web(disabled):
        page = client.get("/feeds/").content.decode()
    assert "残疾人证" in page
    assert "医保结算" not in page


def test_a_file_is_uploaded_looked_at_and_let_in(at_desk, person) -> None:
    file = SimpleUploadedFile("十月.csv", table(DISABILITY, certificate(person)))
    response = at_desk("post", "/feeds/send/", {"contract": "disability", "file": file})
    batch = run(Batch.objects.get())
    page = at_desk("get", response["Location"]).content.decode()
    assert "入库 1 行" in page
    assert "残疾人证号" in page
    at_desk("post", f"/feeds/batches/{batch.pk}/land/")
    assert run(batch).state == State.LANDED


def test_the_same_file_again_is_said_beside_the_field(at_desk, office, person) -> None:
    content = table(DISABILITY, certificate(person))
    sent("disability", content, office)
    response = at_desk("post", "/feeds/send/", {"contract": "disability", "file": SimpleUploadedFile("a.csv", content)})
    assert response.status_code == 422
    assert "已经收过" in response.content.decode()


def test_only_the_rejected_cell_is_shown_never_the_row(at_desk, office, person, wife) -> None:
    batch = sent("disability", table(DISABILITY, certificate(person, "九级"), certificate(wife)), office)
    page = at_desk("get", f"/feeds/batches/{batch.pk}/").content.decode()
    assert "九级" in page
    assert person.name not in page
    assert person.resident_id not in page


def test_rejected_rows_come_back_as_a_batch_linked_to_the_first(at_desk, office, person, wife) -> None:
    first = landed("disability", table(DISABILITY, certificate(person, "九级"), certificate(wife)), office)
    answer = at_desk("get", f"/feeds/batches/{first.pk}/correction.xlsx")
    assert answer.content.startswith(b"PK")
    file = SimpleUploadedFile("更正.csv", table(DISABILITY, certificate(person)))
    at_desk("post", f"/feeds/batches/{first.pk}/correct/", {"file": file})
    batch = run(Batch.objects.get(corrects=first))
    at_desk("post", f"/feeds/batches/{batch.pk}/land/")
    assert (run(batch).state, batch.corrects_id) == (State.LANDED, first.pk)


def test_columns_are_mapped_on_a_page(at_desk, office, person) -> None:
    headings = ("证", "身份证号", "姓名", "残疾类别", "残疾等级", "发证日期")
    batch = sent("disability", table(headings, certificate(person)), office)
    url = f"/feeds/batches/{batch.pk}/columns/"
    assert "残疾人证号" in at_desk("get", url).content.decode()
    data = batch.mapping | {"certificate_no": "证"}
    answer = at_desk("post", url, urlencode(data), content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 302
    assert run(batch).good == 1


def test_a_batch_is_refused_with_a_reason(at_desk, office, person) -> None:
    batch = sent("disability", table(DISABILITY, certificate(person)), office)
    url = f"/feeds/batches/{batch.pk}/refuse/"
    assert at_desk("post", url, {"reason": ""}).status_code == 422
    at_desk("post", url, {"reason": "是去年的名单"})
    batch.refresh_from_db()
    assert (batch.state, batch.said) == (State.REFUSED, "是去年的名单")


def test_a_wrong_batch_is_taken_back_on_a_page(at_desk, office, person) -> None:
    batch = landed("disability", table(DISABILITY, certificate(person)), office)
    at_desk("post", f"/feeds/batches/{batch.pk}/take-back/", {"reason": "发错了"})
    assert run(batch).state == State.SUPERSEDED


def test_a_key_is_shown_once(at_desk) -> None:
    page = at_desk("post", "/feeds/keys/", {"contract": "disability"}).content.decode()
    assert "只显示这一次" in page
    assert "只显示这一次" not in at_desk("get", "/feeds/keys/").content.decode()
    key = FeedKey.objects.get()
    at_desk("post", f"/feeds/keys/{key.pk}/revoke/")
    key.refresh_from_db()
    assert key.revoked_at is not None


def test_a_batch_of_another_source_is_not_found(office, disabled, signed_in, as_web) -> None:
    batch = sent("prison", b"x,y\n1,2\n", office)
    client = signed_in(disabled)
    with as_web(disabled):
        assert client.get(f"/feeds/batches/{batch.pk}/").status_code == 404


def test_whoever_may_not_read_feeds_is_told_so(staff_with, signed_in, as_web) -> None:
    staff = staff_with(Role.TOWNSHIP_CLERK)
    client = signed_in(staff)
    with as_web(staff):
        assert client.get("/feeds/").status_code == 403


def test_the_list_asks_the_database_a_fixed_number_of_times(
    at_desk, office, person, django_assert_max_num_queries
) -> None:
    for n in range(3):
        sent("disability", table(DISABILITY, certificate(person, on=f"2024-05-0{n + 1}")), office)
    with django_assert_max_num_queries(30):
        assert at_desk("get", "/feeds/batches/?which=all").status_code == 200
