"""Staff, people and a file in the queue for the tests of doubtful pairs."""

from __future__ import annotations

import pytest

from doudi.feeds.models import DoubtfulPair
from tests.feeds.batches.conftest import data_folder, disabled, home, office, person, wife
from tests.feeds.pairs.world import doubted

__all__ = ["data_folder", "disabled", "home", "office", "person", "wife"]


@pytest.fixture
def pair(office, person) -> DoubtfulPair:
    """A row of the disability list that may be about the head of the couple."""
    return doubted(office, person)[0]
