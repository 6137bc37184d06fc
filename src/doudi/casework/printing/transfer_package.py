"""救助对象移交单: what goes with a family to another county, on paper; the data lie beside it as JSON."""

from __future__ import annotations

import json
from typing import Any

from doudi.awards.kinds import Programme as Paid
from doudi.documents.forms import PrintStamp, render_form
from doudi.places.organs import county_bureau
from doudi.privacy.masking import mask_resident_id

from ..models import Transfer
from .papers import day, yuan

FORM = "transfer_package"
SEX = {1: "男", 2: "女"}


def print_package(transfer: Transfer, stamp: PrintStamp) -> bytes:
    """The sheet; numbers of identity are masked on paper and complete in the data."""
    return render_form(FORM, {**package_data(transfer), "stamp": stamp.as_data(FORM, transfer.number)})


def package_data(transfer: Transfer) -> dict[str, Any]:
    """The package in words."""
    package: dict[str, Any] = json.loads(str(transfer.package))
    names = {person["id"]: person["name"] for person in package["people"]}
    return {
        "number": transfer.number,
        "seal": county_bureau(transfer.division_code),
        "from_place": transfer.from_place,
        "to_place": transfer.to_place,
        "reason": str(transfer.reason),
        "on": day(transfer.begun_on),
        "household": package["household"]["number"],
        "digest": transfer.package_digest,
        "people": [
            {"name": p["name"], "sex": SEX.get(p["sex"], ""), "birth": p["birth_date"], "relation": p["relation"],
             "resident_id": mask_resident_id(p["resident_id"])}
            for p in package["people"]
        ],
        "awards": [
            {"number": a["number"], "programme": str(Paid(a["programme"]).label), "since": a["since"][:7],
             "person": names.get(a["person"] or "", "全家"), "fen": yuan(sum(x["fen_month"] for x in a["lines"])),
             "review_by": a["review_by"] or ""}
            for a in package["awards"]
        ],
        "cases": package["open_cases"],
        "first_month": f"{transfer.first_month:%Y-%m}" if transfer.first_month else "",
    }  # fmt: skip
