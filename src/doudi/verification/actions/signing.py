"""Signing: one text, one signer, one moment, bound together by a digest."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission
from doudi.accounts.scope import permit
from doudi.documents import actions as documents
from doudi.documents.models import Document, Kind
from doudi.privacy.cipher import keyring
from doudi.registry.actions.refusal import refuse
from doudi.registry.models import Household, Person
from doudi.registry.owners import household_owner

from ..models import Method, Signature
from ..texts import TextVersion, sm3
from .images import png_of
from .recording import record


@dataclass(frozen=True)
class Mark:
    """How somebody signed: a drawing as a data URL, or the name as typed."""

    method: str
    image: str = ""
    name: str = ""


@dataclass(frozen=True)
class Signing:
    """Who signs, and how."""

    signer: Person
    mark: Mark


def sign(
    *, household: Household, signer: Person, text: TextVersion, words: Mapping[str, str], mark: Mark, by: Staff,
    at: datetime,
) -> Signature:  # fmt: skip
    """Keep a signature under a text with its blanks filled. Refused if nothing readable was signed."""
    permit(by, Permission.CONSENT_WRITE, place=household.division_code)
    shown = text.filled(words)
    content = _content(mark, signer)
    with transaction.atomic():
        signature = Signature.objects.create(
            division_code=household.division_code, household=household, signer=signer, method=mark.method,
            typed_name=mark.name.strip() if mark.method == Method.TYPED else None,
            image=_stored(household, signer, content, by, at) if mark.method == Method.DRAWN else None,
            text_key=text.key, text_version=text.version, text_digest=sm3(shown), text_shown=shown,
            digest=seal_of(content, shown, signer.pk, at), signed_at=at, witness_id=by.pk,
        )  # fmt: skip
        record("signature.sign", "signature", signature, by, text=text.key, version=text.version, method=mark.method)
    return signature


def seal_of(content: bytes, shown: str, signer_id: int, at: datetime) -> str:
    """The digest that binds image (or name), text, signer and moment: HMAC-SM3, so it can be proved but not guessed."""
    bound = "\n".join((sm3(content), sm3(shown), str(signer_id), at.isoformat()))
    return keyring().digest(bound.encode())


def is_intact(signature: Signature, content: bytes) -> bool:
    """Whether a signature still says what was signed, given its image (or name as bytes)."""
    sealed = seal_of(content, str(signature.text_shown), signature.signer_id, signature.signed_at)
    return sealed == signature.digest and sm3(str(signature.text_shown)) == signature.text_digest


def image_of(signature: Signature, *, by: Staff) -> bytes:
    """The drawn image, on the record."""
    assert signature.image is not None
    return b"".join(documents.read(by=by, document=signature.image, purpose=str(_("查看签名"))))


def _content(mark: Mark, signer: Person) -> bytes:
    if mark.method == Method.DRAWN:
        return png_of(mark.image)
    if mark.method != Method.TYPED:
        raise refuse("sign_method", _("请选择手写签名或录入姓名。"))
    if mark.name.strip() != signer.name:
        raise refuse(
            "sign_name", _("录入的姓名应与签署人“%(name)s”完全一致，由签署人看着录入。") % {"name": signer.name}
        )
    return mark.name.strip().encode()


def _stored(household: Household, signer: Person, image: bytes, by: Staff, at: datetime) -> Document:
    name = f"{_('签名')}-{signer.name}.png"
    owner = household_owner(household)
    return documents.store(by=by, source=io.BytesIO(image), name=name, kind=Kind.CONSENT, owner=owner, at=at)
