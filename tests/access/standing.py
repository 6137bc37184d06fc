"""Doors led to something that is there: for every door that names one thing, the row it opens, found by trying.

`doors.py` says which argument a door takes in the small world; most tables are empty there. Here every table has a row
(`rows.py`), and a door is opened with each row of its context until one answers. A door that no row opens is listed in
`CLOSED` with the reason; a new one must be opened or explained.
"""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pypdf
from django.apps import apps
from django.db import models, transaction
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from doudi.accounts.models import Staff
from doudi.accounts.roles import Role
from tests.access.doors import DOORS
from tests.access.rows import Planter
from tests.access.test_every_door import everyman
from tests.access.world import World, build
from tests.conftest import web_role

BACKEND = "doudi.accounts.backend.StaffBackend"
# The stage is set once for several roles; the shares run side by side.
SHARES = [list(Role)[n::3] for n in range(3)]
Arguments = dict[str, Any]
# door → for each argument the table and the attribute of the row that opens it; found once a process.
_found: dict[str, dict[str, tuple[str, str]]] = {}


# Door → for each argument the table and the attribute of the row that opens it, as exploring found them.
BEHIND: dict[str, dict[str, tuple[str, str]]] = {
    "audit:settle": {"pk": ("audit_auditalert", "pk")},
    "awards:award": {"number": ("awards_award", "number")},
    "awards:recalculation": {"pk": ("awards_recalculation", "pk")},
    "awards:settle_finding": {"pk": ("awards_recalculationfinding", "pk")},
    "casework:answer_escalation": {"number": ("casework_application", "number")},
    "casework:clocks": {"number": ("casework_application", "number")},
    "casework:conference": {"number": ("casework_application", "number")},
    "casework:review_conference": {"pk": ("casework_periodicreview", "pk")},
    "casework:review_deed": {"pk": ("casework_periodicreview", "pk")},
    "casework:transfer": {"pk": ("casework_transfer", "pk")},
    "casework:transfer_cancel": {"pk": ("casework_transfer", "pk")},
    "casework:transfer_complete": {"pk": ("casework_transfer", "pk")},
    "casework:transfer_json": {"pk": ("casework_transfer", "pk")},
    "exchange:comparison": {"pk": ("exchange_comparison", "pk")},
    "exchange:confirm": {"pk": ("exchange_comparison", "pk")},
    "exchange:incoming": {"pk": ("exchange_incoming", "pk")},
    "exchange:sheet": {"pk": ("exchange_comparison", "pk")},
    "feeds:batch": {"pk": ("feeds_batch", "pk")},
    "feeds:correct": {"pk": ("feeds_batch", "pk")},
    "feeds:land": {"pk": ("feeds_batch", "pk")},
    "feeds:mapping": {"pk": ("feeds_batch", "pk")},
    "feeds:refuse": {"pk": ("feeds_batch", "pk")},
    "feeds:take_back": {"pk": ("feeds_batch", "pk")},
    "jobs:again": {"pk": ("jobs_job", "pk")},
    "jobs:cancel": {"pk": ("jobs_job", "pk")},
    "jobs:detail": {"pk": ("jobs_job", "pk")},
    "jobs:progress": {"pk": ("jobs_job", "pk")},
    "oversight:reading": {"pk": ("oversight_unusualreading", "pk")},
    "payments:account_check": {"pk": ("payments_benefitaccount", "pk")},
    "payments:account_end": {"pk": ("payments_benefitaccount", "pk")},
    "payments:account_reveal": {"pk": ("payments_benefitaccount", "pk")},
    "payments:fund_statement": {"pk": ("payments_fund", "pk")},
    "payments:institution_account": {"pk": ("payments_institution", "pk")},
    "payments:line_act": {"pk": ("payments_paymentline", "pk")},
    "payments:payee_end": {"pk": ("payments_payee", "pk")},
    "payments:recovery": {"number": ("payments_recovery", "number")},
    "payments:recovery_step": {"number": ("payments_recovery", "number")},
    "payments:relief_ask": {"pk": ("payments_reliefask", "pk")},
    "payments:relief_part": {"pk": ("payments_reliefplan", "pk")},
    "payments:relief_plan": {"pk": ("payments_reliefplan", "pk")},
    "payments:relief_visit": {"pk": ("payments_reliefplan", "pk")},
    "payments:reserve": {"pk": ("payments_reservefund", "pk")},
    "payments:reserve_ask": {"pk": ("payments_reservefund", "pk")},
    "payments:reserve_back": {"pk": ("payments_reservefund", "pk")},
    "payments:reserve_change": {"pk": ("payments_reservefund", "pk")},
    "payments:reserve_confirm": {"pk": ("payments_cashcount", "pk")},
    "payments:reserve_count": {"pk": ("payments_reservefund", "pk")},
    "payments:reserve_decide": {"pk": ("payments_topup", "pk")},
    "payments:reserve_pay": {"pk": ("payments_topup", "pk")},
    "payments:reserve_pdf": {"pk": ("payments_reservefund", "pk")},
    "payments:reserve_xlsx": {"pk": ("payments_reservefund", "pk")},
    "payments:return": {"pk": ("payments_bankreturn", "pk")},
    "payments:run": {"pk": ("payments_paymentrun", "pk")},
    "payments:run_act": {"pk": ("payments_paymentrun", "pk")},
    "payments:run_line": {"pk": ("payments_paymentline", "pk")},
    "payments:run_pdf": {"pk": ("payments_paymentrun", "pk")},
    "payments:run_xlsx": {"pk": ("payments_paymentrun", "pk")},
    "payments:settle": {"pk": ("payments_bankanswer", "pk")},
    "payments:subsidy_confirm": {"pk": ("payments_indexrelease", "pk")},
    "payments:subsidy_correct": {"pk": ("payments_indexrelease", "pk")},
    "verification:correction": {"pk": ("verification_correctionrequest", "pk")},
    "verification:objection": {"pk": ("verification_report", "pk")},
    "verification:outcome": {"pk": ("verification_drawnpledge", "pk")},
    "verification:report_pdf": {"pk": ("verification_report", "pk")},
    "verification:withdraw": {"pk": ("verification_verificationconsent", "pk")},
}
# Doors that no row opens, and why.
STATE = "the page wants a row in a state that plain values do not make"
FILE = "the answer is a stored file; its rows are tested where it is made"
OTHER = "another county, a printed code, a key in a header, or one's own practice"
CLOSED: dict[str, str] = {
    "awards:standard": STATE,
    "casework:review": STATE,
    "casework:review_letter": STATE,
    "casework:transfer_pdf": STATE,
    "feeds:pair": STATE,
    "payments:bank_run": STATE,
    "payments:batch_file": STATE,
    "payments:decide": STATE,
    "payments:send": STATE,
    "payments:payee_new": STATE,
    "payments:recovery_pdf": STATE,
    "rulebook:draft": STATE,
    "rulebook:withdrawal": STATE,
    "rulebook:ask_withdrawal": STATE,
    "verification:request": STATE,
    "documents:show": FILE,
    "feeds:correction": FILE,
    "jobs:file": FILE,
    "payments:account_paper": FILE,
    "registry:import_correction": FILE,
    "registry:import_preview": FILE,
    "verification:consent_pdf": FILE,
    "verification:pledge_pdf": FILE,
    "casework:case_out": OTHER,
    "casework:case_within": OTHER,
    "documents:verify": OTHER,
    "feeds:api_batch": OTHER,
    "practice:run": OTHER,
    "practice:task": OTHER,
}


