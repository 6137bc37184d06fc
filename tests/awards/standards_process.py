"""A job of an adjustment that is killed again and again at random statements: `… JOB SEED` prints how often it died.

The parent only forks and waits: each child does the job until it is struck down, as `kill -9` would, and the next
goes on from what was committed.
"""

from __future__ import annotations

import os
import random
import sys

import django

django.setup()

from django.db import connection  # noqa: E402

from doudi.awards.standards import lines, steps, writing  # noqa: E402
from doudi.jobs import runner  # noqa: E402
from doudi.jobs.models import Job  # noqa: E402
from tests.awards.standards_world import TODAY, at  # noqa: E402

KILLED, CHUNK, LONGEST = 137, 2, 12


def main(job: int, seed: int) -> int:
    """Until the job is done; more than forty deaths are too many."""
    rng, deaths = random.Random(seed), 0
    steps.CHUNK = CHUNK
    while deaths < 40:
        connection.close()
        child = os.fork()
        if not child:
            work(job, rng.randint(1, LONGEST))
        rng.random()
        _pid, status = os.waitpid(child, 0)
        deaths += os.waitstatus_to_exitcode(status) == KILLED
        if Job.objects.get(pk=job).state == "done":
            break
    print(deaths)  # noqa: T201
    return 0


def work(job: int, statements: int) -> None:
    """In the child: die before the n-th statement that writes."""
    left = [statements]

    def struck(act):
        def run(*said, **named):
            left[0] -= 1
            if not left[0]:
                os._exit(KILLED)
            return act(*said, **named)

        return run

    writing.Writer.run = struck(writing.Writer.run)
    lines.keep = struck(lines.keep)
    runner._checkpoint = struck(runner._checkpoint)
    runner.run(job, clock=lambda: at(TODAY))
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
