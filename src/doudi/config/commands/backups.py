"""`doudi backup` and `doudi restore`."""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from .running import django, owner_alias

if TYPE_CHECKING:
    from ..keeping.restoring import Plan, Workshop
    from ..keeping.store import Store

# Settings need some address before it is known where the restored database will be.
NOWHERE = "postgresql://nobody@/nobody?host=/nowhere"


def _say(line: str) -> None:
    print(line, flush=True)


def backup(options: argparse.Namespace) -> int:
    """Bring the backup folder up to now; with `--every` again and again until stopped."""
    django()
    while True:
        code = _told(lambda: _backup(options))
        if not options.every:
            return code
        time.sleep(options.every)


def _told(work: Callable[[], int]) -> int:
    """Run; a trouble is said in one sentence."""
    from ..keeping.trouble import Trouble

    try:
        return work()
    except Trouble as trouble:
        print(f"doudi: {trouble}", file=sys.stderr, flush=True)
        return 1


def _backup(options: argparse.Namespace) -> int:
    from django.utils.translation import gettext as _

    from ..keeping import dump, making
    from ..keeping.store import Store

    url = os.environ.get("DATABASE_BACKUP_URL", "")
    if options.dump or not url:
        dump.make(options.folder, alias=owner_alias(), keys_folder=options.keys)
        _say(_("备份在 %(folder)s，只能恢复到这一刻") % {"folder": options.folder})
        if not options.dump:
            _say(_("没有设 DATABASE_BACKUP_URL，所以只做了整库导出；设好以后可以恢复到任意时间"))
        return _keys_told(options)
    store = Store(options.folder)
    made = making.make(
        store,
        url,
        alias=owner_alias(),
        keys_folder=options.keys,
        base_hours=options.base_hours,
        keep_days=options.keep_days,
    )
    if made.gap:
        _say(_("服务器上的日志已经清掉了一段，上次备份到现在之间的时间不能恢复；已经重新开始"))
    if made.base:
        _say(_("全库一份，%(size)s MB") % {"size": f"{made.base.bytes / 1e6:.0f}"})
    reach = store.reach()
    if reach:
        said = {"since": _local(reach[0]), "until": _local(reach[1]), "files": made.copied}
        _say(_("可以恢复到 %(since)s 至 %(until)s 之间的任意时间；新存材料 %(files)s 份") % said)
    return _keys_told(options)


def _keys_told(options: argparse.Namespace) -> int:
    from django.utils.translation import gettext as _

    if not options.keys:
        _say(_("密钥没有备份：用 --keys 另指一个文件夹。没有密钥，备份里加密的内容谁也打不开"))
    return 0


def _local(at: datetime) -> str:
    from django.utils.timezone import localtime

    return f"{localtime(at):%Y-%m-%d %H:%M:%S}"


def restore(options: argparse.Namespace) -> int:
    """Bring back a database with its documents, as of a moment, and prove them."""
    if not (options.folder / "doudi-backup.json").exists():
        return _restore_dump(options)
    os.environ |= {"DATABASE_URL": NOWHERE, "DATABASE_OWNER_URL": NOWHERE}
    home = _key_file(options.keys)
    django()
    return _told(lambda: _restore(options, home))


def _key_file(folder: Path | None) -> Path | None:
    """If the key file is gone, start with the newest copy; returns where it belongs."""
    named = os.environ.get("DOUDI_KEYRING")
    if not named or Path(named).exists() or folder is None:
        return None
    from ..keeping.keys import copies

    if found := copies(folder):
        os.environ["DOUDI_KEYRING"] = str(found[-1])
    return Path(named)


def _restore(options: argparse.Namespace, key_home: Path | None) -> int:
    from django.conf import settings
    from django.utils.translation import gettext as _

    from ..keeping import keys, restoring
    from ..keeping.store import Store
    from ..keeping.trouble import Trouble

    store, data = Store(options.folder), Path(settings.DOUDI_DATA_DIR)
    if not options.into:
        raise Trouble(_("用 --into 指出数据库文件夹放在哪里，例如 /var/lib/postgresql/15/main"))
    chosen = restoring.plan(store, _moment(options.to))
    settings.DOUDI_KEYRING = keys.fitting(chosen.base.keys | chosen.mark.keys, settings.DOUDI_KEYRING, options.keys)
    workshop = restoring.Workshop(options.into.absolute(), data.absolute())
    with _alone(workshop):
        if workshop.clear():
            _say(_("上次没有做完，从头再来"))
        try:
            wrong = _made(workshop, store, chosen)
        except Trouble:
            workshop.clear()
            raise
    if key_home:
        _write_keys(key_home)
    _say(_("数据库在 %(into)s，材料在 %(data)s") % {"into": workshop.into, "data": workshop.data})
    _say(_("恢复好了，核验一致") if not wrong else _("恢复好了，但核验有问题，见上；查清以前不要启用"))
    return 1 if wrong else 0


