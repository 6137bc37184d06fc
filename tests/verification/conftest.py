"""The people of these tests, a network to plug in, and a way to let a job run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest

from doudi.accounts.models import Staff
from doudi.accounts.roles import Role
from doudi.jobs.models import Job
from doudi.jobs.runner import run
from doudi.verification import connectors
from doudi.verification.models import Request
from tests.registry.world import at
from tests.verification.world import Network


@pytest.fixture
def county(staff_with: Callable[..., Staff]) -> Staff:
    """The county clerk, who may ask the sources."""
    return staff_with(Role.COUNTY_CLERK)


@pytest.fixture
def network() -> Iterator[Network]:
    """A network that says nothing unless told to."""
    plugged = Network()
    connectors.plug(plugged)
    yield plugged
    connectors.plug(None)


@pytest.fixture
def runs() -> Callable[..., Job]:
    """Let the job of a round run to its end at a moment, or start a new one for it."""

    def go(request: Request, *, moment: datetime = at(), fresh: bool = False) -> Job:  # noqa: B008
        from doudi.jobs import actions as jobs

        request.refresh_from_db()
        job = Job.objects.get(pk=request.job_id)
        if fresh or not job.is_open:
            job = jobs.start("verification.run", by_id=request.run_by_id, at=moment, params={"request": request.pk},
                             place=request.division_code)  # fmt: skip
        run(job.pk, clock=lambda: moment)
        job.refresh_from_db()
        return job

    return go


@pytest.fixture
def later() -> Callable[[int], datetime]:
    """Noon some days later."""
    return lambda days: at() + timedelta(days=days)
