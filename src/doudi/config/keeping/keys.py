"""Which keys a backup needs, told by fingerprints, and the copies of the key file that lie apart from the backup."""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes
from django.utils.translation import gettext as _

from .trouble import Trouble

PREFIX = "keys-"


def fingerprints(material: dict[str, Any]) -> dict[str, str]:
    """Of every key by name. A fingerprint tells whether a key is the same, and nothing about it."""
    named = {f"field {number}": key for number, key in material["fields"].items()}
    named |= {name: material[name] for name in ("index", "digest", "seal") if name in material}
    return {name: _fingerprint(key) for name, key in named.items()}


def _fingerprint(key: str) -> str:
    digest = hashes.Hash(hashes.SM3())
    digest.update(b"doudi key fingerprint\0" + bytes.fromhex(key))
    return digest.finalize().hex()[:16]


def lacking(needed: dict[str, str], material: dict[str, Any]) -> list[str]:
    """The keys that a backup needs and a key file does not have, or has otherwise."""
    have = fingerprints(material)
    return [name for name, print_ in needed.items() if have.get(name) != print_]


def save(material: dict[str, Any], folder: Path, *, apart_from: Path, at: datetime) -> Path | None:
    """Keep a copy of the key file in a folder of its own, unless the newest copy is the same; None if it is."""
    if folder.absolute().is_relative_to(apart_from.absolute()):
        raise Trouble(_("密钥不能和备份放在一起：%(folder)s 在备份文件夹里面") % {"folder": folder})
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if any(json.loads(path.read_text()) == material for path in copies(folder)[-1:]):
        return None
    path = folder / f"{PREFIX}{at:%Y%m%dT%H%M%S%fZ}.json"
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(material, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    return path


def copies(folder: Path) -> list[Path]:
    """The copies in a folder, the oldest first."""
    return sorted(folder.glob(f"{PREFIX}*.json"))


def fitting(needed: dict[str, str], material: dict[str, Any], folder: Path | None) -> dict[str, Any]:
    """The key file to restore with: the configured one, or else a copy that has every key the backup needs."""
    found = [json.loads(path.read_text()) for path in reversed(copies(folder))] if folder else []
    for candidate in [material, *found]:
        if not lacking(needed, candidate):
            return candidate
    said = {"keys": "、".join(lacking(needed, material))}
    raise Trouble(
        _("密钥不对：这份备份要用的密钥，密钥文件里没有或者不是同一把（%(keys)s）。用 --keys 指出另存密钥的文件夹")
        % said
    )
