"""The pages: signing in as a browser does it, one's own account, staff, and the permission table."""

from __future__ import annotations

from datetime import timedelta

import pyotp
import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone

from doudi.accounts import actions, port
from doudi.accounts.models import AccessRequest, Assignment, RolePolicy, SignIn, Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.roles import Role
from doudi.accounts.urls import urlpatterns
from tests.conftest import FAR_VILLAGE, VILLAGE

pytestmark = pytest.mark.django_db
PASSWORD = "泼水节-2026-Zhefang"
WORKBENCH = "/"


@pytest.fixture
def officer(staff_with) -> Staff:
    """A township clerk with a password."""
    staff = staff_with(Role.TOWNSHIP_CLERK, username="yang.xiaoyun")
    staff.set_password(PASSWORD)
    staff.save()
    return staff


def knock(client, password: str = PASSWORD, **more: str):
    return client.post(reverse("accounts:sign_in"), {"username": "yang.xiaoyun", "password": password} | more)


def test_the_sign_in_page_says_how_to_sign_in_to_a_demo_and_only_there(client, settings) -> None:
    assert "jingban-mengga" in client.get(reverse("accounts:sign_in")).content.decode()
    settings.DOUDI_DEMO = False
    assert "jingban-mengga" not in client.get(reverse("accounts:sign_in")).content.decode()


def test_a_stranger_is_led_to_the_sign_in_page_and_back(client, officer) -> None:
    assert client.get("/profile/").headers["Location"] == "/sign-in/?next=%2Fprofile%2F"
    assert knock(client, next="/profile/").headers["Location"] == "/profile/"


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_nobody_is_led_to_a_strange_place_after_signing_in(client, officer, target) -> None:
    assert knock(client, next=target).headers["Location"] == "/"


def test_a_wrong_password_shows_the_form_again(client, officer) -> None:
    answer = knock(client, "wrong")
    assert answer.status_code == 422
    assert "登录名或密码不对" in answer.text


@pytest.mark.parametrize("second_factor", [False, True])
def test_a_key_planted_before_the_password_is_worth_nothing_after_it(client, officer, second_factor) -> None:
    if second_factor:
        with_second_factor(officer)
    planted = client.session
    planted["seen"] = "before"
    planted.save()
    client.cookies["doudi_session"] = planted.session_key
    knock(client)
    assert client.cookies["doudi_session"].value != planted.session_key
    assert not Session.objects.filter(pk=planted.session_key).exists()


def with_second_factor(officer: Staff) -> pyotp.TOTP:
    officer.totp_secret, officer.totp_confirmed_at = pyotp.random_base32(), timezone.now()
    officer.save()
    return pyotp.TOTP(officer.totp_secret)


def test_between_password_and_code_nothing_is_open(client, officer) -> None:
    with_second_factor(officer)
    assert knock(client).headers["Location"].startswith("/sign-in/code/")
    assert client.get("/profile/").status_code == 302


def test_the_code_opens_a_session_under_another_new_key(client, officer) -> None:
    otp = with_second_factor(officer)
    knock(client)
    half = client.session.session_key
    client.post(reverse("accounts:sign_in_code"), {"code": otp.now()})
    assert client.get("/profile/").status_code == 200
    assert client.session.session_key != half


def test_the_session_of_a_disabled_person_dies_at_once(client, officer, staff_with) -> None:
    knock(client)
    assert client.get("/profile/").status_code == 200
    actions.disable_staff(by=staff_with(Role.SECURITY_ADMIN), staff=officer, reason="调离", at=timezone.now())
    assert client.get("/profile/").status_code == 302


def test_signing_out_ends_the_session(client, officer) -> None:
    knock(client)
    key = client.session.session_key
    client.post(reverse("accounts:sign_out"))
    assert not Session.objects.filter(pk=key).exists()


def test_somebody_without_any_role_can_still_leave(client, officer) -> None:
    knock(client)
    officer.assignments.all().delete()
    assert client.get("/profile/").status_code == 403
    assert client.post(reverse("accounts:sign_out")).headers["Location"] == reverse("accounts:sign_in")


def test_behind_our_proxy_only_the_address_that_it_wrote_itself_counts(client, officer, settings) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    client.post(
        reverse("accounts:sign_in"),
        {"username": "yang.xiaoyun", "password": "wrong"},
        headers={"X-Forwarded-For": "198.51.100.7, 10.0.0.8"},
    )
    assert SignIn.objects.get().address == "10.0.0.8"


