"""Every trouble of a backup or a restore is said in words, before anything is touched."""

from __future__ import annotations

import shutil
from collections import namedtuple
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest

from doudi.config.environment import DEMO_KEYRING
from doudi.config.keeping import files, keys, making, programs, restoring
from doudi.config.keeping.making import mark_row
from doudi.config.keeping.store import Base, Line, Mark, Store, append, sm3, write_base
from doudi.config.keeping.trouble import Trouble
from doudi.privacy import sealed_files

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
SEGMENT = 16 * 1024 * 1024
NEW_KEYS = DEMO_KEYRING | {"active": 2, "fields": DEMO_KEYRING["fields"] | {"2": "00" * 16}}
OTHER_KEYS = DEMO_KEYRING | {"fields": {"1": "11" * 16}}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A backup of an hour: a base at noon, a mark every ten minutes, a segment a mark, the last one still growing."""
    made = Store(tmp_path / "backup")
    made.create()
    line = made.line("7000", 1)
    line.wal.mkdir(parents=True)
    a_base(line, NOON, lsn=2 * SEGMENT)
    for n in range(7):
        name = line.segment_of((n + 2) * SEGMENT, SEGMENT)
        path = line.wal / (name if n < 6 else f"{name}.partial")
        path.write_bytes(f"log {n}".encode())
        if n < 6:
            append(line.folder / "digests.jsonl", {"name": name, "sm3": sm3(path)})
        mark = Mark(
            NOON + timedelta(minutes=10 * n, seconds=1), (n + 2) * SEGMENT + 500, keys.fingerprints(DEMO_KEYRING)
        )
        append(line.folder / "marks.jsonl", mark_row(mark))
    return made


def a_base(line: Line, at: datetime, *, lsn: int) -> Base:
    """A finished copy of a cluster that holds nothing."""
    folder = line.folder / "base" / f"{at:%H%M%S}"
    folder.mkdir(parents=True)
    (folder / "base.tar.gz").write_bytes(b"a cluster")
    base = Base(
        folder=folder, started_at=at - timedelta(minutes=1), ended_at=at, lsn=lsn, end_lsn=lsn + 100, server=18,
        segment_bytes=SEGMENT, database="county", owner="doudi_owner", web="doudi_app",
        sm3={"base.tar.gz": sm3(folder / "base.tar.gz")}, keys=keys.fingerprints(DEMO_KEYRING), bytes=10,
    )  # fmt: skip
    write_base(base)
    return base


def refused(store: Store, minutes: int) -> str:
    """Why a moment cannot be reached."""
    with pytest.raises(Trouble) as trouble:
        restoring.plan(store, NOON + timedelta(minutes=minutes))
    return str(trouble.value)


def test_a_moment_is_reached_from_the_base_before_it_with_the_log_up_to_the_mark_after_it(store: Store) -> None:
    chosen = restoring.plan(store, NOON + timedelta(minutes=25))
    assert chosen.mark.at == NOON + timedelta(minutes=30, seconds=1)
    assert len(chosen.line.segments(chosen.base, chosen.mark.lsn)) == 4
    assert restoring.plan(store, None).to == NOON + timedelta(minutes=60, seconds=1)


def test_a_later_base_shortens_the_log(store: Store) -> None:
    a_base(store.lines()[0], NOON + timedelta(minutes=20), lsn=4 * SEGMENT)
    assert restoring.plan(store, NOON + timedelta(minutes=25)).base.lsn == 4 * SEGMENT
    assert restoring.plan(store, NOON + timedelta(minutes=15)).base.lsn == 2 * SEGMENT


def test_a_moment_before_the_first_base_or_after_the_last_mark_is_refused_with_what_can_be_reached(
    store: Store,
) -> None:
    assert "太早" in refused(store, -5)
    assert "2026-11-23 12:00:00" in refused(store, -5)
    assert "最晚能恢复到 2026-11-23 13:00:01" in refused(store, 90)


def test_a_gap_in_the_log_is_named_with_the_last_moment_before_it(store: Store) -> None:
    line = store.lines()[0]
    gap = line.segment_of(5 * SEGMENT, SEGMENT)
    (line.wal / gap).unlink()
    assert gap in refused(store, 45)
    assert "最晚能恢复到 2026-11-23 12:20:01" in refused(store, 45)
    assert restoring.plan(store, NOON + timedelta(minutes=15)).mark.at < NOON + timedelta(minutes=25)
    assert store.reach() == (NOON, NOON + timedelta(minutes=20, seconds=1))


def test_after_a_gap_a_later_base_reaches_on(store: Store) -> None:
    line = store.lines()[0]
    (line.wal / line.segment_of(4 * SEGMENT, SEGMENT)).unlink()
    a_base(line, NOON + timedelta(minutes=35), lsn=6 * SEGMENT)
    assert restoring.plan(store, NOON + timedelta(minutes=45)).base.lsn == 6 * SEGMENT


def test_what_no_kept_moment_needs_is_removed_and_nothing_else(store: Store) -> None:
    line = store.lines()[0]
    a_base(line, NOON + timedelta(minutes=20), lsn=4 * SEGMENT)
    a_base(line, NOON + timedelta(minutes=40), lsn=6 * SEGMENT)
    making.forget_old(store, line, NOON + timedelta(minutes=30))
    assert [base.lsn // SEGMENT for base in line.bases()] == [4, 6]
    assert sorted(int(path.name[:24], 16) & 0xFF for path in line.wal.iterdir()) == [4, 5, 6, 7, 8]
    assert restoring.plan(store, NOON + timedelta(minutes=30)).base.lsn == 4 * SEGMENT
    assert "太早" in refused(store, 15)


def test_a_line_that_ended_before_every_kept_moment_is_removed_whole(store: Store) -> None:
    old, line = store.lines()[0], store.line("7000", 2)
    line.wal.mkdir(parents=True)
    a_base(line, NOON + timedelta(days=1), lsn=9 * SEGMENT)
    making.forget_old(store, line, NOON + timedelta(minutes=50))
    assert old.folder.exists()
    making.forget_old(store, line, NOON + timedelta(days=15))
    assert not old.folder.exists()
    assert len(line.bases()) == 1, "the newest copy stays, however old it is"


def test_a_folder_without_a_finished_backup_is_refused(tmp_path: Path, store: Store) -> None:
    with pytest.raises(Trouble, match="不是备份文件夹"):
        restoring.plan(Store(tmp_path / "nothing"), None)
    next(store.folder.glob("lines/*/base/*/base.json")).unlink()
    assert "没有做完的备份" in refused(store, 25)


@pytest.mark.parametrize("damaged", ["base/*/base.tar.gz", "wal/000000010000000000000003"])
def test_a_damaged_file_is_named(store: Store, damaged: str) -> None:
    chosen = restoring.plan(store, NOON + timedelta(minutes=25))
    restoring.check_backup(chosen)
    path = next(chosen.line.folder.glob(damaged))
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    with pytest.raises(Trouble, match=path.name):
        restoring.check_backup(chosen)


def test_a_note_torn_by_a_power_cut_spoils_nothing(store: Store) -> None:
    path = store.lines()[0].folder / "marks.jsonl"
    with path.open("a") as file:
        file.write('{"at": "2026-11-2')
    append(path, mark_row(Mark(NOON + timedelta(hours=2), 8 * SEGMENT + 900, {})))
    assert [mark.at for mark in store.lines()[0].marks()][-1] == NOON + timedelta(hours=2)
    assert len(store.lines()[0].marks()) == 8


def test_nothing_is_restored_over_anything(tmp_path: Path) -> None:
    (tmp_path / "pg").mkdir()
    restoring.check_targets(tmp_path / "pg", tmp_path / "data")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "paper").touch()
    with pytest.raises(Trouble, match="不是空的"):
        restoring.check_targets(tmp_path / "pg", tmp_path / "data")


def test_a_disk_that_is_too_small_is_told_before_anything_is_written(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(10, 5, 5))
    workshop = restoring.Workshop(tmp_path / "new" / "pg", tmp_path / "new" / "data")
    with pytest.raises(Trouble, match="空间不够"):
        workshop.lay_out(store, restoring.plan(store, None))
    assert not workshop.folder.exists()


def test_a_disk_that_fills_up_is_told_in_words(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="磁盘满了"), programs.disk_told(tmp_path):
        raise OSError(28, "No space left on device")


def test_the_wrong_key_is_told_before_anything_is_unpacked(store: Store, tmp_path: Path) -> None:
    needed = restoring.plan(store, None).mark.keys
    with pytest.raises(Trouble, match=r"密钥不对.*field 1"):
        keys.fitting(needed, OTHER_KEYS, None)
    assert keys.fitting(needed, NEW_KEYS, None) == NEW_KEYS, "a key that was added since is no hindrance"
    keys.save(DEMO_KEYRING, tmp_path / "vault", apart_from=store.folder, at=NOON)
    assert keys.fitting(needed, OTHER_KEYS, tmp_path / "vault") == DEMO_KEYRING


def test_keys_are_never_kept_with_the_backup_and_copied_only_when_they_change(store: Store, tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="不能和备份放在一起"):
        keys.save(DEMO_KEYRING, store.folder / "keys", apart_from=store.folder, at=NOON)
    vault = tmp_path / "vault"
    assert keys.save(DEMO_KEYRING, vault, apart_from=store.folder, at=NOON)
    assert keys.save(DEMO_KEYRING, vault, apart_from=store.folder, at=NOON + timedelta(hours=1)) is None
    assert keys.save(NEW_KEYS, vault, apart_from=store.folder, at=NOON + timedelta(hours=2))
    assert [path.stat().st_mode & 0o777 for path in keys.copies(vault)] == [0o600, 0o600]


def test_a_file_stays_in_the_backup_for_as_long_as_a_moment_may_need_it(store: Store, tmp_path: Path) -> None:
    data = tmp_path / "data"
    sealed_files.write(BytesIO(b"a paper"), data / "objects" / "ab" / "cd", purpose="paper")
    (data / "feed-drop").mkdir()
    (data / "feed-drop" / "people.csv").write_text("readable")
    assert files.mirror(data, store, NOON) == 1, "what lies readable does not enter a backup"
    assert files.mirror(data, store, NOON) == 0
    (data / "objects" / "ab" / "cd").unlink()
    files.mirror(data, store, NOON + timedelta(hours=1))
    assert files.lay_out(store, tmp_path / "then", NOON + timedelta(minutes=30)) == 1
    assert files.lay_out(store, tmp_path / "later", NOON + timedelta(hours=2)) == 0
    assert files.forget(store, NOON + timedelta(minutes=59)) == 0
    assert files.forget(store, NOON + timedelta(hours=3)) == 1


def test_a_file_sealed_under_another_key_is_copied_again(store: Store, tmp_path: Path) -> None:
    data, path = tmp_path / "data", tmp_path / "data" / "objects" / "ab" / "cd"
    for content in (b"a paper", b"a paper"):  # equal bytes, another salt
        sealed_files.write(BytesIO(content), path, purpose="paper")
        assert files.mirror(data, store, NOON) == 1
        assert (store.data / "objects" / "ab" / "cd").read_bytes() == path.read_bytes()
