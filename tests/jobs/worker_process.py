"""A worker as its own process, with the kinds of job of the tests: `python -m tests.jobs.worker_process [idle]`."""

import sys

import django

django.setup()

from doudi.jobs import worker  # noqa: E402
from tests.jobs import handlers  # noqa: E402, F401

worker.run(concurrency=2, stop_when_idle="idle" in sys.argv)
