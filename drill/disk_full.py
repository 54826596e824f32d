"""The disk of the data folder is full (R16): pages are read, what cannot be written is refused in words, nothing is damaged, and
writing goes on when there is room again. SQLite and files, on a disk of its own in memory.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import tempfile
import urllib.error
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bench.service import Service, ServiceError
from drill.captures import MAKE_PARTY, capture
from drill.steps import DrillError
from drill.use_installation import Browser

if TYPE_CHECKING:
    from collections.abc import Iterator

MEGABYTES: Final = 64
_PAGES: Final = ("/", "/science/tasks/", "/reports/", "/my-work/")
_QR_PAGE: Final = "/01/09521234000013/10/LO-01"
_WORDS: Final = "Đĩa của máy chủ đã đầy"
_NO_ROOM, _REFUSED = 503, 400


def run() -> str:
    """Raises DrillError where a page is not read, a refusal has other words, or something is damaged."""
    if os.geteuid() != 0:
        raise DrillError("needs root: it mounts a disk")
    os.environ["KHCN_PROVINCE"] = "19"
    with contextlib.ExitStack() as stack:
        name = stack.enter_context(tempfile.TemporaryDirectory(prefix="khcn-full-"))
        data = stack.enter_context(_disk(Path(name)))
        service = _service(Path(name), data)
        service.run("khcn", "init", "--administrator", "quantri", "--full-name", "Quản trị")
        stack.enter_context(service)
        issued = service.run("khcn", "account-password", "vanphong", "--new", "Văn phòng", "--role", "office")
        browser = Browser("")
        browser.root = service.address
        browser.sign_in("vanphong", issued.strip().splitlines()[-1])
        key = service.run("khcn", "shell", "-c", MAKE_PARTY).strip().splitlines()[-1]
        if (status := capture(service, key, "LO-01")[0]) >= _REFUSED:
            raise DrillError(f"the first capture was answered {status}")
        filler = data / "filler"
        _fill(filler)
        refused = _write(browser, service, key)
        _read(browser, service)
        size = filler.stat().st_size
        filler.unlink()
        _write_again(browser, service, key)
        try:
            service.run("khcn", "verify-log")
        except ServiceError as fault:
            raise DrillError(f"afterwards the log does not hold: {fault}") from fault
    return f"{size >> 20} MB written until the disk of {MEGABYTES} MB was full; {len(_PAGES) + 1} pages read, {refused}; afterwards both written, log whole"


@contextlib.contextmanager
def _disk(folder: Path) -> Iterator[Path]:
    data = folder / "data"
    data.mkdir(mode=0o700)
    subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m,mode=700", "tmpfs", str(data)], check=True
    )
    try:
        yield data
    finally:
        subprocess.run(["umount", "--lazy", str(data)], check=True)


def _service(folder: Path, data: Path) -> Service:
    """Its log is the journal's in an installation, on another disk than the data."""
    service = Service(data)
    service.log_file = folder / "server.log"
    return service


def _fill(filler: Path) -> None:
    """To the last byte."""
    with filler.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            with contextlib.suppress(OSError):
                while True:
                    file.write(bytes(size))


def _propose(browser: Browser) -> tuple[int, str]:
    """An officer writes a record; gives status and page."""
    browser.open("/reference/legal-documents/new/")
    try:
        browser.open("/reference/legal-documents/new/", _DOCUMENT)
    except urllib.error.HTTPError as fault:
        return fault.code, fault.read().decode()
    return 200, browser.page


_DOCUMENT: Final = {
    "number": "01/QĐ-SKHCN",
    "subject": "Quyết định diễn tập đầy đĩa",
    "issued_on": "1/11/2026",
    "issuer": "Sở Khoa học và Công nghệ",
    "kind": "decision",
}


def _write(browser: Browser, service: Service, key: str) -> str:
    status, page = _propose(browser)
    if status != _NO_ROOM or _WORDS not in page or _DOCUMENT["subject"] not in page:
        raise DrillError(f"a form was answered {status}: {page[:500]}")
    status, problem = capture(service, key, "LO-02")
    if status != _NO_ROOM or _WORDS not in problem:
        raise DrillError(f"a capture was answered {status}: {problem[:500]}")
    return "form and capture refused in words, what was typed stands in the page"


def _read(browser: Browser, service: Service) -> None:
    for page in (*_PAGES, _QR_PAGE):
        try:
            browser.open(page)
        except urllib.error.HTTPError as fault:
            raise DrillError(f"{page} was answered {fault.code} while the disk was full") from fault


def _write_again(browser: Browser, service: Service, key: str) -> None:
    status, page = _propose(browser)
    if status != 200 or _DOCUMENT["subject"] not in page:  # noqa: PLR2004 -- OK
        raise DrillError(f"with room again the form was answered {status}: {page[:500]}")
    status, problem = capture(service, key, "LO-02")
    if status >= _REFUSED:
        raise DrillError(f"with room again the capture was answered {status}: {problem[:500]}")
