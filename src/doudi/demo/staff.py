"""One sign-in for every role, with a place that fits, for the demo county only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from doudi.accounts.models import Assignment, Staff
from doudi.accounts.roles import Role

from .generate import DemoRefused

PASSWORD = "Doudi-demo-2026"  # noqa: S105  printed at every start; refused outside demo mode
COUNTY, TOWNSHIP, OTHER_TOWNSHIP, VILLAGE = "533103", "533103102", "533103103", "533103102202"
PLACES = {COUNTY: "芒市", TOWNSHIP: "遮放镇", OTHER_TOWNSHIP: "勐戛镇", VILLAGE: "遮放镇户闷村"}
BEGINS_YEAR = 2021

# role, username, name, office, place
PEOPLE: tuple[tuple[Role, str, str, str, str], ...] = (
    (Role.COORDINATOR, "xieliyuan", "晚月英", "户闷村委会", VILLAGE),
    (Role.TOWNSHIP_CLERK, "jingban", "方小娥", "遮放镇社会事务办公室", TOWNSHIP),
    (Role.TOWNSHIP_CLERK, "jingban-mengga", "尹建萍", "勐戛镇社会事务办公室", OTHER_TOWNSHIP),
    (Role.TOWNSHIP_HEAD, "fenguan", "排勒干", "遮放镇人民政府", TOWNSHIP),
    (Role.COUNTY_CLERK, "shijingban", "李晓梅", "芒市民政局社会救助股", COUNTY),
    (Role.COUNTY_REVIEWER, "shenhe", "线永明", "芒市民政局社会救助股", COUNTY),
    (Role.PAYMENT_MAKER, "zhidan", "赵玉苗", "芒市民政局财务室", COUNTY),
    (Role.PAYMENT_CHECKER, "fuhe", "段国华", "芒市民政局财务室", COUNTY),
    (Role.FINANCE, "caizheng", "杨志刚", "芒市财政局社会保障股", COUNTY),
    (Role.RURAL_REVITALISATION, "xiangcun", "岳早堂", "芒市农业农村局", COUNTY),
    (Role.LIAISON_MEDICAL, "yibao", "刘丽芬", "芒市医疗保障局", COUNTY),
    (Role.LIAISON_DISABLED, "canlian", "曹先强", "芒市残疾人联合会", COUNTY),
    (Role.LIAISON_EDUCATION, "jiaoyu", "王艳琼", "芒市教育体育局", COUNTY),
    (Role.LIAISON_EMPLOYMENT, "renshe", "孔木兰", "芒市人力资源和社会保障局", COUNTY),
    (Role.LIAISON_HOUSING, "zhujian", "陈云波", "芒市住房和城乡建设局", COUNTY),
    (Role.LIAISON_EMERGENCY, "yingji", "余文忠", "芒市应急管理局", COUNTY),
    (Role.HOTLINE, "rexian", "思小软", "芒市社会救助服务热线", COUNTY),
    (Role.LEADER, "lingdao", "刀志强", "芒市人民政府", COUNTY),
    (Role.SYSTEM_ADMIN, "xitong", "周伟", "芒市民政局信息室", COUNTY),
    (Role.SECURITY_ADMIN, "anquan", "许静", "芒市民政局办公室", COUNTY),
    (Role.AUDIT_ADMIN, "shenji", "明学忠", "芒市民政局机关纪委", COUNTY),
)


@dataclass(frozen=True)
class DemoSignIn:
    """A sign-in to be printed: name, role and place in words."""

    username: str
    password: str
    name: str
    role: str
    place: str


def demo_sign_ins() -> list[DemoSignIn]:
    """All demo sign-ins, whether they have been created or not."""
    return [DemoSignIn(u, PASSWORD, name, str(role.label), PLACES[place]) for role, u, name, _office, place in PEOPLE]


def create_demo_staff(using: str, at: datetime) -> list[DemoSignIn]:
    """Create the demo staff who do not exist yet; DemoRefused outside demo mode."""
    if not settings.DOUDI_DEMO:
        raise DemoRefused("Demo sign-ins may only be created in demo mode (DOUDI_MODE=demo).")
    hashed = Staff()
    # One Argon2 hash for all: the password is public, and twenty hashes would only cost seconds.
    hashed.set_password(PASSWORD)
    with transaction.atomic(using=using):
        known = set(Staff.objects.using(using).values_list("username", flat=True))
        new = [row for row in PEOPLE if row[1] not in known]
        staff = Staff.objects.using(using).bulk_create(
            Staff(username=u, name=name, office=office, password=hashed.password, password_changed_at=at, created_at=at)
            for _role, u, name, office, _place in new
        )
        Assignment.objects.using(using).bulk_create(
            Assignment(staff=one, role=row[0], division_code=row[4], starts_at=at.replace(year=BEGINS_YEAR, day=1))
            for one, row in zip(staff, new, strict=True)
        )
    return demo_sign_ins()
