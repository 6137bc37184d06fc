"""The data map fails the build as soon as it says less or more than the tables."""

from __future__ import annotations

import pytest
import yaml
from django.apps import apps

from doudi.privacy import datamap

AUDIT = apps.get_app_config("audit")


@pytest.fixture
def stated(monkeypatch, tmp_path):
    """Let the audit context state something else."""

    def state(change) -> list[str]:
        whole = yaml.safe_load((datamap.Path(AUDIT.path) / "datamap.yaml").read_text())
        change(whole)
        (tmp_path / "datamap.yaml").write_text(yaml.safe_dump(whole))
        real = datamap.fields_of(AUDIT)
        monkeypatch.setattr(AUDIT, "path", str(tmp_path))
        monkeypatch.setattr(datamap, "fields_of", lambda config: real)
        return list(datamap.problems_of(AUDIT))

    return state


def test_every_field_of_ours_is_in_the_map() -> None:
    assert [f"{e.obj}: {e.msg}" for e in datamap.check()] == []


@pytest.mark.planted
@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda m: m["audit_auditevent"].pop("actor_id"), "audit_auditevent: no entry for actor_id"),
        (lambda m: m.pop("audit_auditalert"), "audit_auditalert: no entry for"),
        (lambda m: m["audit_auditevent"]["_technical"].remove("tx"), "no entry for tx"),
        (lambda m: m["audit_auditevent"].update(shoe_size={}), "entry without a field: shoe_size"),
        (lambda m: m.update(audit_gone={}), "audit_gone: no such table"),
        (lambda m: m["audit_auditevent"]["at"].update(basis=" "), "audit_auditevent.at: says nothing about basis"),
    ],
)
def test_a_gap_or_a_leftover_is_an_error(change, problem: str, stated) -> None:
    assert any(problem in found for found in stated(change))


def test_a_context_without_a_file_is_told_which_tables(monkeypatch, tmp_path) -> None:
    monkeypatch.setattr(datamap, "map_of", lambda config: {})
    assert any(p.startswith("audit_auditseal: no entry for") for p in datamap.problems_of(AUDIT))


def test_the_page_names_table_field_and_keys() -> None:
    page = datamap.as_markdown()
    assert "## audit_auditevent" in page
    assert "| `actor_id` | 谁办的或谁看的（账号编号） | 安全审计" in page
    assert "不含个人信息的技术字段：`id`、`tx`、`request_id`。" in page