@dataclass
class Stage:
    """The small world, a row in every table, and somebody of every role."""

    world: World
    rows: dict[str, models.Model]

    def arguments(self, name: str) -> Arguments:
        """What opens a door here."""
        door = DOORS[name]
        given = door.arguments(self.world) if door.arguments else {}
        return given | {key: getattr(self.rows[t], attr) for key, (t, attr) in _found.get(name, {}).items()}

    def address(self, name: str) -> str:
        return reverse(name, kwargs=self.arguments(name))


def set_stage() -> Stage:
    """Everything planted, and every door that names something led to it."""
    world = build()
    stage = Stage(world, Planter(world).all())
    if not _found:
        _explore(stage)
    return stage


def ask(client: Client, staff: Staff, method: str, url: str, *, keep: bool = False, **more: Any) -> Any:
    """One request as the web role; what it changed is rolled back unless kept, its text is on the answer."""
    point = transaction.savepoint()
    with web_role(staff):
        answer = client.generic(method, url, **more)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    answer.body_seen, answer.text_seen = body, text_of(body)
    transaction.savepoint_commit(point) if keep else transaction.savepoint_rollback(point)
    return answer


def text_of(body: bytes) -> str:
    """What somebody can read in an answer: a page, a PDF, a workbook, JSON."""
    if body.startswith(b"%PDF"):
        return "\n".join(page.extract_text().replace("\n", "") for page in pypdf.PdfReader(io.BytesIO(body)).pages)
    if body.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            return "\n".join(archive.read(one).decode("utf-8", "replace") for one in archive.namelist())
    if body.startswith(b"\x1f\x8b"):
        body = gzip.decompress(body)
    text = body.decode("utf-8", "replace")
    try:
        return json.dumps(json.loads(text), ensure_ascii=False)
    except ValueError:
        return text


