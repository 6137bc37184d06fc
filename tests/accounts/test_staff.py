"""What the security administrator may do, and what nobody may."""

from __future__ import annotations

from datetime import timedelta

import pyotp
import pytest
from django.db import DatabaseError, IntegrityError, transaction

from doudi.accounts import actions, port
from doudi.accounts.errors import Refused
from doudi.accounts.models import Assignment, SignIn, Staff
from doudi.accounts.roles import Role
from doudi.accounts.scope import NotPermitted, scope_of
from doudi.audit.models import AuditEvent
from tests.conftest import NOON, VILLAGE

pytestmark = pytest.mark.django_db
COUNTY = VILLAGE[:6]


@pytest.fixture
def security(staff_with) -> Staff:
    """The security administrator of the county."""
    return staff_with(Role.SECURITY_ADMIN)


def assign(by: Staff, staff: Staff, role: Role, place: str = COUNTY, **more: object) -> Assignment:
    wanted = {"ends_at": None, "reason": "任职文件", "at": NOON} | more
    return actions.assign_role(by=by, staff=staff, role=role, place=place, **wanted)  # type: ignore[arg-type]


def hire(by: Staff, **more: str) -> actions.Hired:
    person = {"username": "li.wenbin", "name": "李文斌", "office": "市民政局", "phone": "13800001234"} | more
    return actions.hire_staff(by=by, at=NOON, **person)


def test_a_new_account_can_sign_in_once_and_must_change_its_password(security) -> None:
    hired = hire(security)
    assert hired.staff.must_change_password
    assert actions.sign_in(username="li.wenbin", password=hired.password, address="10.0.0.1", device="", at=NOON).done


def test_a_new_account_can_do_nothing_until_it_has_a_role(security) -> None:
    assert scope_of(hire(security).staff, NOON).held == ()


def test_two_people_cannot_have_one_name_to_sign_in_with(security) -> None:
    hire(security)
    with pytest.raises(Refused, match="已经有人用了"):
        hire(security)


@pytest.mark.parametrize(
    ("field", "value"), [("username", "李文斌"), ("username", "ab"), ("name", " "), ("phone", "1380000123")]
)
def test_bad_input_is_refused_with_its_field(security, field, value) -> None:
    with pytest.raises(Refused) as refused:
        hire(security, **{field: value})
    assert refused.value.field == field


@pytest.mark.parametrize("role", [r for r in Role if r not in (Role.SECURITY_ADMIN, Role.VISITOR)])
def test_nobody_else_hires(role, staff_with) -> None:
    with pytest.raises(NotPermitted):
        hire(staff_with(role))


def test_a_role_is_given_at_a_place_and_recorded(security) -> None:
    staff = hire(security).staff
    assign(security, staff, Role.TOWNSHIP_CLERK, VILLAGE[:9])
    assert scope_of(staff, NOON).roles == {Role.TOWNSHIP_CLERK}
    event = AuditEvent.objects.get(action="accounts.assign_role")
    assert (event.actor_id, event.subject_place) == (security.pk, VILLAGE[:9])


@pytest.mark.parametrize("place", ["533103", "533103999", VILLAGE])
def test_a_township_role_needs_a_township_that_exists(security, place) -> None:
    with pytest.raises(Refused, match="乡镇"):
        assign(security, hire(security).staff, Role.TOWNSHIP_CLERK, place)


def test_nobody_gives_a_role_to_themselves(security) -> None:
    with pytest.raises(Refused, match="不能给自己"):
        assign(security, security, Role.AUDIT_ADMIN)


def test_the_database_refuses_a_self_grant_too(security) -> None:
    with pytest.raises(IntegrityError, match="assignment_not_self_granted"):
        Assignment.objects.create(
            staff=security, role=Role.LEADER, division_code=COUNTY, starts_at=NOON, granted_by=security
        )


@pytest.mark.parametrize(
    ("held", "wanted"),
    [
        (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN),
        (Role.AUDIT_ADMIN, Role.SYSTEM_ADMIN),
        (Role.AUDIT_ADMIN, Role.LEADER),
        (Role.COUNTY_CLERK, Role.SYSTEM_ADMIN),
        (Role.PAYMENT_MAKER, Role.PAYMENT_CHECKER),
        (Role.FINANCE, Role.PAYMENT_MAKER),
    ],
)
def test_roles_that_check_each_other_are_never_in_one_hand(security, staff_with, held, wanted) -> None:
    with pytest.raises(Refused, match="不能由同一个人担任"):
        assign(security, staff_with(held), wanted)


def test_roles_that_do_not_check_each_other_may_be_in_one_hand(security, staff_with) -> None:
    staff = staff_with(Role.COUNTY_CLERK)
    assign(security, staff, Role.PAYMENT_MAKER)
    assert scope_of(staff, NOON).roles == {Role.COUNTY_CLERK, Role.PAYMENT_MAKER}


def test_an_ended_role_no_longer_excludes(security, staff_with) -> None:
    staff = staff_with(Role.PAYMENT_MAKER)
    actions.end_role(by=security, assignment=staff.assignments.get(), reason="换岗", at=NOON)
    assert assign(security, staff, Role.PAYMENT_CHECKER).pk


