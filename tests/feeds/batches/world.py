"""Builders for the tests of batches: a department's file in memory, and the way from the file to the facts."""

from __future__ import annotations

import io
import itertools
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from doudi.accounts.models import Staff
from doudi.feeds.actions import handling
from doudi.feeds.actions.receiving import receive
from doudi.feeds.models import Batch, State, Way
from doudi.jobs import runner
from doudi.jobs.models import Job
from doudi.registry.models import Person
from tests.registry.world import DAY, at

Row = Sequence[Any]
DISABILITY = ("残疾人证号", "身份证号", "姓名", "残疾类别", "残疾等级", "发证日期")
VEHICLES = ("号牌号码", "所有人身份证号", "所有人", "车辆类型", "车辆状态", "初次登记日期", "车辆价值", "统计日期")
MEDICAL = ("结算编号", "身份证号", "姓名", "医疗类别", "总费用", "个人自付", "结算日期")


def table(headings: Row, *rows: Row) -> bytes:
    """A file as text, with its last line complete."""
    return "".join(",".join("" if c is None else str(c) for c in row) + "\n" for row in (headings, *rows)).encode()


def certificate(person: Person, grade: str = "一级", kind: str = "肢体", on: str = "2024-05-06", **changes: Any) -> Row:
    """One row of the disability list."""
    number = changes.get("number", person.resident_id)
    return (f"C{person.pk}", number, changes.get("name", person.name), kind, grade, on)


def sent(
    contract: str, content: bytes, by: Staff, *, as_of: date | None = None, name: str = "名单.csv", **more: Any
) -> Batch:
    """A file that was uploaded and read."""
    on = more.pop("on", DAY)
    batch = receive(
        contract=contract, file_name=name, stream=io.BytesIO(content), way=more.pop("way", Way.UPLOAD), by=by, on=on,
        at=at(on), as_of=as_of, **more,
    )  # fmt: skip
    return run(batch)


def run(batch: Batch, *, chunks: int = 10_000) -> Batch:
    """Let the jobs of a batch go on until nothing is left; `chunks`: stop after so many."""
    left = iter(range(chunks))
    while True:
        batch.refresh_from_db()
        job = Job.objects.get(pk=batch.job_id)
        if not job.is_open:
            return batch
        runner.run(job.pk, stopping=lambda: next(left, None) is None, clock=lambda: at(DAY) + timedelta(minutes=1))
        job.refresh_from_db()
        assert job.state != "failed", job.message
        if job.is_open:
            return batch


def landed(contract: str, content: bytes, by: Staff, **more: Any) -> Batch:
    """A file that was uploaded, read and let in."""
    batch = sent(contract, content, by, **more)
    assert batch.state == State.PREVIEWED, (batch.state, batch.said)
    handling.land(batch=batch, by=by, at=at(DAY))
    batch = run(batch)
    assert batch.state == State.LANDED, batch.said
    return batch


def car(person: Person, plate: str = "", kind: str = "小型轿车", day: str = "2026-10-31") -> Row:
    """One row of the vehicle register."""
    return (plate or f"云N{person.pk}", person.resident_id, person.name, kind, "正常", "2020-01-01", 50000, day)


_bills = itertools.count()


def bill(person: Person, yuan: int, day: str) -> Row:
    """One settlement."""
    return (f"S{next(_bills)}", person.resident_id, person.name, "住院", yuan * 3, yuan, day)