def _made(workshop: Workshop, store: Store, chosen: Plan) -> list[str]:
    """Everything between the look at the targets and the move into them; what is wrong with what came out."""
    from django.utils.translation import gettext as _

    from ..keeping import restoring

    restoring.check_targets(workshop.into, workshop.data)
    said = {"base": _local(chosen.base.ended_at), "to": _local(chosen.to)}
    _say(_("用 %(base)s 的全库加上日志，恢复到 %(to)s") % said)
    restoring.check_backup(chosen)
    _say(_("备份没有损坏；材料 %(files)s 份") % {"files": workshop.lay_out(store, chosen)})
    wrong = _brought_to(workshop, chosen)
    workshop.place()
    return wrong


@contextmanager
def _alone(workshop: Workshop) -> Iterator[None]:
    from django.utils.translation import gettext as _

    from ..keeping.trouble import Trouble

    path = workshop.folder.with_name(f".{workshop.folder.name}.lock")
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Trouble(_("另一次恢复正在往 %(into)s 里写，等它做完") % {"into": workshop.into}) from None
        try:
            yield
        finally:
            path.unlink()


def _moment(text: str | None) -> datetime | None:
    """A moment as people write it, in local time unless it says otherwise."""
    from django.utils.timezone import make_aware
    from django.utils.translation import gettext as _

    from ..keeping.trouble import Trouble

    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Trouble(_("看不懂时间 %(text)s；写成 2026-11-24 09:30") % {"text": text}) from None
    return moment if moment.tzinfo else make_aware(moment)


def _brought_to(workshop: Workshop, chosen: Plan) -> list[str]:
    """Run the restored database for ourselves: prove it, say what is lost, note it in the log."""
    from django.conf import settings
    from django.db import connections
    from django.utils.translation import gettext as _

    from ..environment import django_database
    from ..keeping import proving, restoring, state

    settings.DOUDI_DATA_DIR = workshop.documents
    with restoring.socket_folder(workshop.user) as sockets, restoring.server(workshop, chosen, sockets):
        urls = restoring.urls(chosen.base, sockets)
        for alias, url in (("default", urls["DATABASE_URL"]), ("owner", urls["DATABASE_OWNER_URL"])):
            connections.databases[alias].update(django_database(url))
        wrong = proving.prove("owner", _say, anchor=chosen.base.folder / "audit-head.txt")
        lost = state.lost(chosen.newest.counts, state.counts("owner"))
        said = {"to": _local(chosen.to), "last": _local(chosen.newest.at), "lost": "，".join(lost) or _("没有")}
        _say(_("%(to)s 以后做的都不在了。到最后一次备份（%(last)s）为止，丢失（约数）：%(lost)s") % said)
        _say(_("请按丢失的时段核对：发给银行的文件、上报省里的数据、发出的通知，补录以前先查有没有已经办过"))
        _note(chosen, lost)
        connections.close_all()
    return wrong


def _note(chosen: Plan, lost: list[str]) -> None:
    """In the log, and before the eyes of the audit administrator: heads kept outside after the moment cannot match."""
    from django.utils import timezone

    from doudi.audit.actions import record
    from doudi.audit.models import AuditAlert
    from doudi.audit.sealing import alert

    detail: dict[str, object] = {"to": chosen.to.isoformat(), "last": chosen.newest.at.isoformat(), "lost": lost}
    record(by=None, action="database.restore", detail=detail)
    alert(AuditAlert.Kind.RESTORED, detail, at=timezone.now(), using="owner")


def _write_keys(home: Path) -> None:
    from django.conf import settings
    from django.utils.translation import gettext as _

    home.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(home, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(settings.DOUDI_KEYRING, file, indent=1)
    _say(_("密钥文件放回了 %(path)s") % {"path": home})


def _restore_dump(options: argparse.Namespace) -> int:
    home = _key_file(options.keys)
    django()

    def work() -> int:
        from django.utils.translation import gettext as _

        from ..keeping import dump, proving
        from ..keeping.trouble import Trouble
        from .running import migrate

        if options.to:
            raise Trouble(_("这份备份是整库导出，只能恢复到 %(at)s") % {"at": _local(dump.moment(options.folder))})
        anchor = dump.restore(options.folder, alias=owner_alias(), keys_folder=options.keys)
        migrate(argparse.Namespace())
        wrong = proving.prove(owner_alias(), _say, anchor=anchor)
        if home:
            _write_keys(home)
        _say(_("恢复好了，核验一致") if not wrong else _("恢复好了，但核验有问题，见上；查清以前不要启用"))
        return 1 if wrong else 0

    return _told(work)
