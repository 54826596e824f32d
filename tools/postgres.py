"""A PostgreSQL server of one's own for the length of a `with`: temporary data, private socket, never root.

It listens on no port. Its data are thrown away, so it does not wait for the disk; with ``--durable`` it does, and
with a folder to keep them in they are there again the next time (for root: a folder of its own for each such folder, in the
home of the account that it lends the server).

As a program: ``python tools/postgres.py [--durable] [--data FOLDER]`` prints the server's DATABASE_URL and runs it until
standard input ends. Exit status 3: no PostgreSQL server on this machine.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import hashlib
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

FLOOR = 14  # Django 5.2 takes no older one
NOT_FOUND = 3
COPIED = "copied"  # folder of the copied data
SETTINGS = {"listen_addresses": "", "max_connections": "200", "shared_buffers": "128MB"}
CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}
"""Of a server whose data nobody keeps. What autovacuum would count depends on when it comes by: on tables that each test
fills and empties it finds none of the rows that the next test asks for, and the plans of these questions read whole tables."""


class ServerError(Exception):
    """The server did not come up; the text holds the end of its log."""


def _version(folder: Path) -> int:
    try:
        version = subprocess.run(
            [folder / "postgres", "--version"], capture_output=True, text=True, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return 0
    found = re.search(r"\) (\d+)", version)
    return int(found.group(1)) if found else 0


def find_binaries() -> Path | None:
    """Folder of the newest PostgreSQL server that runs: from PATH, or where Debian puts them."""
    folders = list(Path("/usr/lib/postgresql").glob("*/bin"))
    on_path = shutil.which("postgres")
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    complete = [folder for folder in folders if (folder / "initdb").exists()]
    best = max(complete, key=_version, default=None)
    return best if best and _version(best) >= FLOOR else None


def _account() -> dict[str, Any]:
    """Arguments for subprocess: PostgreSQL refuses root, so root lends it an ordinary account."""
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name for entry in pwd.getpwall()}
    account = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _die_with_parent() -> None:
    """In the child, before the server starts: a test run that is killed takes its server along (Linux)."""
    set_death_signal = 1
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(set_death_signal, signal.SIGQUIT)


def _run(command: list[str | Path], **options: Any) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    except OSError as problem:  # the lent account may not enter the folder
        raise ServerError(str(problem)) from problem
    if done.returncode:
        raise ServerError(f"{Path(command[0]).name}: {done.stdout}{done.stderr}")


def _wait(binaries: Path, server: subprocess.Popen[bytes], home: Path) -> None:
    ready: list[str | Path] = [binaries / "pg_isready", "--quiet", "--host", home]
    deadline = time.monotonic() + 120
    while subprocess.run(ready, check=False).returncode:
        if server.poll() is not None or time.monotonic() > deadline:
            raise ServerError((home / "server.log").read_text(encoding="utf-8", errors="replace")[-2000:])
        time.sleep(0.05)


def _make_data(binaries: Path, data: Path, common: dict[str, Any]) -> None:
    form = ["--username=khcn", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
    _run([binaries / "initdb", "--pgdata", data, *form], **common)


def home_of(address: str) -> Path:
    """The folder of a server that `server` has started."""
    return Path(unquote(urlsplit(address).netloc.rpartition("@")[2]))


def copy_data(binaries: Path, address: str) -> None:
    """Lay a copy of all that a server has now into its folder, for servers that begin with the same: in a second of a processor less
    than their tables take to be made. Raises ServerError.
    """
    home = home_of(address)
    common: dict[str, Any] = {"cwd": home, "env": {"PATH": os.defpath, "LC_ALL": "C.UTF-8"}, **_account()}
    form: list[str | Path] = ["--checkpoint=fast", "--no-sync", "--username=khcn", "--host", home]
    _run([binaries / "pg_basebackup", "--pgdata", home / COPIED, *form], **common)


@contextlib.contextmanager
def server(
    binaries: Path, *, durable: bool = False, stored_in: Path | None = None, like: str = ""
) -> Iterator[str]:
    """Start a server and yield its DATABASE_URL; stop it and delete its data however the block ends.

    Args:
        binaries: The folder of its programs.
        durable: An answer to COMMIT means that the data are on the disk; otherwise a crash may lose everything.
        stored_in: Folder for the data, which stay there; it is made when it is absent.
        like: The address of a server whose data `copy_data` has copied: this one begins with them.

    Raises ServerError when it does not come up.
    """
    account = _account()
    # a socket's path may have 107 characters, so not below a long TMPDIR; mkdtemp makes it private
    home = Path(tempfile.mkdtemp(prefix="khcn-pg-", dir="/tmp"))
    process: subprocess.Popen[bytes] | None = None
    try:
        data = stored_in or home / "data"
        is_new = not (data / "PG_VERSION").exists()
        if stored_in and is_new:
            stored_in.mkdir(mode=0o700, parents=True, exist_ok=True)
        for folder in (home, *([stored_in] if stored_in else [])):
            if account:
                os.chown(folder, account["user"], account["group"])
        common: dict[str, Any] = {"cwd": home, "env": {"PATH": os.defpath, "LC_ALL": "C.UTF-8"}, **account}
        if like:
            _run(["cp", "--archive", home_of(like) / COPIED, data], **common)
        elif is_new:
            _make_data(binaries, data, common)
        settings = SETTINGS if durable else {**SETTINGS, **CARELESS}
        options = [f"--{name}={value}" for name, value in settings.items()]
        with (home / "server.log").open("wb") as log:
            process = subprocess.Popen(
                [binaries / "postgres", "-D", data, "-k", home, *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                preexec_fn=_die_with_parent,  # noqa: PLW1509  # no threads yet: started before the tests
                **common,
            )
        _wait(binaries, process, home)
        if is_new and not like:
            _run([binaries / "createdb", "--host", home, "--username=khcn", "khcn"], **common)
        yield f"postgresql://khcn@{quote(str(home), safe='')}/khcn"
    finally:
        if process is not None:
            # "fast"; or "immediate", where nobody reads the data again: it need not write them
            process.send_signal(signal.SIGINT if stored_in else signal.SIGQUIT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=120)
            if process.poll() is None:
                process.send_signal(signal.SIGQUIT)
                process.wait()
        shutil.rmtree(home, ignore_errors=True)


def _within_reach(folder: Path) -> Path | None:
    """Where the server can keep its data: the account that root lends it may enter no folder of root's, but its home.

    None where that account has none; then they cannot be kept.
    """
    account = _account()
    if not account:
        return folder
    home = Path(pwd.getpwuid(account["user"]).pw_dir)
    # two copies of the program beside each other must not meet in one folder
    name = f"{folder.name}-{hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:12]}"
    return home / name if home.is_dir() and home.stat().st_uid == account["user"] else None


def main(arguments: list[str]) -> int:
    """Run a server for the process that started this program and holds its standard input."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--durable", action="store_true")
    parser.add_argument("--data", type=Path)
    given = parser.parse_args(arguments)
    binaries = find_binaries()
    if binaries is None:
        return NOT_FOUND
    stored_in = _within_reach(given.data) if given.data else None
    with server(binaries, durable=given.durable, stored_in=stored_in) as address:
        print(address, flush=True)
        sys.stdin.read()
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
