"""The phone's addresses: who am I, what is new, here is what I have."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from doudi.accounts.access import public, requires
from doudi.accounts.permissions import Permission
from doudi.registry.views.asking import StaffRequest

from ..actions import attachments, carrying, devices, pushing
from ..actions.attachments import Piece
from ..errors import Malformed
from ..limits import CHUNK_BYTES, KEEP_DAYS, LEASE, PACKS
from ..parcels import place_of, read_json, read_parcel, time_of, uuid_of
from ..queries.devices import must_erase
from ..queries.packs import dispositions, signing_texts, villages
from .common import answer, device_of, phone


@requires(Permission.MONITORING_VISIT)
@require_safe
@phone
def me(request: StaffRequest) -> HttpResponse:
    """Who is signed in, and what a form of theirs must carry."""
    by = request.user
    who = {"id": by.pk, "name": by.name, "scope": by.scope_words}
    return answer(request, {"staff": who, "csrf": get_token(request), "villages": villages(by)})


@requires(Permission.MONITORING_VISIT)
@require_POST
@phone
def register(request: StaffRequest) -> HttpResponse:
    """A phone makes itself known, and gets its half of the key for a day and a half."""
    said = read_json(request.body)
    name = str(said.get("name") or _("手机"))
    device = devices.register(key=uuid_of(said.get("device")), name=name, by=request.user, at=timezone.now())
    lease = int(LEASE.total_seconds() * 1000)
    return answer(request, {"share": device.share, "lease_ms": lease, "keep_days": KEEP_DAYS})


@requires(Permission.MONITORING_VISIT)
@require_POST
@phone
def pull(request: StaffRequest) -> HttpResponse:
    """Tasks that are new or have changed, numbers of those that are gone, and the texts that may be signed."""
    said = read_json(request.body)
    have = said.get("have")
    known = {str(k): str(v) for k, v in list(have.items())[: PACKS * 2]} if isinstance(have, dict) else {}
    on = timezone.localdate()
    device = device_of(request.user, said.get("device"))
    found = carrying.carry(device=device, have=known, by=request.user, on=on, at=timezone.now())
    said = {"packs": found.packs, "gone": found.gone, "texts": signing_texts(on), "choices": dispositions(), "day": on}
    return answer(request, said)


@requires(Permission.MONITORING_VISIT)
@require_POST
@phone
def push(request: StaffRequest) -> HttpResponse:
    """Records of a phone; an answer for each."""
    parcel = read_parcel(request.body)
    device = device_of(request.user, parcel.device)
    on, at = timezone.localdate(), timezone.now()
    return answer(request, {"answers": pushing.push(parcel=parcel, device=device, by=request.user, on=on, at=at)})


@requires(Permission.MONITORING_VISIT)
@require_POST
@phone
def chunk(request: StaffRequest) -> HttpResponse:
    """A piece of an attachment as the body, the rest in the address; the answer says where to go on."""
    asked = request.GET
    device = device_of(request.user, asked.get("device"))
    piece = Piece(
        client_id=uuid_of(asked.get("id")), record=uuid_of(asked.get("record")), kind=asked.get("kind", "")[:10],
        size=_number(asked.get("size")), digest=asked.get("digest", "")[:64], start=_number(asked.get("start")),
        data=request.body[: CHUNK_BYTES + 1], taken_at=time_of(asked.get("taken_at")), place=place_of(asked.dict()),
    )  # fmt: skip
    row = attachments.take_piece(piece=piece, device=device, by=request.user, at=timezone.now())
    return answer(request, {"have": attachments.have(row), "state": row.state, "problem": row.problem})


def _number(text: str | None) -> int:
    if not (text or "").isascii() or not (text or "").isdigit() or len(text or "") > 9:
        raise Malformed(_("手机传来的内容认不出，请更新页面后再传。"))
    return int(text or "")


@public
@require_safe
@phone
def state(request: HttpRequest) -> HttpResponse:
    """Whether a phone must erase itself: the one thing told to somebody who is not signed in."""
    return answer(request, {"erase": must_erase(uuid_of(request.GET.get("device")))})


@csrf_exempt
@public
@require_POST
@phone
def erased(request: HttpRequest) -> HttpResponse:
    """A phone says that it has erased itself, and how much it had not sent."""
    said = read_json(request.body)
    unsent = said.get("unsent")
    count = min(unsent, 100_000) if isinstance(unsent, int) else 0
    return answer(request, {"taken": devices.erased(key=uuid_of(said.get("device")), unsent=count, at=timezone.now())})
