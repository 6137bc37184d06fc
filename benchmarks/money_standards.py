"""A standard that rises for 60,000 awards with six months of back-pay: the effect shown, applied, undone.

`measure(doudi)` is called by `money.py` with the environment of a running demo county; it lays its own households with
all their facts beside the county's, and awards as the rulebook grants them. By itself: `python -m
benchmarks.money_standards [--awards N]` with DATABASE_URL, DATABASE_OWNER_URL and DOUDI_MODE=demo set.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
AWARDS = 60_000
MONTHS = 6
Rows = list[tuple[str, str, str, str]]


def measure(environ: dict[str, str], awards: int = AWARDS) -> Rows:
    """Rows of (what, measured, wanted, note), from a process of its own."""
    command = [sys.executable, str(Path(__file__)), "--awards", str(awards)]
    told = subprocess.run(command, env=environ, check=True, capture_output=True, text=True)
    return [tuple(row) for row in json.loads(told.stdout.strip().splitlines()[-1])]


def main() -> int:
    """Lay the county, propose, estimate, publish, apply, withdraw, undo."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--awards", type=int, default=AWARDS)
    parser.add_argument("--lay-only", action="store_true", help="lay households and awards, print the month, and stop")
    options = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "doudi.config.settings")
    import django

    django.setup()
    from doudi.jobs.worker import collect_seldom

    collect_seldom()
    started = time.perf_counter()
    month = lay(options.awards)
    print(f"laid in {time.perf_counter() - started:.0f} s", file=sys.stderr)
    if options.lay_only:
        print(month)
        return 0
    print(json.dumps(run(month, options.awards), ensure_ascii=False))
    return 0


def run(month: date, awards: int) -> Rows:
    """The three jobs, each from the click to its end, as the staff member who clicks: row-level security in force."""
    from django.utils import timezone

    from doudi.accounts.models import Staff
    from doudi.accounts.roles import Role
    from doudi.accounts.scope import scope_of
    from doudi.awards.actions import adjusting
    from doudi.rulebook import actions as rulebook

    def staff(role: Role) -> Staff:
        found = Staff.objects.filter(assignments__role=role, is_active=True).order_by("pk").first()
        assert found is not None
        found.scope = scope_of(found, timezone.now())
        return found

    clerk, reviewer = staff(Role.COUNTY_CLERK), staff(Role.COUNTY_REVIEWER)
    now = timezone.now
    asking(clerk)
    draft = proposal(month, clerk)
    adjustment = adjusting.estimate(draft=draft, by=clerk, at=now())
    effect = timed(adjustment.job_id)
    adjustment.refresh_from_db()
    total = adjustment.figures["total"]
    asking(reviewer)
    rulebook.publish(draft=draft, note="同意发布", sign_off=True, by=reviewer, at=now())
    applied = timed(adjusting.apply(adjustment=adjustment, by=reviewer, at=now()).job_id)
    for block in draft.blocks.all():
        asking(clerk)
        asked = rulebook.ask_withdrawal(block=block, reason="测算用，撤回", by=clerk, at=now())
        asking(reviewer)
        rulebook.withdraw(asked=asked, note="测算用，撤回", sign_off=True, by=reviewer, at=now())
    adjusting.undo(adjustment=adjustment, note="测算用，撤销", by=reviewer, at=now())
    adjustment.refresh_from_db()
    undone = timed(adjustment.job_id)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    yuan = total["back_pay"] / 100
    note = f"{total['raised']:,} of {total['awards']:,} raised, back-pay {yuan:,.0f} yuan, peak {peak:,.0f} MB"
    return [
        (f"effect of a standard over {awards:,} awards, {MONTHS} months back", f"{effect:.1f} s", "≤ 5 s", note),
        ("the same applied: lines, history, notices", f"{applied:.1f} s", "≤ 30 s", "row-level security in force"),
        ("the same undone", f"{undone:.1f} s", "", "awards say what they said before"),
    ]


def asking(staff: Any) -> None:
    """The web role asks for this person from now on."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('doudi.staff', %s, false)", [str(staff.pk)])


def timed(job: int | None) -> float:
    """Seconds a job takes: in this process, or in the demo's worker where that was quicker to take it."""
    from doudi.jobs.models import Job
    from doudi.jobs.runner import run as run_job

    started = time.perf_counter()
    run_job(job or 0)
    while (done := Job.objects.using(_owner()).get(pk=job)).is_open:
        time.sleep(0.02)
    seconds = time.perf_counter() - started
    assert done.state == "done", done.message
    return seconds


