"""Time-based codes of a second factor (RFC 6238): 30 seconds, one step of tolerance, none accepted twice."""

from __future__ import annotations

import hmac
from datetime import datetime

import pyotp
import segno

from .models import Staff

STEP_SECONDS = 30
TOLERANCE = 1
ISSUER = "Doudi"


def new_secret() -> str:
    """160 random bits, as authenticator apps read them."""
    return pyotp.random_base32()


def matching_step(staff: Staff, code: str, at: datetime) -> int | None:
    """The step a code belongs to, if it is near enough and later than the last one accepted."""
    if not staff.totp_secret:
        return None
    now = int(at.timestamp()) // STEP_SECONDS
    otp = pyotp.TOTP(str(staff.totp_secret))
    given = "".join(code.split())
    for step in range(now - TOLERANCE, now + TOLERANCE + 1):
        fits = hmac.compare_digest(otp.generate_otp(step).encode(), given.encode())
        if fits and step > staff.totp_last_step:
            return step
    return None


def qr_data_uri(staff: Staff) -> str:
    """The QR code for the authenticator app as an SVG in a data: address, which the content policy lets images use."""
    uri = pyotp.TOTP(str(staff.totp_secret)).provisioning_uri(name=staff.username, issuer_name=ISSUER)
    return segno.make(uri, error="m").svg_data_uri(scale=5, border=2, dark="#000", light="#fff")
