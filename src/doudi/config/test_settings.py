"""Settings of the tests: demo secrets, the wheel's PostgreSQL unless DATABASE_URL names another server."""

from __future__ import annotations

import os

from .postgres import local_server_url

os.environ.setdefault("DOUDI_MODE", "demo")
if "DATABASE_URL" not in os.environ:
    os.environ["DATABASE_URL"] = local_server_url("pg-test", database="postgres", durable=False)

from .settings import *  # noqa: F403
from .settings import DATABASES, environment

# Tests own their database and step into the web role with SET ROLE (see tests/conftest.py).
DATABASES.pop("owner", None)
DATABASES["default"]["TEST"] = {"NAME": os.environ.get("DOUDI_TEST_DB", "test_doudi")}
DATABASES["default"]["CONN_MAX_AGE"] = 0
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
DOUDI_DATA_DIR = environment.VAR / "test-data"
DOUDI_READERS_APART = False
WHITENOISE_AUTOREFRESH = True
