"""Every door of the product: which methods each URL answers, and whether it leads to one person's file.

A URL that is not listed here fails the access test: whoever adds a door says who may pass.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

GET = frozenset({"GET"})
POST = frozenset({"POST"})
BOTH = GET | POST


@dataclass(frozen=True)
class Door:
    """One URL: the methods it answers, its arguments in the test world, and whether a place stands behind it."""

    methods: frozenset[str] = GET
    arguments: Callable[[Any], dict[str, Any]] | None = None
    personal: bool = False


def number(world: Any) -> dict[str, Any]:
    """The household's number."""
    return {"number": world.household.number}


def village(world: Any) -> dict[str, Any]:
    """The household's village."""
    return {"code": world.household.division_code}


def pk(name: str) -> Callable[[Any], dict[str, Any]]:
    """The id of something in the world."""
    return lambda world: {"pk": getattr(world, name).pk}


FILE = Door(GET, number, personal=True)
FILE_FORM = Door(BOTH, number, personal=True)
PERSON_FORM = Door(BOTH, pk("person"), personal=True)
CASE = Door(GET, lambda world: {"number": world.case.number}, personal=True)
CASE_FORM = Door(BOTH, lambda world: {"number": world.case.number}, personal=True)
MISSING = Door(GET, lambda world: {"pk": 0})