def _owner() -> str:
    from doudi.privacy.wall import owner_alias

    return owner_alias()


def proposal(month: date, clerk: Any) -> Any:
    """Both standards and the basic standard of extreme hardship, tried."""
    from django.utils import timezone

    from doudi.rulebook import actions as rulebook

    draft, values = (
        None,
        (("dibao_standard", "rural", "620"), ("dibao_standard", "urban", "800"), ("tekun_basic", "", "1040")),
    )
    for name, residence, value in values:
        draft = rulebook.propose(
            name=name, area="533103", residence=residence, starts_on=month, value=value, source="测算",
            is_assumed=False, draft=draft, title="测算：标准调整", by=clerk, at=timezone.now(),
        ).draft  # fmt: skip
    job = rulebook.try_out(draft=draft, by=clerk, at=timezone.now())
    timed(job.pk)
    draft.refresh_from_db()
    return draft


def lay(awards: int) -> date:
    """Households with every fact, six in ten of two people, a tenth alone in extreme hardship; and their awards."""
    from django.db import connections
    from django.utils import timezone

    from doudi.awards.months import month_of, months_after

    today = timezone.localdate()
    month = months_after(month_of(today), 1 - MONTHS)
    with connections[_owner()].cursor() as cursor:
        for statement in statements(awards, month, today):
            cursor.execute(statement)
        for table in ("registry_household", "registry_person", "registry_membership", "registry_statement",
                      "registry_certificate", "registry_circumstance", "awards_award", "awards_awardline",
                      "awards_awardmember", "registry_lowincomestatus"):  # fmt: skip
            # As in a county that has lived: the server's own tidying up of a bulk is not part of what is measured.
            cursor.execute(f"VACUUM (ANALYZE) {table}")
    return month


PERSON_SAYS = [
    "wage_income", "business_net_income", "property_net_income", "basic_pension", "old_age_allowance", "exempt_income",
    "medical_self_paid", "education_fee", "rehabilitation_fee", "other_rigid",
]  # fmt: skip
HOME_SAYS = ["financial_assets", "vehicle_count", "vehicle_value", "extra_dwellings", "business_over_rule"]
NO = ["prison", "detox", "missing", "clergy", "severe_illness", "employment", "child_support"]


