"""Whether money went out on changed amounts: what awards ask before a standard is undone."""

from __future__ import annotations

from django.utils.translation import gettext as _

from doudi.awards.paid_guard import Question

from ..kinds import BEFORE_LOCK, RunState
from ..models import PaymentLine

NOT_SIGNED = (*BEFORE_LOCK, RunState.CANCELLED)


def paid_on_new_amounts(question: Question) -> str:
    """'' if nothing was; else how many lines of which lists, and what to do.

    A list that is being locked counts as paid: it cannot be stopped any more. A draft does not: it is built anew.
    """
    rows = PaymentLine.objects.filter(
        award__in=question.awards, month__gte=question.from_month, run__made_at__gte=question.since
    ).exclude(run__state__in=NOT_SIGNED)
    count = rows.count()
    if not count:
        return ""
    lists = "、".join(sorted(set(rows.values_list("run__number", flat=True)))[:3])
    said = {"n": count, "lists": lists}
    return _("已按新标准列入发放 %(n)s 笔（%(lists)s），不能撤销；请另行发布正确的标准，多发的按追回办理。") % said