DOORS: dict[str, Door] = {
    "console:workbench": Door(),
    "console:help": Door(),
    "accounts:sign_in": Door(BOTH),
    "accounts:sign_in_code": Door(BOTH),
    "accounts:sign_out": Door(POST),
    "accounts:still_here": Door(POST),
    "accounts:profile": Door(),
    "accounts:password": Door(BOTH),
    "accounts:totp": Door(BOTH),
    "accounts:totp_start": Door(POST),
    "accounts:preferences": Door(POST),
    "accounts:staff": Door(),
    "accounts:hire": Door(BOTH),
    "accounts:permissions": Door(),
    "accounts:permissions_csv": Door(),
    "accounts:roles": Door(BOTH),
    "accounts:staff_one": Door(GET, pk("colleague")),
    "accounts:assign": Door(POST, pk("colleague")),
    "accounts:end_role": Door(POST, lambda w: {"pk": w.colleague.pk, "assignment": w.assignment.pk}),
    "accounts:disable": Door(POST, pk("colleague")),
    "accounts:enable": Door(POST, pk("colleague")),
    "accounts:reset_password": Door(POST, pk("colleague")),
    "accounts:reset_totp": Door(POST, pk("colleague")),
    "accounts:requests": Door(),
    "accounts:ask_access": Door(BOTH),
    "accounts:answer_access": Door(POST, pk("request")),
    "registry:search": Door(),
    "registry:households": Door(),
    "registry:save_view": Door(POST),
    "registry:roster": Door(),
    "registry:household_new": Door(BOTH),
    "registry:household": FILE,
    "registry:household_records": FILE,
    "registry:household_pdf": FILE,
    "registry:person": Door(GET, pk("person"), personal=True),
    "registry:merge": PERSON_FORM,
    "registry:reveal": PERSON_FORM,
    "registry:member_add": FILE_FORM,
    "registry:address": FILE_FORM,
    "registry:head": FILE_FORM,
    "registry:split": FILE_FORM,
    "registry:join": FILE_FORM,
    "registry:move": FILE_FORM,
    "registry:circumstance": FILE_FORM,
    "registry:assets": FILE_FORM,
    "registry:status": FILE_FORM,
    "registry:watch": FILE_FORM,
    "registry:correct": PERSON_FORM,
    "registry:death": PERSON_FORM,
    "registry:revive": PERSON_FORM,
    "registry:certificate": PERSON_FORM,
    "registry:amount": PERSON_FORM,
    "registry:kin": PERSON_FORM,
    "registry:residence": PERSON_FORM,
    "registry:member_move": PERSON_FORM,
    "registry:membership_change": Door(BOTH, pk("membership"), personal=True),
    "registry:membership_end": Door(BOTH, pk("membership"), personal=True),
    "registry:status_end": Door(BOTH, pk("status"), personal=True),
    "registry:certificate_end": Door(BOTH, pk("certificate"), personal=True),
    "registry:kin_end": Door(BOTH, pk("kin"), personal=True),
    "registry:merge_undo": Door(BOTH, pk("merge"), personal=True),
    "registry:numbers": Door(),
    "registry:export": Door(BOTH),
    "registry:import_new": Door(BOTH),
    "registry:import_preview": Door(BOTH, lambda world: {"pk": 0}),
    "registry:import_correction": MISSING,
    "practice:home": Door(),
    "practice:start": Door(POST),
    "practice:run": MISSING,
    "practice:task": Door(BOTH, lambda world: {"pk": 0, "task": "place"}),
    "practice:township_progress": Door(),
    "practice:county_progress": Door(),
    "rulebook:instruments": Door(),
    "rulebook:instrument": Door(GET, lambda world: {"key": "M57"}),
    "rulebook:rules": Door(),
    "rulebook:parameters": Door(),
    "rulebook:parameter": Door(GET, lambda world: {"name": "dibao_standard"}),
    "rulebook:coverage": Door(),
    "rulebook:propose": Door(BOTH, lambda world: {"name": "dibao_standard"}),
    "rulebook:drafts": Door(),
    "rulebook:draft": MISSING,
    "rulebook:remove_value": Door(POST, lambda world: {"pk": 0, "block": 0}),
    "rulebook:try_out": Door(POST, lambda world: {"pk": 0}),
    "rulebook:publish": Door(POST, lambda world: {"pk": 0}),
    "rulebook:refuse": Door(POST, lambda world: {"pk": 0}),
    "rulebook:ask_withdrawal": Door(BOTH, lambda world: {"block": 0}),
    "rulebook:withdrawal": MISSING,
    "rulebook:withdraw": Door(POST, lambda world: {"pk": 0}),
    "rulebook:keep_value": Door(POST, lambda world: {"pk": 0}),
    "rulebook:calculator": Door(BOTH),
    "rulebook:curve": Door(BOTH),
    "rulebook:household_curve": FILE,
    "rulebook:calculate": FILE,
    "rulebook:simulation": Door(),
    "casework:reviews": Door(),
    "casework:review": MISSING,
    "casework:review_letter": MISSING,
    "casework:review_conference": Door(BOTH, lambda world: {"pk": 0}),
    "casework:review_deed": Door(BOTH, lambda world: {"pk": 0, "name": "propose"}),
    "casework:report": FILE_FORM,
    "casework:jobs": PERSON_FORM,
    "casework:transfers": Door(),
    "casework:transfer": MISSING,
    "casework:transfer_complete": Door(BOTH, lambda world: {"pk": 0}),
    "casework:transfer_cancel": Door(BOTH, lambda world: {"pk": 0}),
    "casework:transfer_json": MISSING,
    "casework:transfer_pdf": MISSING,
    "casework:hand_over": Door(BOTH, lambda w: {"number": w.household.number, "way": "out"}, personal=True),
    "casework:case_within": Door(GET, lambda world: {"number": "DB-2026-1027-0001"}),
    "casework:case_out": Door(GET, lambda world: {"number": "DB-2026-1027-0001"}),
    "casework:conference": Door(BOTH, lambda world: {"number": "DB-2026-1027-0001"}),
    "verification:requests": Door(),
    "verification:household": FILE,
    "verification:sign": Door(BOTH, lambda w: {"number": w.household.number, "person": w.person.pk}, personal=True),
    "verification:pledge": FILE_FORM,
    "verification:ask": Door(POST, number, personal=True),
    "verification:withdraw": Door(BOTH, lambda world: {"pk": 0}),
    "verification:consent_pdf": MISSING,
    "verification:request": MISSING,
    "verification:start": Door(POST, lambda world: {"pk": 0}),
    "verification:close": Door(POST, lambda world: {"pk": 0}),
    "verification:ask_again": Door(POST, lambda world: {"pk": 0}),
    "verification:reason": Door(POST, lambda world: {"pk": 0}),
    "verification:objection": Door(BOTH, lambda world: {"pk": 0}),
    "verification:report_pdf": MISSING,
    "verification:corrections": Door(),
    "verification:correction": Door(BOTH, lambda world: {"pk": 0}),
    "verification:samples": Door(),
    "verification:draw": Door(POST),
    "verification:outcome": Door(BOTH, lambda world: {"pk": 0}),
    "verification:pledge_pdf": MISSING,
    "awards:awards": Door(),
    "awards:award": Door(GET, lambda world: {"number": "DBDY-202611-99999"}),
    "payments:finance": Door(),
    "payments:finance_xlsx": Door(GET, lambda world: {"sheet": "execution"}),
    "payments:funds": Door(),
    "payments:open_fund": Door(BOTH),
    "payments:inflow": Door(BOTH),
    "payments:budget": Door(BOTH),
    "payments:fund_statement": MISSING,
    "payments:trial_balance": Door(),
    "payments:township_statement": Door(GET, lambda world: {"code": 533103102}),
    "payments:statement": FILE,
    "payments:statement_pdf": FILE,
    "casework:cases": Door(),
    "casework:confirm_batch": Door(POST),
    "casework:relief": Door(BOTH),
    "casework:notices": Door(),
    "casework:notices_print": Door(POST),
    "casework:notice_sheet": Door(GET, village),
    "casework:publications": Door(),
    "casework:publication_pdf": Door(GET, village),
    "casework:letters": Door(),
    "casework:letters_print": Door(POST),
    "casework:checks": Door(BOTH),
    "casework:check_draw": Door(GET, pk("draw")),
    "casework:switches": Door(BOTH),
    "casework:end_switch": Door(POST, pk("switch")),
    "casework:relatives": Door(BOTH),
    "casework:end_relative": Door(POST, pk("disclosure")),
    "casework:choose": Door(),
    "casework:new": FILE_FORM,
    "casework:draft": Door(POST, number, personal=True),
    "casework:case": CASE,
    "casework:gaps": CASE_FORM,
    "casework:authorisation": CASE_FORM,
    "casework:visit": CASE_FORM,
    "casework:county_visit": CASE_FORM,
    "casework:visit_blank": CASE,
    "casework:visit_pdf": Door(GET, lambda w: {"number": w.case.number, "pk": w.visit.pk}, personal=True),
    "casework:enquiry": CASE_FORM,
    "casework:paper": Door(GET, lambda w: {"number": w.case.number, "form": "application"}, personal=True),
    "casework:decision_pdf": CASE,
    "casework:step": Door(BOTH, lambda w: {"number": w.case.number, "move": "object"}, personal=True),
    "casework:clock_report": Door(),
    "casework:clock_report_xlsx": Door(),
    "casework:clocks": Door(GET, lambda world: {"number": "DB-2026-1027-9999"}),
    "casework:answer_escalation": Door(POST, lambda world: {"number": "DB-2026-1027-9999", "pk": 0}),
    "documents:show": MISSING,
    "documents:discard": Door(POST, lambda world: {"pk": 0}),
    "documents:upload": Door(
        BOTH, lambda world: {"owner_kind": "household", "owner_id": str(world.household.pk)}, personal=True
    ),
    "jobs:list": Door(),
    "jobs:detail": MISSING,
    "jobs:progress": MISSING,
    "jobs:cancel": Door(POST, lambda world: {"pk": 0}),
    "jobs:again": Door(POST, lambda world: {"pk": 0}),
    "jobs:file": Door(GET, lambda world: {"pk": 0, "file_pk": 0}),
    "audit:csv": Door(),
    "audit:events": Door(),
    "audit:figures": Door(),
    "audit:head": Door(),
    "audit:seals": Door(),
    "audit:settle": Door(BOTH, lambda world: {"pk": 0}),
    "documents:verify": Door(
        GET,
        lambda world: {
            "form": "household-file",
            "number": "MS-ZF-000001",
            "moment": "20261123T040000",
            "operator": 1,
            "code": "0",
        },
    ),
    "places:tree": Door(),
    "places:place": Door(GET, village),
    "places:rename": Door(POST, village),
    "places:set_class": Door(POST, village),
    "places:close": Door(POST, village),
    "places:open_below": Door(POST, lambda world: {"code": "533103102"}),
    "places:holidays": Door(BOTH),
    "places:remove_holiday": Door(POST, lambda world: {"pk": 0}),
    "places:enter_year": Door(POST),
}