def test_without_a_proxy_nobody_chooses_their_own_address(client, officer) -> None:
    client.post(reverse("accounts:sign_in"), {"username": "a", "password": "b"}, headers={"X-Forwarded-For": "x"})
    assert SignIn.objects.get().address == "127.0.0.1"


def test_demo_sign_ins_are_shown_in_a_demo_only(client, settings, monkeypatch) -> None:
    monkeypatch.setattr(port, "_demo", [lambda: [("乡镇经办", "demo.clerk", "demo-password")]])
    assert "demo-password" in client.get(reverse("accounts:sign_in")).text
    settings.DOUDI_DEMO = False
    assert "demo-password" not in client.get(reverse("accounts:sign_in")).text


def test_an_idle_session_ends(client, officer) -> None:
    knock(client)
    session = client.session
    session["seen_at"] = (timezone.now() - timedelta(minutes=31)).isoformat()
    session.save()
    assert client.get("/profile/").status_code == 302


def change_password(client, **more: str):
    form = {"current": PASSWORD, "new": "Jingpo-Munao-2027", "again": "Jingpo-Munao-2027"} | more
    return client.post(reverse("accounts:password"), form)


def test_changing_the_password_ends_the_other_sessions_and_keeps_this_one(client, officer) -> None:
    other = type(client)()
    knock(client)
    knock(other)
    assert change_password(client).status_code == 302
    assert (client.get("/profile/").status_code, other.get("/profile/").status_code) == (200, 302)


@pytest.mark.parametrize(
    ("new", "why"),
    [
        ("Ab1-", "至少 10 位"),
        ("abcdefghijkl", "至少用三种"),
        ("Yang.xiaoyun-99", "登录名或姓名"),
        ("Password123!", "太常见"),
        (PASSWORD, "不能和现在的密码一样"),
    ],
)
def test_a_weak_password_is_refused_with_the_reason(client, officer, new, why) -> None:
    knock(client)
    answer = change_password(client, new=new, again=new)
    assert answer.status_code == 422
    assert why in answer.text


def test_a_whole_sentence_needs_no_signs(client, officer) -> None:
    knock(client)
    new = "芒市遮放镇的谷米又香又软又好吃真的"
    assert change_password(client, new=new, again=new).status_code == 302


def test_a_wrong_current_password_counts_towards_the_lock(client, officer) -> None:
    knock(client)
    for _n in range(5):
        change_password(client, current="wrong")
    assert "试错的次数太多" in change_password(client).text


def test_a_temporary_password_must_be_changed_before_anything_else(client, officer) -> None:
    Staff.objects.update(must_change_password=True)
    knock(client)
    assert client.get(WORKBENCH).headers["Location"] == reverse("accounts:password")
    change_password(client)
    assert client.get(WORKBENCH).status_code == 200


def test_a_role_that_demands_a_code_makes_its_holder_set_one_up(client, officer) -> None:
    RolePolicy.objects.create(role=Role.TOWNSHIP_CLERK, require_totp=True)
    knock(client)
    assert client.get(WORKBENCH).headers["Location"] == reverse("accounts:totp")
    client.post(reverse("accounts:totp_start"))
    page = client.get(reverse("accounts:totp"))
    assert "data:image/svg+xml" in page.text
    officer.refresh_from_db()
    assert client.post(reverse("accounts:totp"), {"code": pyotp.TOTP(officer.totp_secret).now()}).status_code == 302
    assert client.get(WORKBENCH).status_code == 200


def test_the_workbench_says_when_somebody_else_tried(client, officer) -> None:
    knock(client)
    knock(type(client)(), "wrong")
    knock(client := type(client)())
    assert "1 次登录没有成功" in client.get(WORKBENCH).text


def test_preferences_are_kept_and_strange_ones_ignored(client, officer) -> None:
    knock(client)
    client.post(reverse("accounts:preferences"), {"size": "large", "language": "en", "density": "huge", "x": "y"})
    officer.refresh_from_db()
    assert officer.preferences == {"size": "large", "language": "en"}


def test_a_page_that_is_still_open_keeps_the_session(client, officer) -> None:
    knock(client)
    assert client.post(reverse("accounts:still_here")).status_code == 204


def test_a_security_administrator_hires_assigns_and_ends(signed_in, staff_with) -> None:
    client = signed_in(staff_with(Role.SECURITY_ADMIN))
    hired = client.post(reverse("accounts:hire"), {"name": "李文斌", "username": "li.wenbin", "office": "市民政局"})
    staff = Staff.objects.get(username="li.wenbin")
    assert "临时密码" in hired.text
    form = {"role": "township_clerk", "place": VILLAGE[:9], "reason": "任职文件", "ends_on": "2030-12-31"}
    assert client.post(reverse("accounts:assign", args=[staff.pk]), form).status_code == 302
    role = staff.assignments.get()
    client.post(reverse("accounts:end_role", args=[staff.pk, role.pk]), {"reason": "调离"})
    role.refresh_from_db()
    assert role.ends_at is not None
    assert role.ends_at <= timezone.now()


