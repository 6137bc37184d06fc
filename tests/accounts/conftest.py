"""Argon2id stays the algorithm of the tests, with its smallest cost: they hash hundreds of passwords."""

from __future__ import annotations

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher


@pytest.fixture(autouse=True)
def cheap_argon2(monkeypatch) -> None:
    """One pass over 8 KiB instead of the 100 MiB of production."""
    for name, cost in (("time_cost", 1), ("memory_cost", 8), ("parallelism", 1)):
        monkeypatch.setattr(Argon2PasswordHasher, name, cost)
