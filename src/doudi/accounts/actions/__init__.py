"""Everything that changes staff, their rights and their sessions. One verb is one function."""

from .access import answer_access, ask_for_access
from .own import change_password, confirm_totp, enrol_totp, save_preferences
from .sign_in import Attempt, enter_code, sign_in, sign_out
from .staff import (
    Hired,
    assign_role,
    disable_staff,
    enable_staff,
    end_role,
    hire_first_administrator,
    hire_staff,
    require_totp,
    reset_password,
    reset_totp,
)

__all__ = [
    "Attempt",
    "Hired",
    "answer_access",
    "ask_for_access",
    "assign_role",
    "change_password",
    "confirm_totp",
    "disable_staff",
    "enable_staff",
    "end_role",
    "enrol_totp",
    "enter_code",
    "hire_first_administrator",
    "hire_staff",
    "require_totp",
    "reset_password",
    "reset_totp",
    "save_preferences",
    "sign_in",
    "sign_out",
]
