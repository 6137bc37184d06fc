"""A worker as its own process, with the kinds of job of the tests: `python -m tests.jobs.worker_process [idle]`."""

import contextlib
import sys

import django

django.setup()

from doudi.jobs import runner, worker  # noqa: E402
from tests.jobs import handlers  # noqa: E402, F401

if "planted" in sys.argv:  # the defect that the kill tests are there for: chunks without a transaction
    runner.transaction.atomic = lambda **_options: contextlib.nullcontext()  # type: ignore[assignment]
worker.run(concurrency=2, stop_when_idle="idle" in sys.argv)
