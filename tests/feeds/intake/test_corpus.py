"""Every file of the corpus comes out as its table says."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from doudi.feeds.contracts import CONTRACTS
from doudi.feeds.reading import County, Taken, Unreadable, frame_of, map_columns, open_file, take
from tests.feeds.corpus.all import CASES
from tests.feeds.corpus.case import ON, Case

COUNTY = County("533103", frozenset({"芒市", "遮放镇", "勐戛镇", "弄恩村", "遮放社区", "勐戛村"}))


def written(case: Case, folder: Path) -> Path:
    path = folder / "arrived"
    path.write_bytes(case.make())
    return path


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.sentence)
def test_the_file_comes_out_as_expected(case: Case, tmp_path: Path) -> None:
    path, expected, contract = written(case, tmp_path), case.expected, CONTRACTS[case.contract]
    if expected.refused:
        with pytest.raises(Unreadable, match=expected.refused):
            take(path, case.name, contract, ON, county=COUNTY)
    elif expected.missing:
        told = map_columns(frame_of(open_file(path, case.name), contract), contract)
        assert told.missing == expected.missing
        assert expected.missing[0] in told.problem
    else:
        as_said(take(path, case.name, contract, ON, county=COUNTY), case)


def as_said(taken: Taken, case: Case) -> None:
    expected, told = case.expected, taken.checked
    lines = told.rejects.rows()
    assert told.good.height == expected.good, lines[:5]
    if expected.rejects or expected.findings != ("wrong",):
        assert [(row, field) for row, field, _value, _problem in lines] == [line[:2] for line in expected.rejects]
    assert all(words in problem for (*_at, words), (*_line, problem) in zip(expected.rejects, lines, strict=False))
    assert tuple(finding.key for finding in told.findings) == expected.findings
    assert all(any(words in note for note in taken.sheets.notes) for words in expected.notes)
    row = told.good.row(by_predicate=pl.col("#row") == expected.at, named=True) if expected.values else {}
    assert {name: row[name] for name in expected.values} == expected.values


def test_the_corpus_has_more_than_eighty_files_and_no_two_of_one_name() -> None:
    sentences = [case.sentence for case in CASES]
    assert len(sentences) >= 80
    assert len(set(sentences)) == len(sentences)
