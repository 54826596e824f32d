"""A department's installation on a bare Debian, made by the commands of the install guide."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from drill.debian import booted, make_root, needed_programs
from drill.steps import DrillError, commands_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from drill.debian import Debian

CHECKOUT: Final = Path(__file__).resolve().parent.parent
GUIDE: Final = CHECKOUT / "docs" / "van-hanh" / "cai-dat.md"
HOST: Final = "khcn.example.vn"
_SQL: Final = "runuser --user postgres -- psql --quiet --no-align --tuples-only --dbname khcn"
# A hash of all rows of each table of the application, but for what goes on by itself: sessions, heartbeat and runs of jobs.
_CONTENTS: Final = """
SELECT relname, md5(query_to_xml(format('SELECT t::text FROM %I t ORDER BY t::text', relname), false, true, '')::text)
FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
AND relname !~ '^(django_session|django_tasks|kernel_jobs|kernel_backup|parties_accountsession)'"""
_PEOPLE: Final = Path(__file__).with_name("use_installation.py")
_ANSWERS_WITHIN: Final = 120  # seconds


@dataclass(slots=True)
class Installation:
    """What the guide has made so far; ``spent`` has the seconds of each of its steps."""

    debian: Debian
    spent: dict[str, float] = field(default_factory=dict)
    administrator: str = ""  # the password that was issued, then the one chosen

    def follow(self, heading: str) -> str:
        """Type the commands below the heading of the guide that begins so; gives what they print."""
        blocks = commands_of(GUIDE)
        [title] = [each for each in blocks if each.startswith(heading)]
        started = time.monotonic()
        printed = "".join(self.debian.run(block).stdout for block in blocks[title])
        self.spent[title] = time.monotonic() - started
        print(f"{self.spent[title]:7.1f} s  {title}", flush=True)
        return printed

    def wait_for_service(self) -> None:
        """Until it answers under its public name."""
        until = time.monotonic() + _ANSWERS_WITHIN
        while self.debian.run(f"python3 /root/{_PEOPLE.name} {HOST} --ready", check=False).returncode:
            if time.monotonic() > until:
                raise DrillError(
                    self.debian.run("journalctl --unit khcn --no-pager --lines 50", check=False).stdout
                )
            time.sleep(1)

    def use(self, name: str, password: str, *what: str) -> dict[str, Any]:
        """Let somebody sign in with a browser; gives the password that holds from then on, and what was made."""
        printed = self.debian.run(
            f"python3 /root/{_PEOPLE.name} {HOST} {name} {password} {' '.join(what)}"
        ).stdout
        found: dict[str, Any] = json.loads(printed)
        return found

    def new_account(self, name: str, full_name: str, role: str) -> str:
        """Make an account on the server; gives the issued password."""
        printed = self.debian.run(f"khcn account-password {name} --new '{full_name}' --role {role}").stdout
        return printed.strip().splitlines()[-1]


def contents_of_tables(debian: Debian) -> dict[str, str]:
    """A hash of the rows of each table."""
    return dict(line.split("|", 1) for line in ask_database(debian, _CONTENTS).split())


def ask_database(debian: Debian, query: str) -> str:
    """What psql prints for it."""
    return debian.run(f"{_SQL} <<'END'\n{query}\nEND").stdout


@contextlib.contextmanager
def installed() -> Iterator[Installation]:
    """Make the system and follow the guide up to its check, which must name no error. Raises DrillError."""
    if os.geteuid() != 0:
        raise DrillError("needs root: it boots a system of its own")
    if missing := needed_programs():
        raise DrillError(f"needs {', '.join(missing)} (Debian: debootstrap, systemd-container)")
    with tempfile.TemporaryDirectory(prefix="khcn-drill-") as folder:
        root = Path(folder) / "debian"
        make_root(root)
        release = f"--output={root}/root/khcn.tar.gz"
        subprocess.run(["git", "archive", "--format=tar.gz", release, "HEAD"], cwd=CHECKOUT, check=True)
        (root / "root" / _PEOPLE.name).write_bytes(_PEOPLE.read_bytes())
        with (root / "etc" / "hosts").open("a", encoding="utf-8") as hosts:
            hosts.write(f"127.0.0.1 {HOST}\n")
        with booted(root) as debian:
            installation = Installation(debian)
            for heading in ("1. ", "2. ", "3. ", "4. "):
                installation.follow(heading)
            installation.administrator = installation.follow("5. ").strip().splitlines()[-1]
            for heading in ("6. ", "7. "):
                installation.follow(heading)
            installation.wait_for_service()
            installation.follow("8. ")
            yield installation
