"""The disk is full (R16): pages are read, what cannot be written is refused in words, nothing is damaged, and writing goes on when
there is room again. SQLite and files, then a PostgreSQL whose tables are on the full disk; on disks of their own in memory.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import tempfile
import urllib.error
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

import psycopg

from bench.service import Service
from drill.place import DOCUMENT, NO_ROOM, OK, PAGES, QR_PAGE, REFUSED, Place
from drill.steps import DrillError
from tools import postgres

if TYPE_CHECKING:
    from collections.abc import Iterator

MEGABYTES: Final = 64
MEGABYTES_OF_TABLES: Final = 160
_WORDS: Final = "Đĩa của máy chủ đã đầy"
_MOST_WRITES: Final = 300  # into what room the pages of a table still have


def run() -> str:
    """Raises DrillError where a page is not read, a refusal has other words, or something is damaged."""
    if os.geteuid() != 0:
        raise DrillError("needs root: it mounts a disk")
    binaries = postgres.find_binaries()
    if binaries is None:
        raise DrillError("needs PostgreSQL (Debian: postgresql)")
    os.environ["KHCN_PROVINCE"] = "19"
    return f"SQLite: {_on_sqlite()}. PostgreSQL: {_on_postgresql(binaries)}"


def _on_sqlite() -> str:
    with (
        tempfile.TemporaryDirectory(prefix="khcn-full-") as name,
        _disk(Path(name) / "data", MEGABYTES) as data,
    ):
        service = Service(data)
        service.log_file = Path(name) / "server.log"  # the journal's in an installation, on another disk
        return _try(service, data, MEGABYTES)


def _on_postgresql(binaries: Path) -> str:
    """The log of the server and the files have room: the pages of the tables have none."""
    with (
        tempfile.TemporaryDirectory(prefix="khcn-full-") as name,
        postgres.server(binaries, durable=True) as address,
    ):
        home = Path(unquote(address.rpartition("@")[2].partition("/")[0]))
        with _disk(home / "tables", MEGABYTES_OF_TABLES) as tables:
            owner = (home / "data").stat()
            os.chown(tables, owner.st_uid, owner.st_gid)
            with psycopg.connect(address, autocommit=True) as connection:
                connection.execute(f"CREATE TABLESPACE small LOCATION '{tables}'")
                connection.execute("CREATE DATABASE small TABLESPACE small TEMPLATE template0")
            service = Service(
                Path(name) / "data", database_url=f"{address.removesuffix('/khcn')}/small", workers=1
            )
            reported = _try(service, tables, MEGABYTES_OF_TABLES)
            with psycopg.connect(address, autocommit=True) as connection:
                connection.execute("DROP DATABASE small WITH (FORCE)")
        return reported


@contextlib.contextmanager
def _disk(folder: Path, megabytes: int) -> Iterator[Path]:
    folder.mkdir(mode=0o700)
    subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=700", "tmpfs", str(folder)], check=True
    )
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def _try(service: Service, disk: Path, megabytes: int) -> str:
    service.run("khcn", "init", "--administrator", "quantri", "--full-name", "Quản trị")
    with service:
        place = Place(service)
        filler = disk / "filler"
        _fill(filler)
        size, fitted = filler.stat().st_size, _write_until_refused(place)
        _read(place)
        reported = _what_the_operator_sees(place) if service.data == disk else ""
        filler.unlink()
        _write_again(place)
        place.compare()
    return (
        f"{size >> 20} MB written until the disk of {megabytes} MB was full; {fitted} writes still fitted, then form and capture were refused in "
        f"words, what was typed stood in the page; {len(PAGES) + 1} pages read{reported}; afterwards both written, what was acknowledged is "
        "there once, log whole"
    )


def _fill(filler: Path) -> None:
    """To the last byte."""
    with filler.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            with contextlib.suppress(OSError):
                while True:
                    file.write(bytes(size))


def _write_until_refused(place: Place) -> int:
    """A capture and a form are refused, as soon as the pages that their tables have are full; gives how many were stored till then."""
    before = len(place.lots) + len(place.documents)
    for send, shown in ((place.send_event, ""), (place.send_form, DOCUMENT["subject"])):
        for _each in range(_MOST_WRITES):
            status, text = send()
            if status >= REFUSED:
                break
        if status != NO_ROOM or _WORDS not in text or shown not in text:
            raise DrillError(f"{send.__name__} was answered {status}: {text[:500]}")
    return len(place.lots) + len(place.documents) - before


def _read(place: Place) -> None:
    for page in (*PAGES, QR_PAGE):
        try:
            place.browser.open(page)
        except urllib.error.HTTPError as fault:
            raise DrillError(f"{page} was answered {fault.code} while the disk was full") from fault


def _what_the_operator_sees(place: Place) -> str:
    """Monitoring has the alarms of the disk and of the database, ``khcn doctor`` the line with what to do."""
    status, content = place.wait_for(NO_ROOM)
    codes = {each["code"] for each in content.get("alarms", [])}
    if not {"disk", "database"} <= codes:
        raise DrillError(f"readiness was answered {status}: {content}")
    printed = place.doctor()
    if "HỎNG    Đĩa" not in printed:
        raise DrillError(f"doctor does not name the disk: {printed}")
    return f", alarms {', '.join(sorted(codes))}, doctor names the disk"


def _write_again(place: Place) -> None:
    for send in (place.send_form, place.send_event):
        status, text = send()
        if status >= REFUSED:
            raise DrillError(f"with room again {send.__name__} was answered {status}: {text[:500]}")
    place.wait_for(OK)
