"""Finds the signed-in staff member again at each request."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from .models import Staff


class StaffBackend(BaseBackend):
    """Passwords are checked by `accounts.actions.sign_in`, which also keeps the lock-out; this only looks people up."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> None:
        return None

    def get_user(self, user_id: int) -> Staff | None:
        """The staff member, or None once disabled: all their sessions are dead at once."""
        return Staff.objects.filter(pk=user_id, is_active=True).first()
