# ruff: noqa: E501  (statements of SQL read better whole)
"""Many awards at once, written by the database itself: for the tests of kills and for the benches of money.

Families of two with a bank account each, dibao since a month; one in five has a top-up, one in ten is a single person in
extreme hardship with care. Everything the run, the bank and the standards need; nothing a page of casework would.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.db import connection

from doudi.accounts.models import Assignment, Staff
from doudi.accounts.roles import Role
from doudi.accounts.scope import scope_of
from doudi.payments.actions import budgeting
from doudi.payments.kinds import Programme, Source
from doudi.payments.models import ACCOUNT_INDEX
from doudi.places.models import Division
from doudi.privacy.cipher import keyring

COUNTY = "533103"
TOWNSHIPS, VILLAGES = 12, 10
FIRST = date(2026, 11, 1)
NOW = datetime(2026, 11, 5, 4, tzinfo=UTC)
RICH = 10**13


@dataclass
class Hands:
    """Who takes a run through its steps."""

    maker: Staff
    checker: Staff
    finance: Staff


PLACE = "'533103' || lpad((100 + n %% 12)::text, 3, '0') || lpad((200 + n / 12 %% 10)::text, 3, '0')"
STATEMENTS = (
    """INSERT INTO registry_person (id, division_code, name, pinyin, initials, resident_id, resident_id_index, sex, birth_date, ethnicity, version, recorded_at)
       SELECT %(base)s + n * 2 + k, {place}, '测' || n || '号' || k, 'ce', 'c', '\\x00'::bytea, decode(md5('bench' || (%(base)s + n * 2 + k)), 'hex'), 1 + k, '1970-01-01', '', 1, %(at)s
       FROM generate_series(0, %(n)s - 1) n, generate_series(0, 1) k""",
    """INSERT INTO registry_household (id, number, division_code, address, head_id, opened_on, closed_because, version, recorded_at)
       SELECT %(base)s + n, 'CE' || (%(base)s + n), {place}, '', %(base)s + n * 2, '2026-01-01', '', 1, %(at)s FROM generate_series(0, %(n)s - 1) n""",
    """INSERT INTO registry_membership (division_code, starts_on, recorded_at, household_id, person_id, relation, co_resident)
       SELECT {place}, '2026-01-01', %(at)s, %(base)s + n, %(base)s + n * 2 + k, CASE k WHEN 0 THEN '02' ELSE '10' END, true FROM generate_series(0, %(n)s - 1) n, generate_series(0, 1) k""",
    """INSERT INTO awards_award (id, number, division_code, programme, household_id, person_id, support_setting, determination, determination_digest, starts_on, ended_because, granted_on, granted_at, granted_by_id, version)
       SELECT %(base)s + n, 'DBDY-202610-' || (%(base)s + n), {place}, CASE WHEN n %% 10 = 9 THEN 'tekun' ELSE 'dibao' END, %(base)s + n,
         CASE WHEN n %% 10 = 9 THEN %(base)s + n * 2 END, CASE WHEN n %% 10 = 9 THEN 'home' ELSE '' END, 'CE', '00', %(first)s, '', '2026-10-20', %(at)s, %(by)s, 1 FROM generate_series(0, %(n)s - 1) n""",
    """INSERT INTO awards_awardmember (division_code, starts_on, recorded_at, award_id, person_id)
       SELECT {place}, %(first)s, %(at)s, %(base)s + n, %(base)s + n * 2 + k FROM generate_series(0, %(n)s - 1) n, generate_series(0, 1) k WHERE k = 0 OR n %% 10 <> 9""",
    """INSERT INTO awards_awardline (division_code, starts_on, recorded_at, award_id, kind, person_id, fen_month, reason, clauses, parameters)
       SELECT {place}, %(first)s, %(at)s, %(base)s + n, 'base', CASE WHEN n %% 10 = 9 THEN %(base)s + n * 2 END, 40000 + n %% 40 * 1000, CASE WHEN n %% 10 = 9 THEN 'tekun_basic' ELSE 'gap' END, '["M57-23"]',
         '[{{"name": "dibao_standard", "label": "", "value": 80000, "since": "2026-01-01", "source": "", "residence": "rural", "unconfirmed": false}}]' FROM generate_series(0, %(n)s - 1) n""",
    """INSERT INTO awards_awardline (division_code, starts_on, recorded_at, award_id, kind, person_id, fen_month, reason, clauses, parameters)
       SELECT {place}, %(first)s, %(at)s, %(base)s + n, CASE WHEN n %% 10 = 9 THEN 'care' ELSE 'top_up' END, %(base)s + n * 2, 5600, CASE WHEN n %% 10 = 9 THEN 'care_2' ELSE 'elder' END, '["M57-27"]', '[]'
       FROM generate_series(0, %(n)s - 1) n WHERE n %% 5 = 4""",
    """INSERT INTO awards_awardchange (division_code, act, reason, clauses, before_fen, after_fen, effective_from, reference, "on", at, by_id, moved, award_id)
       SELECT {place}, 'grant', 'determined', '["M57-21"]', 0, 40000, %(first)s, '', '2026-10-20', %(at)s, %(by)s, '{{}}', %(base)s + n FROM generate_series(0, %(n)s - 1) n""",
)


def hands() -> Hands:
    """Maker, checker, finance."""
    return Hands(*(_staff(role) for role in (Role.PAYMENT_MAKER, Role.PAYMENT_CHECKER, Role.FINANCE)))


def _staff(role: Role) -> Staff:
    staff, made = Staff.objects.get_or_create(
        username=f"many-{role.value}".replace("_", "-"), defaults={"name": str(role.label), "created_at": NOW}
    )
    if made:
        since = datetime(2020, 1, 1, tzinfo=UTC)
        Assignment.objects.create(staff=staff, role=role, division_code=COUNTY, starts_at=since)
    staff.scope = scope_of(staff, NOW)
    return staff


def places() -> None:
    """The townships and villages they live in, where missing."""
    rows = [("53", "省", "province", None), ("5331", "州", "prefecture", "53"), (COUNTY, "市", "county", "5331")]
    for t in range(TOWNSHIPS):
        township = f"{COUNTY}{100 + t}"
        rows.append((township, f"测{t}镇", "township", COUNTY))
        rows += [(f"{township}{200 + v}", f"测{v}村", "village", township) for v in range(VILLAGES)]
    Division.objects.bulk_create(
        [
            Division(
                code=code, name=name, short_name=name, level=level, parent_id=parent,
                residence_class="rural" if level == "village" else None, letters="",
            )
            for code, name, level, parent in rows
        ],
        ignore_conflicts=True,
    )  # fmt: skip


def awards_of(n: int, *, base: int = 10_000_000, first: date = FIRST) -> Hands:
    """Lay `n` awards from a month on, with accounts; and a county that pays them, rich enough."""
    people = hands()
    places()
    said = {"n": n, "base": base, "first": first, "at": datetime(2026, 10, 20, 4, tzinfo=UTC), "by": people.maker.pk}
    with connection.cursor() as cursor:
        for statement in STATEMENTS:
            cursor.execute(statement.format(place=PLACE), said)
    accounts_of(n, base)
    _money(people.finance, first)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return people


def accounts_of(n: int, base: int, at_once: int = 20_000) -> None:
    """A card for every head, with numbers that can be opened again."""
    keys = keyring()
    table = "payments_benefitaccount"
    columns = (
        "division_code, starts_on, recorded_at, person_id, holder, number, number_index, tail, bank, because,"
        " differs_because, must_be_checked"
    )
    for start in range(0, n, at_once):
        rows = range(start, min(start + at_once, n))
        numbers = [f"6217{base + i:015d}" for i in rows]
        holders = keys.seal_many([f"测{i}号0" for i in rows], purpose=f"{table}.holder")
        sealed = keys.seal_many(numbers, purpose=f"{table}.number")
        indices = keys.index_many(numbers, purpose=ACCOUNT_INDEX)
        with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
            for i, holder, number, index, plain in zip(rows, holders, sealed, indices, numbers, strict=True):
                place = f"{COUNTY}{100 + i % 12}{200 + i // 12 % 10}"
                copy.write_row((place, date(2026, 1, 1), NOW, base + i * 2, holder, number, index, plain[-4:],
                                "农村信用社", "首次登记", "", False))  # fmt: skip


def _money(finance: Staff, first: date) -> None:
    """A fund with money and a budget for everything, in the year and the next."""
    budgeting.begin(county=COUNTY, first_month=first, by=finance, at=NOW)
    fund = budgeting.open_fund(
        county=COUNTY, code="ZY", name="中央资金", source=Source.CENTRAL, rank=1, programmes=[], by=finance, at=NOW
    )
    on = NOW.date()
    budgeting.receive(fund=fund, fen=RICH // 100, reference="拨款", by=finance, on=on, at=NOW)
    for programme in Programme:
        for year in (first.year, first.year + 1):
            budgeting.authorise(
                fund=fund, programme=programme, year=year, fen=RICH // 100, reference="预算", by=finance, on=on, at=NOW
            )
