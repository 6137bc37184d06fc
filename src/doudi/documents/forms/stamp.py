"""Who printed what and when: the foot of every page, the watermark, and the code that proves a print."""

from __future__ import annotations

import hmac
import io
from dataclasses import dataclass
from datetime import datetime

import segno
from django.utils import timezone

from doudi.privacy.cipher import keyring

CODE_CHARACTERS = 20


@dataclass(frozen=True)
class PrintStamp:
    """One print. `address` is the site's own, e.g. https://doudi.example.gov.cn, for the QR code."""

    office: str
    operator: str
    operator_id: int
    at: datetime
    address: str

    def as_data(self, form: str, number: str) -> dict[str, str]:
        """What `common.typ` needs; `number` is the number of the file that is printed."""
        code = code_of(form, number, self.moment, self.operator_id)
        link = f"{self.address}/documents/verify/{form}/{number}/{self.moment}/{self.operator_id}/{code}/"
        return {
            "office": self.office,
            "operator": self.operator,
            "at": f"{timezone.localtime(self.at):%Y-%m-%d %H:%M}",
            "day": f"{timezone.localtime(self.at):%Y年%-m月%-d日}",
            "code": " ".join(code[i : i + 4] for i in range(0, CODE_CHARACTERS, 4)).upper(),
            "qr": qr_svg(link),
        }

    @property
    def moment(self) -> str:
        """The second of printing, UTC, as it goes into the code."""
        return f"{self.at.astimezone(timezone.get_fixed_timezone(0)):%Y%m%d%H%M%S}"


def code_of(form: str, number: str, moment: str, operator_id: int) -> str:
    """The code that only this site can compute for a print."""
    return keyring().digest(f"print\0{form}\0{number}\0{moment}\0{operator_id}".encode())[:CODE_CHARACTERS]


def is_genuine(form: str, number: str, moment: str, operator_id: int, code: str) -> bool:
    """Whether a scanned code was made here for exactly this print."""
    return hmac.compare_digest(code_of(form, number, moment, operator_id), code.lower())


def qr_svg(text: str) -> str:
    """A QR code as SVG, with the quiet zone that scanners need."""
    out = io.BytesIO()
    # A fixed mask: choosing the best of eight costs five times the rest, and a thousand letters carry a thousand codes.
    segno.make(text, error="m", micro=False, mask=2).save(out, kind="svg", scale=4, border=2, dark="#000")
    return out.getvalue().decode()
