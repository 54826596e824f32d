"""nginx with the shipped settings in front of a service, in a folder of its own."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import socket
import subprocess
import time
from typing import TYPE_CHECKING, Final

from bench.service import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

NAME: Final = "khcn.example.vn"
STARTS_WITHIN: Final = 120  # seconds; on a machine that does much else


def find_nginx() -> str | None:
    """The program; Debian has it where only root looks."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


def environment_behind_it() -> dict[str, str]:
    """What the service is told about it."""
    return {"KHCN_HTTPS": "1", "KHCN_TRUSTED_PROXY": "127.0.0.1", "KHCN_HOSTS": f"{NAME},127.0.0.1"}


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
    return port


def settings_of_nginx(folder: Path, *, program: int, secure: int, plain: int) -> str:
    """The shipped file, with other places, and ports of this machine alone."""
    text = (ROOT / "deploy" / "nginx" / "khcn.conf").read_text("utf-8")
    text = re.sub(r"^\s*listen \[::\].*$", "", text, flags=re.MULTILINE)
    for number, port in ((443, secure), (80, plain)):
        text = re.sub(rf"listen {number}\b", f"listen 127.0.0.1:{port}", text)
    text = text.replace("127.0.0.1:8000", f"127.0.0.1:{program}")
    for place in ("/etc/khcn/tls", "/var/cache/nginx", "/var/log/nginx"):
        text = text.replace(place, str(folder))
    temporary = "".join(
        f"{name}_temp_path {folder}/{name};\n"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    # started by root its processes are those of another user, who may not write into the folders of a test
    user = "user root;\n" if os.geteuid() == 0 else ""
    return f"daemon off;\n{user}pid {folder}/pid;\nerror_log {folder}/errors;\nevents {{}}\nhttp {{\n{temporary}{text}\n}}\n"


@contextlib.contextmanager
def nginx(
    program: str, folder: Path, *, service: int, change: Callable[[str], str] = str
) -> Iterator[tuple[int, Path]]:
    """It runs, in front of the port of a service. Gives its secure port and the certificate that it shows.

    `change`: of its settings, for a measurement.
    """
    folder.mkdir(parents=True, exist_ok=True)
    made = f"req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN={NAME} -addext subjectAltName=DNS:{NAME},IP:127.0.0.1"
    key, certificate = folder / "khcn.key", folder / "khcn.crt"
    subprocess.run(  # noqa: S603 -- our own words
        ["openssl", *made.split(), "-keyout", key, "-out", certificate],  # noqa: S607
        check=True,
        capture_output=True,
    )
    secure = free_port()
    settings = settings_of_nginx(folder, program=service, secure=secure, plain=free_port())
    (folder / "nginx.conf").write_text(change(settings), "utf-8")
    with subprocess.Popen([program, "-c", folder / "nginx.conf", "-p", folder]) as process:  # noqa: S603
        try:
            until = time.monotonic() + STARTS_WITHIN
            while time.monotonic() < until:
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", secure), 1):
                    break
                time.sleep(0.05)
            yield secure, certificate
        finally:
            process.terminate()