def test_a_refused_assignment_says_why_on_the_page(signed_in, staff_with) -> None:
    client, maker = signed_in(staff_with(Role.SECURITY_ADMIN)), staff_with(Role.PAYMENT_MAKER)
    form = {"role": "payment_checker", "place": VILLAGE[:6], "reason": "任职文件"}
    answer = client.post(reverse("accounts:assign", args=[maker.pk]), form)
    assert answer.status_code == 422
    assert "不能由同一个人担任" in answer.text


def test_the_staff_list_finds_by_name_and_role(signed_in, staff_with) -> None:
    client = signed_in(staff_with(Role.SECURITY_ADMIN))
    staff_with(Role.LEADER), staff_with(Role.FINANCE)
    page = client.get(reverse("accounts:staff"), {"q": "领导", "role": "leader"})
    assert [one.name for one in page.context["page"]] == ["领导"]


def test_the_staff_list_costs_the_same_for_more_staff(signed_in, staff_with, django_assert_max_num_queries) -> None:
    client = signed_in(staff_with(Role.SECURITY_ADMIN))
    for role in (Role.LEADER, Role.FINANCE, Role.HOTLINE):
        staff_with(role)
    with django_assert_max_num_queries(14):
        client.get(reverse("accounts:staff"))


def test_staff_of_another_county_do_not_exist_for_us(signed_in, staff_with) -> None:
    client = signed_in(staff_with(Role.SECURITY_ADMIN))
    stranger = staff_with(Role.TOWNSHIP_CLERK, "533123101")
    assert client.get(reverse("accounts:staff_one", args=[stranger.pk])).status_code == 404


def test_the_permission_table_shows_every_permission_and_downloads(signed_in, staff_with) -> None:
    client = signed_in(staff_with(Role.AUDIT_ADMIN))
    page = client.get(reverse("accounts:permissions")).text
    sheet = client.get(reverse("accounts:permissions_csv")).text.splitlines()
    assert all(permission.value in page for permission in Permission)
    assert len(sheet) == 1 + len(Permission)


def test_a_role_can_be_made_to_demand_a_code(signed_in, staff_with) -> None:
    client = signed_in(staff_with(Role.SECURITY_ADMIN))
    client.post(reverse("accounts:roles"), {"role": "finance", "required": "on"})
    assert RolePolicy.objects.get(role="finance").require_totp


def test_an_auditor_reads_the_demands_but_cannot_change_them(signed_in, staff_with) -> None:
    client = signed_in(staff_with(Role.AUDIT_ADMIN))
    assert client.get(reverse("accounts:roles")).status_code == 200
    assert client.post(reverse("accounts:roles"), {"role": "finance", "required": "on"}).status_code == 403


def test_a_look_is_asked_for_and_granted_on_the_pages(signed_in, clerk, staff_with) -> None:
    asked = signed_in(clerk).post(reverse("accounts:ask_access"), {"place": FAR_VILLAGE, "reason": "随迁家庭核实"})
    assert asked.status_code == 302
    head = signed_in(staff_with(Role.TOWNSHIP_HEAD, FAR_VILLAGE[:9]))
    assert "随迁家庭核实" in head.get(WORKBENCH).text
    head.post(reverse("accounts:answer_access", args=[AccessRequest.objects.get().pk]), {"answer": "grant"})
    assert Assignment.objects.filter(staff=clerk, role=Role.VISITOR).exists()


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.TOWNSHIP_HEAD, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN])
def test_every_page_answers_a_role_whatever_it_may(role, signed_in, staff_with, clerk) -> None:
    AccessRequest.objects.create(staff=clerk, division_code=FAR_VILLAGE, reason="核实", asked_at=timezone.now())
    client = signed_in(staff_with(role))
    keys = {"pk": clerk.pk, "assignment": clerk.assignments.get().pk}
    for pattern in urlpatterns:
        wanted = {k: v for k, v in keys.items() if k in pattern.pattern.converters}
        address = reverse(f"accounts:{pattern.name}", kwargs=wanted)
        methods = (client.get,) if pattern.name == "sign_out" else (client.get, client.post)
        for answer in (method(address) for method in methods):
            assert answer.status_code in (200, 204, 302, 403, 404, 405, 422), address