def test_a_visit_cannot_be_given_by_hand(security, staff_with) -> None:
    with pytest.raises(Refused, match="本人申请"):
        assign(security, staff_with(Role.TOWNSHIP_CLERK), Role.VISITOR, VILLAGE)


def test_a_security_administrator_of_another_county_cannot_touch_our_staff(staff_with, clerk) -> None:
    with pytest.raises(NotPermitted):
        actions.disable_staff(by=staff_with(Role.SECURITY_ADMIN, "533123"), staff=clerk, reason="x", at=NOON)


def test_every_change_of_rights_kills_the_sessions(security, clerk) -> None:
    steps = [
        lambda: assign(security, clerk, Role.COUNTY_CLERK),
        lambda: actions.end_role(
            by=security, assignment=clerk.assignments.order_by("pk").last(), reason="", at=NOON + timedelta(1)
        ),
        lambda: actions.reset_password(by=security, staff=clerk, at=NOON),
        lambda: actions.reset_totp(by=security, staff=clerk, at=NOON),
        lambda: actions.disable_staff(by=security, staff=clerk, reason="调离", at=NOON),
    ]
    for n, step in enumerate(steps, 1):
        step()
        clerk.refresh_from_db()
        assert clerk.session_epoch == n


def test_nobody_disables_themselves(security) -> None:
    with pytest.raises(Refused):
        actions.disable_staff(by=security, staff=security, reason="", at=NOON)


def test_the_first_administrator_is_made_once(divisions) -> None:
    first = {"username": "first.admin", "name": "首任", "password": "Wangzi-Xueyuan-42", "at": NOON}
    staff = actions.hire_first_administrator(**first)
    assert scope_of(staff, NOON).roles == {Role.SECURITY_ADMIN}
    with pytest.raises(Refused):
        actions.hire_first_administrator(**first | {"username": "second.admin"})


def test_the_whole_work_of_a_security_administrator_passes_row_level_security(security, as_web) -> None:
    with as_web(security):
        staff = hire(security).staff
        role = assign(security, staff, Role.TOWNSHIP_CLERK, VILLAGE[:9])
        actions.end_role(by=security, assignment=role, reason="", at=NOON + timedelta(1))
        actions.require_totp(by=security, role=Role.FINANCE, required=True)
        actions.disable_staff(by=security, staff=staff, reason="", at=NOON)


def refused_by_the_database() -> object:
    return pytest.raises(DatabaseError, match=r"row-level security|permission denied")


def test_a_clerk_cannot_insert_an_assignment_even_in_plain_sql(clerk, security, as_web) -> None:
    with as_web(clerk), refused_by_the_database(), transaction.atomic():
        Assignment.objects.create(
            staff=security, role=Role.LEADER, division_code=COUNTY, starts_at=NOON, granted_by=clerk
        )


def test_a_township_head_cannot_insert_more_than_a_visit(clerk, staff_with, as_web) -> None:
    head = staff_with(Role.TOWNSHIP_HEAD)
    one_day = {"starts_at": NOON, "ends_at": NOON + timedelta(hours=24), "granted_by": head}
    with as_web(head), refused_by_the_database(), transaction.atomic():
        Assignment.objects.create(staff=clerk, role=Role.COORDINATOR, division_code=VILLAGE, **one_day)


def test_a_clerk_cannot_change_the_account_of_somebody_else(clerk, security, as_web) -> None:
    with as_web(clerk):
        assert Staff.objects.filter(pk=security.pk).update(is_active=False) == 0


def test_what_people_do_with_their_own_account_passes_row_level_security(clerk, as_web) -> None:
    with as_web(clerk):
        actions.save_preferences(by=clerk, wanted={"size": "large"})
        actions.enrol_totp(by=clerk)
        code = pyotp.TOTP(Staff.objects.get(pk=clerk.pk).totp_secret).at(NOON)
        actions.confirm_totp(by=clerk, code=code, at=NOON)


def test_the_record_of_sign_ins_cannot_be_edited(security, as_web) -> None:
    with as_web(security), refused_by_the_database(), transaction.atomic():
        SignIn.objects.update(outcome="ok")


def test_without_a_log_nothing_is_changed(security, monkeypatch) -> None:
    monkeypatch.setattr(port, "_listeners", [])
    with pytest.raises(port.NotPlugged):
        hire(security)
    assert not Staff.objects.filter(username="li.wenbin").exists()


@pytest.mark.parametrize(
    ("roles", "words"),
    [([(Role.TOWNSHIP_CLERK, VILLAGE[:9])], "遮放镇"), ([(Role.LEADER, COUNTY), (Role.COORDINATOR, VILLAGE)], "全市")],
)
def test_where_somebody_works_is_said_in_words(security, roles, words) -> None:
    staff = hire(security).staff
    for role, place in roles:
        assign(security, staff, role, place)
    staff.scope = scope_of(staff, NOON)
    assert staff.scope_words == words