def signed_in(staff: Staff) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(staff, backend=BACKEND)
    return client


def with_arguments() -> list[str]:
    """The doors that name one thing."""
    return sorted(name for name, door in DOORS.items() if door.arguments)


def _explore(stage: Stage) -> None:
    _found["_"] = {}
    staff = everyman()
    client, routes = signed_in(staff), dict(_routes())
    for name in with_arguments():
        if name in BEHIND or name in CLOSED:
            _found[name] = BEHIND.get(name, {})
        elif "GET" in DOORS[name].methods:
            ways = (way for way in candidates(stage, name) if _opens(stage, name, way, client, staff))
            _found[name] = next(ways, {})
    for name in with_arguments():
        if "GET" not in DOORS[name].methods:  # led to what the page beside it shows
            start = routes[name].split(">")[0] + ">"
            like = (n for n, way in _found.items() if n != "_" and way and routes[n].startswith(start))
            found = next(like, None)
            _found[name] = {k: v for k, v in _found[found].items() if f":{k}>" in start} if found else {}


def _opens(stage: Stage, name: str, one: dict[str, tuple[str, str]], client: Client, staff: Staff) -> bool:
    given = DOORS[name].arguments(stage.world)  # type: ignore[misc]
    try:
        url = reverse(name, kwargs=given | {key: getattr(stage.rows[t], attr) for key, (t, attr) in one.items()})
    except NoReverseMatch:
        return False
    return bool(ask(client, staff, "GET", url).status_code == 200)


def candidates(stage: Stage, name: str) -> Iterator[dict[str, tuple[str, str]]]:
    """What might open a door: as it is listed, then each row of its context."""
    given = DOORS[name].arguments(stage.world)  # type: ignore[misc]
    yield {}
    for key in ("pk", "number"):
        if key in given:
            tables = [m._meta.db_table for m in apps.get_app_config(name.split(":")[0]).get_models()]
            for table in (t for t in tables if t in stage.rows):
                if hasattr(stage.rows[table], key):
                    yield {key: (table, key)}


def _routes(
    resolver: URLResolver | None = None, start: str = "", spaces: tuple[str, ...] = ()
) -> Iterator[tuple[str, str]]:
    for pattern in (resolver or get_resolver()).url_patterns:
        route = start + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield ":".join((*spaces, str(pattern.name))), route
        else:
            yield from _routes(pattern, route, (*spaces, pattern.namespace) if pattern.namespace else spaces)
