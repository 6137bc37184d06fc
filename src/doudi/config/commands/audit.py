"""The audit log from the command line: seal, verify, export, anchor."""

from __future__ import annotations

import argparse
from pathlib import Path

from .running import django, owner_alias


def seal(options: argparse.Namespace) -> int:
    """Seal everything that is final and not sealed yet."""
    django()
    from django.utils import timezone

    from doudi.audit import sealing

    seals = sealing.seal(timezone.now(), using=owner_alias())
    print(f"{sum(s.events for s in seals)} events in {len(seals)} seals")
    return 0


def verify(options: argparse.Namespace) -> int:
    """Verify with the same stand-alone verifier that an outsider uses."""
    django()
    from doudi.audit import verify as check

    return int(check.verify(using=owner_alias(), anchor=options.anchor))


def export(options: argparse.Namespace) -> int:
    """Write log and seals as JSON lines for the stand-alone verifier."""
    django()
    from doudi.audit import export as out

    print(f"{out.write(Path(options.file), using=owner_alias())} events written to {options.file}")
    return 0


def head(options: argparse.Namespace) -> int:
    """Write the signed head; kept outside, it proves later that the tail was not cut."""
    django()
    from doudi.audit import export as out

    out.head(Path(options.file), using=owner_alias())
    print(Path(options.file).read_text(encoding="utf-8"), end="")
    return 0
