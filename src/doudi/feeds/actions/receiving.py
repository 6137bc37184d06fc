"""Taking a file in: whichever way it came, it ends here. Nothing of it is believed yet."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.documents.sniffing import clean_name
from doudi.privacy.sealed_files import Readable
from doudi.registry.actions.refusal import Problems, refuse

from ..access import county_of, permit_source
from ..contracts import CONTRACTS, Contract
from ..landing import store
from ..models import Batch, BatchFile, State, Way
from .moving import record, start

LARGEST_FILE = 1024 * 1024 * 1024


def receive(
    *,
    contract: str,
    file_name: str,
    stream: Readable,
    way: Way,
    by: Staff | None,
    on: date,
    at: datetime,
    as_of: date | None = None,
    corrects: Batch | None = None,
    using: str = "default",
) -> Batch:
    """Keep a file, sealed, and start to read it. Refused if the very same file is here already.

    `by` None is a file that came into a folder of the server: the system takes it in. What came without a person at
    hand lands by itself if it reads well; an upload waits for the person to look.
    """
    told = CONTRACTS.get(contract)
    if told is None:
        raise refuse("contract", _("没有这个数据来源，请从列表中选择。"))
    if by is not None:
        permit_source(by, told)
    county = county_of(by) if by else str(settings.DOUDI_COUNTY)
    _check(told, county, as_of, on, corrects)
    blob, digest, size = store.keep_raw(stream)
    try:
        _refuse_repeated(told, county, digest, size, using)
        return _keep(
            told, county, clean_name(file_name), way, by, on, at, as_of, corrects, blob, digest, size, using
        )  # fmt: skip
    except BaseException:
        store.discard(blob)
        raise


def _check(contract: Contract, county: str, as_of: date | None, on: date, corrects: Batch | None) -> None:
    problems = Problems()
    if as_of is not None and as_of > on:
        problems.add("as_of", _("数据截至日期晚于今天，请核对。"))
    if corrects is not None:
        if (corrects.contract, corrects.division_code) != (contract.key, county):
            problems.add("corrects", _("更正文件应与原文件是同一来源。"))
        elif corrects.state != State.LANDED:
            problems.add("corrects", _("原文件还没有入库（或已撤回），请直接报送完整的文件。"))
    problems.refuse_if_any()


def _refuse_repeated(contract: Contract, county: str, digest: str, size: int, using: str) -> None:
    if size == 0:
        raise refuse("file", _("文件是空的，请重新导出。"))
    if size > LARGEST_FILE:
        raise refuse("file", _("文件超过 1 GB，请按月份或乡镇拆分。"))
    rows = Batch.objects.using(using).filter(contract=contract.key, division_code=county, digest=digest)
    same = rows.exclude(state__in=[State.REFUSED, State.SUPERSEDED]).first()
    if same is not None:
        raise refuse("file", _said_before(same))


def _said_before(same: Batch) -> str:
    told = {"day": f"{same.received_at:%Y-%m-%d}", "name": same.file_name, "id": same.pk}
    return _("这份文件 %(day)s 已经收过（%(name)s，批次 %(id)s），没有再收。如内容有更正，请报送更正后的文件。") % told


def _keep(
    told: Contract, county: str, name: str, way: Way, by: Staff | None, on: date, at: datetime, as_of: date | None,
    corrects: Batch | None, blob: uuid.UUID, digest: str, size: int, using: str,
) -> Batch:  # fmt: skip
    try:
        with transaction.atomic(using=using):
            batch = Batch.objects.using(using).create(
                contract=told.key, division_code=county, liaison=told.liaison or "", way=way, file_name=name,
                digest=digest, size=size, as_of=as_of or on, received_by=by, received_at=at,
                corrects_id=corrects.root if corrects else None, lands_by_itself=way != Way.UPLOAD,
            )  # fmt: skip
            BatchFile.objects.using(using).create(batch=batch, division_code=county, role=BatchFile.Role.RAW, blob=blob)
            record("feeds.receive", batch, by, using=using, way=way.value, size=size, corrects=batch.corrects_id)
            start("feeds.read", batch, by, at, using=using)
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") or ""
        if name != "feed_batch_file_once":
            raise
        raise refuse("file", _("这份文件刚刚已经收过，没有再收。")) from error
    return batch
