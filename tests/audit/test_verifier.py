"""Every way to damage a log, planted behind the guards and caught by the stand-alone verifier."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from doudi.audit import export
from doudi.audit.verify import check, dsn, verify
from doudi.config.environment import ROOT

from .log import sealed_log, sql

pytestmark = pytest.mark.usefixtures("log")
TOOL = ROOT / "tools" / "verify_audit.py"
SECOND = "(SELECT id FROM audit_auditevent ORDER BY id OFFSET 5 LIMIT 1)"

DEFECTS = {
    "an edited row": (f"UPDATE audit_auditevent SET action = 'harmless' WHERE id = {SECOND}", "edited"),
    "an edited time": (f"UPDATE audit_auditevent SET at = at + interval '1 microsecond' WHERE id = {SECOND}", "edited"),
    "an edited detail": (f"UPDATE audit_auditevent SET detail = '{{}}' WHERE id = {SECOND}", "edited"),
    "null made empty": (f"UPDATE audit_auditevent SET actor_id = 0 WHERE id = {SECOND}", "edited"),
    "a deleted row": (f"DELETE FROM audit_auditevent WHERE id = {SECOND}", "1 event(s) deleted"),
    "an inserted row": (
        "INSERT INTO audit_auditevent SELECT (jsonb_populate_record(e, '{\"id\": 900001}')).*"
        f" FROM audit_auditevent e WHERE id = {SECOND}", "1 event(s) inserted"),
    "two rows swapped": (
        f"UPDATE audit_auditevent SET tx = CASE WHEN id = {SECOND} THEN tx + 1 ELSE tx - 1 END"
        f" WHERE id IN ({SECOND}, {SECOND} + 1)", "edited"),
    "an edited seal": ("UPDATE audit_auditseal SET events = 3 WHERE number = 2", "the seal was edited"),
    "an edited seal time": (
        "UPDATE audit_auditseal SET sealed_at = sealed_at + interval '1 day' WHERE number = 2", "the seal was edited"),
    "a deleted seal": ("DELETE FROM audit_auditseal WHERE number = 2", "a seal before it is missing"),
    "a wrong signature": (
        "UPDATE audit_auditseal SET signature = reverse(signature) WHERE number = 2", "wrong signature"),
}  # fmt: skip


@pytest.mark.planted
@pytest.mark.parametrize("defect", DEFECTS)
def test_a_damaged_log_is_caught(defect: str) -> None:
    sealed_log()
    assert check().findings == []
    statement, said = DEFECTS[defect]
    sql(statement)
    findings = check().findings
    assert any("batch 2" in f or "batch 3" in f for f in findings)
    assert said in " ".join(findings)


@pytest.mark.planted
def test_a_cut_tail_is_caught_with_an_anchor_and_only_then(tmp_path: Path) -> None:
    seals = sealed_log()
    export.head(tmp_path / "anchor.txt")
    sql(f"DELETE FROM audit_auditevent WHERE tx >= {seals[-1].tx_from}; DELETE FROM audit_auditseal WHERE number = 3")
    assert check().findings == []
    assert "the tail was cut" in check(anchor=tmp_path / "anchor.txt").findings[0]


@pytest.mark.planted
def test_a_chain_signed_anew_with_another_key_is_caught(settings) -> None:
    key = sealed_log()[0].public_key
    sql("UPDATE audit_auditevent SET purpose = ''; TRUNCATE audit_auditseal")
    settings.DOUDI_KEYRING = {**settings.DOUDI_KEYRING, "seal": "11" * 32}
    sealed_log(1, 0)
    assert check().findings == []
    assert "signed with another key" in check(public_key=key).findings[0]


@pytest.mark.planted
def test_a_chain_signed_anew_with_the_stolen_key_is_caught_with_an_anchor(tmp_path: Path) -> None:
    sealed_log()
    export.head(tmp_path / "anchor.txt")
    sql("UPDATE audit_auditevent SET purpose = ''; TRUNCATE audit_auditseal")
    sealed_log()
    assert "differs from the anchored head" in check(anchor=tmp_path / "anchor.txt").findings[0]


@pytest.mark.planted
def test_an_edited_export_names_the_event(tmp_path: Path) -> None:
    sealed_log()
    export.write(tmp_path / "log.jsonl")
    lines = (tmp_path / "log.jsonl").read_text().splitlines()
    event = json.loads(lines[9])["e"]
    (tmp_path / "log.jsonl").write_text(
        "\n".join(lines).replace(f'"e":[{event[0]}, {event[1]}, "2026', f'"e":[{event[0]}, {event[1]}, "2025')
    )
    code, said = run(str(tmp_path / "log.jsonl"))
    assert code == 1
    assert f"event {event[1]} was edited" in said


@pytest.mark.planted
def test_reordered_lines_of_an_export_are_caught(tmp_path: Path) -> None:
    sealed_log()
    export.write(tmp_path / "log.jsonl")
    lines = (tmp_path / "log.jsonl").read_text().splitlines()
    lines[6], lines[7] = lines[7], lines[6]
    (tmp_path / "log.jsonl").write_text("\n".join(lines))
    code, said = run(str(tmp_path / "log.jsonl"))
    assert code == 1
    assert "out of order" in said


@pytest.mark.planted
def test_an_older_export_names_the_very_event_edited_in_the_database(tmp_path: Path) -> None:
    sealed_log()
    export.write(tmp_path / "old.jsonl")
    sql(
        f"UPDATE audit_auditevent SET purpose = '' WHERE id = {SECOND};"
        f"DELETE FROM audit_auditevent WHERE id = {SECOND} + 1"
    )
    code, said = run("--dsn", dsn("default"), "--reference", str(tmp_path / "old.jsonl"))
    assert code == 1
    assert "被改动 / edited" in said
    assert "被删除 / deleted" in said


def test_an_untouched_export_verifies_outside(tmp_path: Path) -> None:
    key = sealed_log()[0].public_key
    assert export.write(tmp_path / "log.jsonl") == 12
    export.head(tmp_path / "anchor.txt")
    code, said = run(str(tmp_path / "log.jsonl"), "--anchor", str(tmp_path / "anchor.txt"), "--public-key", key)
    assert (code, "✓ 一致 / OK: 封条 3，已封 12 条，未封 0 条" in said) == (0, True)


def test_the_command_runs_the_same_tool_on_the_database(capsys) -> None:
    sealed_log()
    assert verify() == 0
    sql(f"DELETE FROM audit_auditevent WHERE id = {SECOND}")
    assert verify() == 1
    assert "deleted" in capsys.readouterr().out


def test_a_file_that_is_no_export_is_code_two(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("hello")
    assert run(str(tmp_path / "x"))[0] == 2


def test_the_verifier_imports_nothing_of_ours_and_stays_small() -> None:
    text = TOOL.read_text()
    assert len(text.splitlines()) < 200
    assert "doudi." not in text
    assert "django" not in text


def run(*arguments: str) -> tuple[int, str]:
    """The tool as an outsider runs it: no environment of ours, another folder."""
    done = subprocess.run([sys.executable, "-I", str(TOOL), *arguments], capture_output=True, text=True, cwd="/")
    return done.returncode, done.stdout + done.stderr
