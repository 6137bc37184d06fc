"""What an application needs, and what may not be asked for because the office finds it out itself (LAW26-62)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from .scenario import Scenario

VERIFIABLE: Mapping[str, str] = {
    "deposit_proof": "银行存款证明",
    "house_proof": "不动产登记证明",
    "vehicle_proof": "车辆登记证明",
    "marriage_proof": "婚姻状况证明",
    "poverty_proof": "村（居）委会开具的困难证明",
}
BILLS = {
    "medical_self_paid_fen": "医疗自付票据",
    "education_fee_fen": "学费票据",
    "rehabilitation_fee_fen": "康复费用票据",
}


def needed(scenario: Scenario) -> dict[str, str]:
    """Key and name of every paper that only the family can give."""
    return dict(_needed(scenario))


def _needed(scenario: Scenario) -> Iterator[tuple[str, str]]:
    yield "form", "申请书（一名成员代表家庭）"
    yield "pledge", "如实申报承诺书"
    for person in scenario.case.persons:
        key = str(person["person_id"])
        yield f"consent_{key}", f"{scenario.names[key]}的核对授权书"
        for fact, label in BILLS.items():
            if person[fact]:
                yield f"{fact}_{key}", f"{scenario.names[key]}的{label}"