def statements(awards: int, month: date, today: date) -> list[str]:
    """The SQL that lays everything; ids are taken from the tables' own sequences."""
    day, year_before = f"DATE '{month}'", f"DATE '{month.replace(year=month.year - 1)}'"
    since = f"DATE '{month.replace(year=month.year - 2)}'"
    known = f"{day}::timestamptz"
    tag = "".join(chr(65 + int(time.time()) // 26**k % 26) for k in range(4))  # so that it can be laid twice
    return [
        f"""
        CREATE TEMP TABLE bench AS SELECT n, nextval('registry_household_id_seq') AS home,
          nextval('registry_person_id_seq') AS head,
          CASE WHEN n % 10 < 6 THEN nextval('registry_person_id_seq') END AS child,
          nextval('awards_award_id_seq') AS award, v.code AS place, v.residence_class AS class, n % 10 = 9 AS tekun,
          CASE WHEN n % 10 = 3 THEN ({day} + INTERVAL '2 months')::date ELSE {since} END AS start,
          (n % 30) * 1000 AS income
        FROM generate_series(0, {awards - 1}) AS n
        JOIN (SELECT code, residence_class, row_number() OVER (ORDER BY code) - 1 AS k, count(*) OVER () AS all_of_them
          FROM places_division WHERE level = 'village' AND is_open AND residence_class <> ''
            AND code LIKE '533103%') AS v ON v.k = n % v.all_of_them""",
        f"""
        INSERT INTO registry_person (id, division_code, name, pinyin, initials, sex, birth_date, ethnicity, version,
          recorded_at)
        SELECT head, place, '测甲', 'ceshi', 'cs', 1,
          CASE WHEN tekun THEN DATE '1945-03-01' ELSE DATE '1980-03-01' END, '01', 1, {known} FROM bench
        UNION ALL SELECT child, place, '测乙', 'ceshi', 'cs', 2, DATE '2016-03-01', '01', 1, {known} FROM bench
        WHERE child IS NOT NULL""",
        f"""
        INSERT INTO registry_household (id, number, division_code, address, opened_on, closed_because, version,
          recorded_at, head_id) SELECT home, 'MS-{tag}-' || lpad(n::text, 6, '0'), place, '一组', {since}, '', 1,
          {known}, head FROM bench""",
        f"""
        INSERT INTO registry_membership (division_code, starts_on, recorded_at, relation, co_resident, household_id,
          person_id)
        SELECT place, {since}, {known}, '02', true, home, head FROM bench
        UNION ALL SELECT place, {since}, {known}, '20', true, home, child FROM bench WHERE child IS NOT NULL""",
        """
        CREATE TEMP TABLE bench_people AS SELECT head AS person, b.* FROM bench b
        UNION ALL SELECT child, b.* FROM bench b WHERE child IS NOT NULL""",
        f"""
        INSERT INTO registry_statement (division_code, starts_on, ends_on, recorded_at, kind, amount, source, reference,
          person_id) SELECT place, {year_before}, {day}, {known}, kind, 0, 'visit', '', person
        FROM bench_people, unnest(ARRAY{PERSON_SAYS}) AS kind
        UNION ALL SELECT place, {year_before}, {day}, {known}, 'transfer_net_income',
          CASE WHEN person = head AND NOT tekun THEN income * 12 ELSE 0 END, 'visit', '', person FROM bench_people""",
        f"""
        INSERT INTO registry_statement (division_code, starts_on, recorded_at, kind, amount, source, reference,
          household_id)
        SELECT place, {day}, {known}, kind, 0, 'visit', '', home FROM bench, unnest(ARRAY{HOME_SAYS}) AS kind""",
        f"""
        INSERT INTO registry_certificate (division_code, starts_on, recorded_at, kind, code, grade, source, person_id)
        SELECT place, {since}, {known}, kind, 'no', NULL, 'visit', person FROM bench_people, unnest(ARRAY{NO}) AS kind
        UNION ALL SELECT place, {since}, {known}, c.kind, c.code, c.grade, 'visit', person FROM bench_people, (VALUES
          ('disability', '0', 0), ('study', 'none', NULL), ('labour_capacity', 'full', NULL),
          ('support_setting', 'home', NULL),
          ('self_care', '', 2), ('obligors_complete', 'yes', NULL)) AS c (kind, code, grade)""",
        f"""
        INSERT INTO registry_circumstance (division_code, starts_on, recorded_at, kind, code, source, household_id)
        SELECT place, {since}, {known}, c.kind, c.code, 'visit', home FROM bench, (VALUES ('lifted_from_poverty', 'no'),
          ('relapse_watch', 'none'), ('dwelling_unsafe', 'no'), ('disaster_event', 'no'), ('emergency_event', 'no'))
          AS c (kind, code)""",
        *_awards(known, tag),
    ]


def _awards(known: str, tag: str) -> list[str]:
    """What the rulebook answers under the standards of 2025: 560 and 744 yuan, 968 and 109 in extreme hardship."""
    line = """INSERT INTO awards_awardline (division_code, starts_on, recorded_at, kind, fen_month, reason, clauses,
      parameters, award_id, person_id)"""
    standard = "(CASE WHEN class = 'urban' THEN 74400 ELSE 56000 END)"
    return [
        f"""
        INSERT INTO awards_award (id, number, division_code, programme, household_id, person_id, support_setting,
          determination, determination_digest, starts_on, ended_because, granted_on, granted_at, granted_by_id, version)
        SELECT award, CASE WHEN tekun THEN 'TK' ELSE 'DB' END || 'DY-{tag}-' || lpad(n::text, 6, '0'), place,
          CASE WHEN tekun THEN 'tekun' ELSE 'dibao' END, home, CASE WHEN tekun THEN head END,
          CASE WHEN tekun THEN 'home' ELSE '' END, 'BENCH', '5e', start, '', start, {known}, 1, 1 FROM bench""",
        f"""
        INSERT INTO awards_awardmember (division_code, starts_on, recorded_at, award_id, person_id)
        SELECT place, start, {known}, award, person FROM bench_people""",
        f"""{line} SELECT place, start, {known}, 'base', CASE WHEN tekun THEN 96800
          ELSE {standard} * CASE WHEN child IS NULL THEN 1 ELSE 2 END - income END,
          CASE WHEN tekun THEN 'tekun_basic' ELSE 'gap' END, '["M57-23"]', '[]', award, CASE WHEN tekun THEN head END
        FROM bench""",
        f"""{line} SELECT place, start, {known}, 'top_up', {standard} / 10, 'minor', '["M57-27"]', '[]', award, child
        FROM bench WHERE child IS NOT NULL""",
        f"""{line} SELECT place, start, {known}, 'care', 10900, 'care_2', '["M43-22"]', '[]', award, head
        FROM bench WHERE tekun""",
    ]


if __name__ == "__main__":
    sys.exit(main())
