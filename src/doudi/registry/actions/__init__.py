"""Everything that changes the registry. Each action checks the right, does one thing in one transaction and records it.

`on` is the day a change takes effect, `at` the moment it is recorded. What cannot be done raises `Refused` with every
problem; a record changed by somebody else meanwhile raises `Conflict`.
"""

from .drafts import MemberDraft, PersonDraft
from .evidence import (
    end_certificate,
    end_kin,
    record_certificate,
    record_circumstance,
    record_kin,
    record_residence,
    state_amount,
)
from .households import (
    correct_address,
    merge_households,
    move_household,
    register_household,
    set_head,
    split_household,
)
from .members import add_member, change_membership, end_membership, move_member
from .merging import merge_people, undo_merge
from .people import correct_person, mark_death, register_person, revoke_death
from .refusal import Conflict, Problem, Refused
from .relapse import state_listing
from .statuses import determine_status, end_status

__all__ = [
    "Conflict",
    "MemberDraft",
    "PersonDraft",
    "Problem",
    "Refused",
    "add_member",
    "change_membership",
    "correct_address",
    "correct_person",
    "determine_status",
    "end_certificate",
    "end_kin",
    "end_membership",
    "end_status",
    "mark_death",
    "merge_households",
    "merge_people",
    "move_household",
    "move_member",
    "record_certificate",
    "record_circumstance",
    "record_kin",
    "record_residence",
    "register_household",
    "register_person",
    "revoke_death",
    "set_head",
    "split_household",
    "state_amount",
    "state_listing",
    "undo_merge",
]
