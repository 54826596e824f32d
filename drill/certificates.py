"""Certificates for drills, made with the commands of the guide: an authority, and one for this machine."""

from __future__ import annotations

import contextlib
import ssl
import subprocess
import urllib.error
import urllib.request
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPException
from typing import TYPE_CHECKING

from drill.steps import DrillError

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Certificates:
    """Files of the authority, and of the machine 127.0.0.1."""

    authority: Path
    certificate: Path
    key: Path

    def client(self) -> ssl.SSLContext:
        """For who asks a server of the drill, and trusts this authority alone. It shows no certificate."""
        return ssl.create_default_context(cafile=str(self.authority))


def make_certificates(folder: Path) -> Certificates:
    """Raises DrillError where openssl does not make them."""
    made = Certificates(folder / "khcn-ca.pem", folder / "khcn.crt", folder / "khcn.key")
    (folder / "san").write_text("subjectAltName=IP:127.0.0.1", "utf-8")
    for words in (
        f"req -x509 -newkey rsa:3072 -nodes -days 2 -subj /CN=khcn-drill -addext keyUsage=critical,keyCertSign,cRLSign -keyout ca.key -out {made.authority}",
        f"req -newkey rsa:3072 -nodes -subj /CN=127.0.0.1 -keyout {made.key} -out request",
        f"x509 -req -in request -CA {made.authority} -CAkey ca.key -CAcreateserial -days 2 -extfile san -out {made.certificate}",
    ):
        done = subprocess.run(
            ["openssl", *words.split()], cwd=folder, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise DrillError(f"openssl: {done.stderr}")
    return made


def check_plaintext_is_refused(
    psql: str, database: str, patroni: str, etcd: str, trusts: ssl.SSLContext
) -> None:
    """Neither database, Patroni nor etcd answers who comes without TLS; nor etcd and Patroni's buttons who shows no certificate.

    Raises DrillError where one of them does.
    """
    command = [psql, "--command=SELECT 1", f"{database} sslmode=disable"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if "no encryption" not in done.stderr:
        raise DrillError(f"PostgreSQL takes connections without TLS: {done.stdout}{done.stderr}")
    for address, context in (
        (f"http://{patroni}/cluster", None),
        (f"http://{etcd}/health", None),
        (f"https://{etcd}/health", trusts),
    ):
        with (
            contextlib.suppress(OSError, HTTPException),
            urllib.request.urlopen(address, timeout=2, context=context) as answer,
        ):
            raise DrillError(f"{address} answers {answer.status}")
    button = urllib.request.Request(f"https://{patroni}/restart", data=b"{}", method="POST")
    try:
        urllib.request.urlopen(button, timeout=2, context=trusts).close()
    except urllib.error.HTTPError as refused:
        if refused.code != HTTPStatus.FORBIDDEN:
            raise DrillError(f"Patroni answers {refused.code} to a button without a certificate") from refused
    else:
        raise DrillError("Patroni carries out a button without a certificate")
