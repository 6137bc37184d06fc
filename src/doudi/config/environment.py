"""What the environment says, read once and checked.

Nothing here has a convenient default that would be dangerous in production: outside demo mode a missing or well-known
secret stops the start with a sentence that says what to set.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

ROOT = Path(os.environ.get("DOUDI_ROOT") or Path(__file__).resolve().parents[3])
# Where a process keeps what is not code: the demo's database, documents, collected assets. Benchmarks use their own.
VAR = Path(os.environ.get("DOUDI_VAR") or ROOT / "var")

DEMO_SECRET_KEY = "demo-only-secret-key-known-to-everyone-who-reads-this-file"  # noqa: S105
DEMO_FIELD = "646f7564692d64656d6f2d6b65792d31"
DEMO_INDEX = "646f7564692d64656d6f2d696e6465782d6b65792d6e6f742d73656372657421"
DEMO_SEAL = "646f7564692d64656d6f2d7365616c2d6b65792d6e6f742d7365637265742121"
DEMO_KEYRING = {"active": 1, "fields": {"1": DEMO_FIELD}, "index": DEMO_INDEX, "seal": DEMO_SEAL}


class ConfigurationError(RuntimeError):
    """The environment is incomplete or unsafe; the message says which variable and what to do."""


@dataclass(frozen=True)
class Environment:
    """The checked environment of one process."""

    mode: str
    secret_key: str
    keyring: dict
    database_url: str
    owner_url: str
    data_dir: Path
    allowed_hosts: list[str]
    behind_tls: bool
    # The provincial verification network; empty: there is none (docs/reference/verification.md).
    province_url: str = ""
    province_key: str = ""
    feed_dir: Path | None = None
    # The file that says how far this county is ahead of the machine's clock; demo only (decision 0100).
    clock_file: Path | None = None

    @property
    def is_demo(self) -> bool:
        return self.mode == "demo"


def read(environ: dict[str, str] | None = None) -> Environment:
    """Read and check the environment; raises ConfigurationError with what to do."""
    env = os.environ if environ is None else environ
    mode = env.get("DOUDI_MODE", "production")
    if mode not in ("demo", "production"):
        raise ConfigurationError("DOUDI_MODE must be 'demo' or 'production'.")
    demo = mode == "demo"
    secret_key = env.get("DOUDI_SECRET_KEY", DEMO_SECRET_KEY if demo else "")
    keyring = _keyring(env, demo)
    if not demo:
        _refuse_demo_secrets(secret_key, keyring)
    database_url = env.get("DATABASE_URL", "")
    if not database_url:
        raise ConfigurationError("Set DATABASE_URL, e.g. postgresql://doudi_web@/doudi?host=/run/postgresql")
    return Environment(
        mode=mode,
        secret_key=secret_key,
        keyring=keyring,
        database_url=database_url,
        owner_url=env.get("DATABASE_OWNER_URL", ""),
        data_dir=Path(env.get("DOUDI_DATA", VAR / "data")),
        feed_dir=Path(env["DOUDI_FEEDS"]) if env.get("DOUDI_FEEDS") else None,
        allowed_hosts=[h for h in env.get("DOUDI_HOSTS", "localhost,127.0.0.1,[::1]").split(",") if h],
        behind_tls=env.get("DOUDI_TLS", "0" if demo else "1") == "1",
        province_url=env.get("DOUDI_PROVINCE_URL", ""),
        province_key=env.get("DOUDI_PROVINCE_KEY", ""),
        clock_file=_clock_file(env, demo),
    )


def _clock_file(env: dict[str, str] | os._Environ[str], demo: bool) -> Path | None:
    path = env.get("DOUDI_CLOCK")
    if path and not demo:
        raise ConfigurationError("DOUDI_CLOCK moves the day of a demo county; unset it outside demo mode.")
    return Path(path) if path else None


def _keyring(env: dict[str, str] | os._Environ[str], demo: bool) -> dict:
    path = env.get("DOUDI_KEYRING")
    if path:
        try:
            return json.loads(Path(path).read_text())
        except (OSError, ValueError) as error:
            raise ConfigurationError(f"DOUDI_KEYRING cannot be read: {error}") from error
    if demo:
        return DEMO_KEYRING
    raise ConfigurationError("Set DOUDI_KEYRING to a key file; `doudi keys new FILE` writes one.")


def _refuse_demo_secrets(secret_key: str, keyring: dict) -> None:
    if len(secret_key) < 40 or secret_key == DEMO_SECRET_KEY:
        raise ConfigurationError("Set DOUDI_SECRET_KEY to at least 40 random characters of your own.")
    known = {DEMO_INDEX, DEMO_SEAL, DEMO_FIELD}
    used = {keyring.get("index"), keyring.get("seal"), *dict(keyring.get("fields", {})).values()}
    if known & used:
        raise ConfigurationError("DOUDI_KEYRING holds demo keys; `doudi keys new FILE` writes fresh ones.")


def django_database(url: str) -> dict:
    """Turn a postgresql:// URL into Django's DATABASES entry; a socket directory goes in ?host=."""
    parts = urlsplit(url)
    if parts.scheme not in ("postgresql", "postgres"):
        raise ConfigurationError(f"Only PostgreSQL is supported, not {parts.scheme or 'an empty URL'}.")
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.get("host", parts.hostname or ""),
        "PORT": query.get("port", str(parts.port or "")),
    }
