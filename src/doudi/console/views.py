"""The workbench and the help page."""

from __future__ import annotations

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from .access import requires
from .panels import rendered_for

WEEKDAYS = (_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日"))


@requires("self")
@require_safe
def workbench(request: HttpRequest) -> HttpResponse:
    """What to do first today."""
    now = timezone.now()
    panels = rendered_for(request, request.user, now)
    context = {
        "weekday": WEEKDAYS[timezone.localtime(now).weekday()],
        "urgent": sum(one.urgent for one in panels),
        "main_panels": [one for one in panels if one.panel.column == "main"],
        "side_panels": [one for one in panels if one.panel.column == "side"],
    }
    return render(request, "console/workbench.html", context)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What the server would not read: too large is said as such, with the limits."""
    if isinstance(exception, RequestDataTooBig):
        message = _("发来的内容超过 2 MB，没有读取，也没有保存。签名图片不超过 512 KB；文件请用上传框逐个上传")
        return render(request, "413.html", {"message": message}, status=413)
    return render(request, "400.html", status=400)


@requires("self")
@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """Keys, whom to call, and how the pages should look."""
    return render(request, "console/help.html")
