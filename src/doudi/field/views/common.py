"""What the phone's addresses share: JSON in, JSON out, and every refusal in words the phone can show."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.scope import NotPermitted
from doudi.registry.actions.refusal import Conflict, Refused
from doudi.registry.views.asking import StaffRequest

from ..errors import Malformed, Wiped
from ..models import Device
from ..parcels import uuid_of

View = Callable[..., HttpResponse]
SMALL = 1400  # one packet: not worth squeezing


def answer(request: HttpRequest, said: dict[str, Any], status: int = 200) -> HttpResponse:
    """JSON with our time in it, squeezed where that pays; never kept by anything on the way."""
    body = json.dumps({**said, "now": timezone.now().isoformat()}, ensure_ascii=False, default=str).encode()
    squeeze = len(body) > SMALL and "gzip" in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(gzip.compress(body, 5, mtime=0) if squeeze else body, "application/json", status)
    if squeeze:
        response["Content-Encoding"] = "gzip"
    response["Cache-Control"] = "no-store"
    response["Vary"] = "Accept-Encoding, Cookie"
    return response


def phone(view: View) -> View:
    """A view that a phone asks: what stands against it is said in JSON."""

    @wraps(view)
    def answered(request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Malformed as error:
            return answer(request, {"problems": [{"field": "", "message": str(error)}]}, 400)
        except Wiped:
            return answer(request, {"erase": True}, 410)
        except Refused as refused:
            said = [{"field": p.field, "message": p.message} for p in refused.problems]
            return answer(request, {"problems": said}, 422)
        except Conflict:
            return answer(request, {"problems": [{"field": "", "message": _("刚刚有人办过了，请刷新。")}]}, 409)
        except NotPermitted as error:
            return answer(request, {"problems": [{"field": "", "message": str(error)}]}, 403)

    return answered


def device_of(staff: Staff, said: object) -> Device:
    """The staff member's own device with a key; Malformed if it is not registered (any more)."""
    found = Device.objects.filter(key=uuid_of(said), staff=staff).first()
    if found is None:
        raise Malformed(_("这部手机还没有登记，请联网后重新打开页面。"))
    return found
