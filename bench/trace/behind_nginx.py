"""Pages behind labels through nginx with the shipped settings: different codes without its store, and one code from its store compared with
a file. The load comes from this machine, on the same processors.
"""

from __future__ import annotations

import http.client
import re
import shutil
import ssl
import subprocess
import time
from functools import partial
from typing import TYPE_CHECKING, Final

from django.conf import settings

from bench.measure import Bar
from bench.proxy import NAME, environment_behind_it, find_nginx, nginx
from bench.service import Service, ServiceError
from khcn.trace.models import StoredPage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CODES_PER_SECOND: Final = 2500
SHARE_OF_STATIC: Final = 0.6
_HOST: Final = "localhost"
_WORKERS: Final = 2
_CONNECTIONS, _SECONDS = 32, 8
_STORED_WITHIN: Final = 60  # seconds
_HEADERS: Final = {
    "Accept": "text/html",
    "Accept-Encoding": "gzip, deflate, br",
    "User-Agent": "Mozilla/5.0 (Linux; Android 10)",
}
_FILE: Final = "/one-page.html"
_BEFORE: Final = "location ^~ /login/ {"
_SCRIPT: Final = """
local paths, number = {}, 0
for line in io.lines("%s") do paths[#paths + 1] = line end
request = function()
    number = number + 1
    return wrk.format("GET", paths[number %% #paths + 1])
end
"""


def measure(paths: list[str], engine: str, database_url: str | None) -> Iterator[Bar]:
    """The two bars. `paths`: of codes that have pages."""
    program, load = find_nginx(), shutil.which("wrk")
    if program is None or load is None:
        missing = "không tìm thấy nginx hoặc wrk trên máy này"
        yield _codes(engine, None, missing)
        yield _hot(engine, None, missing)
        return
    folder = settings.DATA / "nginx"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    (folder / "paths").write_text("\n".join(paths), "utf-8")
    (folder / "load.lua").write_text(_SCRIPT % (folder / "paths"), "utf-8")
    service = Service(settings.DATA, database_url=database_url, workers=_WORKERS)
    service.env |= {**environment_behind_it(), "KHCN_HOSTS": f"{_HOST},127.0.0.1"}
    with service:
        for is_stored in (False, True):
            change = partial(_for_measuring, folder=folder, is_stored=is_stored)
            with nginx(program, folder, service=service.port, change=change) as (port, _certificate):
                if not is_stored:
                    (folder / _FILE.strip("/")).write_bytes(_pages(port, paths))
                    rate = _rate(load, port, "/", "--script", str(folder / "load.lua"))
                    yield _codes(engine, rate, f"{len(paths)} mã, {_WORKERS} tiến trình web, TLS")
                else:
                    hot, static = (_rate(load, port, path) for path in (paths[0], _FILE))
                    yield _hot(engine, hot / static, f"{hot:,.0f} / {static:,.0f} mỗi giây")


def _codes(engine: str, value: float | None, detail: str) -> Bar:
    name = f"mã khác nhau sau nginx không lưu, {engine}"
    return Bar(name, value, CODES_PER_SECOND, "mã/s", detail, at_least=True)


def _hot(engine: str, value: float | None, detail: str) -> Bar:
    name = f"một mã từ kho của nginx ÷ tệp tĩnh của nó, {engine}"
    return Bar(name, value, SHARE_OF_STATIC, "×", detail, at_least=True)


def _for_measuring(text: str, *, folder: Path, is_stored: bool) -> str:
    """By a name that leads to this machine, without limits of an address, from which all the load comes, with a file of the size of a page, and
    with or without nginx' store.
    """
    text = text.replace(NAME, _HOST)
    text = re.sub(r"^\s*limit_(req|conn) .*$", "", text, flags=re.MULTILINE)
    text = text.replace(_BEFORE, f"location = {_FILE} {{ root {folder}; }}\n    {_BEFORE}")
    return text if is_stored else text.replace("proxy_cache khcn;", "proxy_cache off;")


def _pages(port: int, paths: list[str]) -> bytes:
    """Have the pages made and stored, and give one. Raises ServiceError where they are not stored."""
    StoredPage.objects.all().delete()
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    connection = http.client.HTTPSConnection(_HOST, port, context=trusting, timeout=_STORED_WITHIN)
    for path in paths:
        connection.request("GET", path, headers=_HEADERS)
        answer = connection.getresponse()
        content = answer.read()
        if answer.status != http.HTTPStatus.OK:
            raise ServiceError(f"{path}: {answer.status}")
    connection.close()
    until = time.monotonic() + _STORED_WITHIN
    while StoredPage.objects.count() < len(paths):
        if time.monotonic() > until:
            raise ServiceError(f"{StoredPage.objects.count()} of {len(paths)} pages are stored")
        time.sleep(1)
    return content


def _rate(load: str, port: int, path: str, *more: str) -> float:
    """Answers in a second. Raises ServiceError where one is no page."""
    headers = [word for name, value in _HEADERS.items() for word in ("--header", f"{name}: {value}")]
    done = subprocess.run(  # noqa: S603 -- our own words
        [
            load,
            "--threads=1",
            f"--connections={_CONNECTIONS}",
            f"--duration={_SECONDS}s",
            *headers,
            *more,
            f"https://{_HOST}:{port}{path}",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    if "Non-2xx" in done.stdout or "Socket errors" in done.stdout:
        raise ServiceError(done.stdout)
    return float(re.search(r"Requests/sec:\s+([0-9.]+)", done.stdout)[1])  # type: ignore[index]
