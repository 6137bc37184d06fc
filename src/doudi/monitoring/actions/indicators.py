"""Deciding about indicators: watched only or active, by one person with a record; other thresholds, by two."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit
from doudi.audit import actions as audit
from doudi.audit.actions import Subject
from doudi.policy.errors import PolicyError
from doudi.registry.actions.refusal import Problems, refuse

from ..indicators import INDICATORS, Change, thresholds
from ..models import ChangeState, IndicatorState, Standing, ThresholdChange
from ..queries.ledger import line_of, tried

SHORTEST = 4


def stand(*, indicator: str, standing: str, because: str, by: Staff, on: date, at: datetime) -> IndicatorState:
    """Watch an indicator only, or make it active again; the ledger as it stands is kept with the decision."""
    permit(by, Permission.INDICATOR_DECIDE, place=settings.DOUDI_COUNTY)
    problems = Problems()
    _check(indicator, because, problems)
    if standing not in Standing.values:
        problems.add("standing", _("请选择启用或仅观察。"))
    problems.refuse_if_any()
    with transaction.atomic():
        row = IndicatorState.objects.create(
            division_code=settings.DOUDI_COUNTY, indicator=indicator, standing=standing, because=because.strip(),
            figures=line_of(indicator, by, on).figures(), on=on, at=at, by_id=by.pk,
        )  # fmt: skip
        _record("stand", indicator, by, standing=standing)
    return row


def draft(
    *, indicator: str, values: Mapping[str, int], place: str, starts_on: date, because: str, by: Staff, on: date,
    at: datetime,
) -> ThresholdChange:  # fmt: skip
    """Propose other thresholds; what the trial on history says is kept with the proposal."""
    permit(by, Permission.INDICATOR_DRAFT, place=place)
    problems = Problems()
    _check(indicator, because, problems)
    if starts_on <= on:
        problems.add("starts_on", _("新阈值从明天或以后起用。"))
    _check_values(indicator, values, place, starts_on, problems)
    problems.refuse_if_any()
    try:
        with transaction.atomic():
            row = ThresholdChange.objects.create(
                division_code=place, indicator=indicator, values=dict(values), starts_on=starts_on,
                because=because.strip(), trial=trial_of(indicator, values, by), drafted_at=at, drafted_by_id=by.pk,
            )  # fmt: skip
            _record("draft", indicator, by, change=row.pk)
    except IntegrityError as error:
        if "threshold_change_one_draft" not in str(error):
            raise
        raise refuse("", _("这项指标已有一个待批准的调整，请先处理它。")) from error
    return row


def trial_of(indicator: str, values: Mapping[str, int], by: Staff) -> dict[str, Any]:
    """The figures of a trial as they are kept: as it was, and with the other thresholds."""
    told = {}
    for name, tried_values in (("before", {}), ("after", values)):
        found = tried(indicator, tried_values, by)
        told[name] = {
            "raised": found.raised, "verified": found.verified, "true": found.true, "low": found.low,
            "high": found.high,
        }  # fmt: skip
    return told


def decide(
    *, change: ThresholdChange, approve: bool, answer: str, by: Staff, on: date, at: datetime
) -> ThresholdChange:
    """Approve or refuse somebody else's proposal."""
    permit(by, Permission.INDICATOR_DECIDE, place=change.division_code)
    if change.drafted_by_id == by.pk:
        raise refuse("", _("不能批准自己提出的调整，请由另一人批准。"))
    if not approve and len(answer.strip()) < SHORTEST:
        raise refuse("answer", _("不批准的请写明理由，至少 %(n)s 个字。") % {"n": SHORTEST})
    with transaction.atomic():
        row = ThresholdChange.objects.select_for_update().get(pk=change.pk)
        if row.state != ChangeState.DRAFT:
            raise refuse("", _("这个调整已经处理过，请刷新后查看。"))
        if approve and row.starts_on <= on:
            raise refuse("", _("起用日期已过，请退回后重新提出。"))
        row.state = ChangeState.DECIDED if approve else ChangeState.REFUSED
        row.decided_on, row.decided_at, row.decided_by_id, row.answer = on, at, by.pk, answer.strip()
        row.save(update_fields=["state", "decided_on", "decided_at", "decided_by_id", "answer"])
        _record("decide", row.indicator, by, change=row.pk, state=row.state)
    return row


def _check(indicator: str, because: str, problems: Problems) -> None:
    if indicator not in INDICATORS:
        problems.add("indicator", _("没有这项指标。"))
        problems.refuse_if_any()
    if len(because.strip()) < SHORTEST:
        problems.add("because", _("请写明理由，至少 %(n)s 个字。") % {"n": SHORTEST})


def _check_values(indicator: str, values: Mapping[str, int], place: str, starts_on: date, problems: Problems) -> None:
    if not values or not set(values) <= set(INDICATORS[indicator].thresholds):
        problems.add("values", _("请填写这项指标自己的阈值。"))
        return
    for name, value in values.items():
        try:
            thresholds().changed([Change(name, place, starts_on, value)])
        except PolicyError as error:
            problems.add(name, str(error))


def _record(name: str, indicator: str, by: Staff, **detail: Any) -> None:
    subject = Subject("indicator", indicator, settings.DOUDI_COUNTY)
    audit.record(by=by, action=f"monitoring.{name}", subject=subject, detail=detail)
