"""A department's list goes out as a sheet and comes back with answers."""

from __future__ import annotations

import io

import pytest
from python_calamine import CalamineWorkbook

from doudi.jobs.files import open_file
from doudi.jobs.models import Job, JobFile
from doudi.jobs.runner import run
from doudi.registry.actions import Refused
from doudi.registry.exports import write_xlsx
from doudi.services.actions.returning import start_return
from doudi.services.models import Referral, ReferralStep
from doudi.services.sheets import headings
from tests.registry.world import DAY, at
from tests.services.world import couple, sent

pytestmark = pytest.mark.django_db


def sheet(*rows: dict[str, object]) -> bytes:
    """A returned sheet with these cells."""
    stream = io.BytesIO()
    write_xlsx(stream, headings(), [[row.get(h) for h in headings()] for row in rows])
    return stream.getvalue()


def give_back(by, *rows: dict[str, object], content: bytes = b"") -> Job:
    job = start_return(content=content or sheet(*rows), file_name="答复.xlsx", by=by, on=DAY, at=at())
    run(job.pk, clock=at)
    job.refresh_from_db()
    return job


@pytest.fixture
def four(clerk) -> list[Referral]:
    rows = []
    for _ in range(4):
        home, head, _wife = couple(clerk)
        rows.append(sent(clerk, home, head))
    return rows


def answered(four: list[Referral]) -> list[dict[str, object]]:
    return [
        {"转介编号": four[0].number, "答复": "接收"},
        {"转介编号": four[1].number, "答复": "不接收", "原因": "已在享受"},
        {"转介编号": four[2].number, "答复": "已给予", "给予内容": "住院救助", "金额（元）": "2300", "给予日期": DAY},
        {"转介编号": four[3].number},
    ]


def states() -> list[str]:
    return list(Referral.objects.order_by("pk").values_list("state", flat=True))


def test_every_answered_row_is_carried_out_and_the_rest_left_alone(four, medical) -> None:
    job = give_back(medical, *answered(four))
    assert (job.state, job.result["saved"], job.result["bad"]) == ("done", 3, 0)
    assert states() == ["accepted", "refused", "given", "sent"]
    assert Referral.objects.get(pk=four[2].pk).given_fen == 230_000


def test_the_same_sheet_twice_changes_nothing_twice(four, medical) -> None:
    give_back(medical, *answered(four))
    steps = ReferralStep.objects.count()
    assert give_back(medical, *answered(four)).result["bad"] == 0
    assert ReferralStep.objects.count() == steps


def test_wrong_rows_come_back_as_a_sheet_that_says_why(four, medical, education, clerk) -> None:
    home, head, _wife = couple(clerk)
    foreign = sent(clerk, home, head, entitlement="refer_education")
    job = give_back(
        medical,
        {"转介编号": four[0].number, "答复": "收到"},
        {"转介编号": four[1].number, "答复": "不接收"},
        {"转介编号": four[2].number, "答复": "已给予", "给予内容": "救助", "金额（元）": "很多"},
        {"转介编号": foreign.number, "答复": "接收"},
        {"转介编号": "ZJ-1", "答复": "接收"},
        {"转介编号": "5", "答复": "接收"},
    )
    assert (job.result["saved"], job.result["bad"], set(states())) == (0, 6, {"sent"})
    file = JobFile.objects.get(job=job, role=JobFile.Role.CORRECTION)
    book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(open_file(file))))
    rows = book.get_sheet_by_index(0).to_python()
    assert len(rows) == 7
    assert "只能填" in rows[1][-2]


def test_a_corrected_sheet_is_accepted_as_it_is(four, medical) -> None:
    job = give_back(medical, {"转介编号": four[1].number, "答复": "不接收"})
    file = JobFile.objects.get(job=job, role=JobFile.Role.CORRECTION)
    rows = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(open_file(file)))).get_sheet_by_index(0).to_python()
    rows[1][rows[0].index("原因")] = "本人不需要"
    stream = io.BytesIO()
    write_xlsx(stream, rows[0], rows[1:])
    assert give_back(medical, content=stream.getvalue()).result["saved"] == 1
    assert "refused" in states()


@pytest.mark.parametrize(
    ("content", "words"), [(b"", "空的"), (b"a,b\n1,2", "没有找到"), (b"PK\x03\x04broken", "打不开")]
)
def test_what_is_no_such_sheet_is_refused_at_once(content, words, medical) -> None:
    with pytest.raises(Refused, match=words):
        start_return(content=content, file_name="x.xlsx", by=medical, on=DAY, at=at())


def test_a_sheet_without_answers_is_refused(four, medical) -> None:
    with pytest.raises(Refused, match="空的"):
        start_return(content=sheet({"转介编号": four[0].number}), file_name="x.xlsx", by=medical, on=DAY, at=at())
