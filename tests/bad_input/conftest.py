"""A household to be clumsy with, the clerk's pages behind row-level security, and a folder for what is uploaded."""

from __future__ import annotations

import pytest

from tests.registry_pages.conftest import _nothing_kept, far_home, home, page

__all__ = ["_nothing_kept", "far_home", "home", "page"]


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path) -> None:
    settings.DOUDI_DATA_DIR = tmp_path
