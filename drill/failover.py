"""The primary database server is killed while events are captured and reports made: nothing acknowledged is lost, and writers
go on within 30 seconds. Three etcd, two PostgreSQL under Patroni with the shipped configuration, all on this machine.
"""

from __future__ import annotations

import contextlib
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING, Final

from bench.service import Service
from drill.captures import MAKE_PARTY, capture
from drill.certificates import Certificates, check_plaintext_is_refused, make_certificates
from drill.installation import CHECKOUT
from drill.steps import DrillError
from tools import postgres

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterator
    from http.client import HTTPResponse

CONFIGURATION: Final = CHECKOUT / "deploy" / "patroni" / "patroni.yml"
ROLES: Final = CHECKOUT / "deploy" / "patroni" / "create.sql"
MOST: Final = 30.0  # seconds without a write
_CALM: Final = 8.0
_AFTERWARDS: Final = 15.0
_WRITERS: Final = 4
_UP_WITHIN: Final = 90.0
_PASSWORD: Final = "dien-tap"  # noqa: S105 -- of servers that live for a minute
PROVINCE: Final = "19"
_REPORT: Final = ("khcn", "report", "bao-cao-9-thang", "2026")


def run() -> str:
    """Raises DrillError where an acknowledged event is missing, one is there twice, or writers stood longer."""
    binaries = postgres.find_binaries()
    missing = [name for name in ("patroni", "etcd") if shutil.which(name) is None]
    if binaries is None or missing:
        raise DrillError(
            "needs PostgreSQL, patroni and etcd (Debian: postgresql, patroni, python3-etcd, etcd-server)"
        )
    os.environ["KHCN_PROVINCE"] = PROVINCE
    with contextlib.ExitStack() as stack:
        name = stack.enter_context(tempfile.TemporaryDirectory(prefix="khcn-failover-", dir="/var/tmp"))
        pair = stack.enter_context(_pair(Path(name), binaries))
        service = Service(Path(name) / "data", database_url=pair.address("khcn"), workers=2)
        service.env["KHCN_OWNER_DATABASE_URL"] = pair.address("khcn_owner")
        service.run("khcn", "init", "--administrator", "quantri", "--full-name", "Quản trị")
        stack.enter_context(service)
        key = service.run("khcn", "shell", "-c", MAKE_PARTY).strip().splitlines()[-1]
        ended = Event()
        writers = [Writer(service, key, number, ended) for number in range(_WRITERS)]
        reports = _Reports(service, ended)
        for each in (*writers, reports):
            each.start()
        time.sleep(_CALM)
        killed, at = pair.kill_primary(), time.monotonic()
        taken_over = pair.wait_for_primary(without=killed) - at
        time.sleep(_AFTERWARDS)
        ended.set()
        for each in (*writers, reports):
            each.join()
        stored = json.loads(service.run("khcn", "shell", "-c", STORED).strip().splitlines()[-1])
    acknowledged = [one for each in writers for one in each.acknowledged]
    lost = sorted(set(acknowledged) - set(stored))
    if lost or len(stored) != len(set(stored)):
        raise DrillError(f"{len(lost)} acknowledged events are missing: {lost[:5]}; {len(stored)} stored")
    gap = max(each.longest_gap() for each in writers)
    if gap > MOST or any(not each.wrote_after(at) for each in writers):
        raise DrillError(f"writers stood {gap:.1f} s, at most {MOST:.0f}")
    if not reports.made_after(at):
        raise DrillError("no report was made afterwards")
    return (
        f"{len(acknowledged)} events acknowledged, all stored once; another primary after {taken_over:.1f} s, "
        f"longest pause of a writer {gap:.1f} s (at most {MOST:.0f}); {len(reports.made)} reports made"
    )


STORED: Final = """
import json
from khcn.trace.models import EventObject
found = EventObject.objects.filter(thing__startswith="https://id.gs1.org/01/09521234000013/10/DT-").values_list("thing", "event")
print(json.dumps([thing.rpartition("/")[2] for thing, _event in set(found)]))  # an event names a lot in several roles
"""


class Writer(Thread):
    """Captures one event after the other; what was acknowledged, and when."""

    def __init__(self, service: Service, key: str, number: int, ended: Event) -> None:
        super().__init__(daemon=True)
        self._service, self._key, self._number, self._ended = service, key, number, ended
        self.acknowledged: list[str] = []
        self.times: list[float] = []
        self.last_refusal = ""

    def run(self) -> None:
        """What was not acknowledged is not sent again: another one follows."""
        number = 0
        while not self._ended.is_set():
            number += 1
            lot = f"DT-{self._number}-{number}"
            if self._capture(lot):
                self.acknowledged.append(lot)
                self.times.append(time.monotonic())
            else:
                time.sleep(0.2)

    def _capture(self, lot: str) -> bool:
        try:
            status, text = capture(self._service, self._key, lot)
        except OSError as fault:
            self.last_refusal = str(fault)
            return False
        if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
            return True
        self.last_refusal = f"{status} {text[:200]}"
        return False

    def longest_gap(self) -> float:
        """Between two events that were acknowledged."""
        return max((b - a for a, b in zip(self.times, self.times[1:], strict=False)), default=float("inf"))

    def wrote_after(self, at: float) -> bool:
        """Whether it went on."""
        return any(each > at for each in self.times)


class _Reports(Thread):
    """Makes the nine-month report again and again."""

    def __init__(self, service: Service, ended: Event) -> None:
        super().__init__(daemon=True)
        self._service, self._ended = service, ended
        self.made: list[float] = []

    def run(self) -> None:
        """A report that fails while the database is away is made again."""
        target = str(self._service.data / "report.docx")
        while not self._ended.is_set():
            with contextlib.suppress(RuntimeError):
                self._service.run(*_REPORT, "-o", target)
                self.made.append(time.monotonic())

    def made_after(self, at: float) -> bool:
        """Whether one was made since."""
        return any(each > at for each in self.made)


@dataclass
class _Node:
    """One database server: its ports, its folder and the process of Patroni."""

    name: str
    port: int
    rest: int
    folder: Path
    trusts: ssl.SSLContext
    process: subprocess.Popen[bytes] | None = None

    def _ask(self, what: str) -> HTTPResponse:
        address = f"https://127.0.0.1:{self.rest}/{what}"
        answer: HTTPResponse = urllib.request.urlopen(address, timeout=2, context=self.trusts)
        return answer

    def is_primary(self) -> bool:
        """By Patroni's own answer."""
        try:
            with self._ask("primary") as answer:
                return bool(answer.status == 200)  # noqa: PLR2004 -- OK
        except OSError:
            return False

    def has_sync_standby(self) -> bool:
        """Whether it is the primary and another server confirms each transaction."""
        try:
            with self._ask("cluster") as answer:
                members = json.load(answer)["members"]
        except OSError:
            return False
        return any(each["role"] == "sync_standby" and each["state"] == "streaming" for each in members)


@dataclass
class _Pair:
    """Both servers."""

    binaries: Path
    nodes: list[_Node]
    certificates: Certificates
    etcd: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def address(self, role: str) -> str:
        """For the application: both servers, of which the library takes the one that can be written to."""
        ports = ",".join(str(each.port) for each in self.nodes)
        hosts = ",".join("127.0.0.1" for _each in self.nodes)
        verified = f"sslmode=verify-ca&sslrootcert={self.certificates.authority}"
        more = f"target_session_attrs=read-write&connect_timeout=3&{verified}"
        return f"postgresql://{role}:{_PASSWORD}@/khcn?host={hosts}&port={ports}&{more}"

    def wait_for_primary(self, *, without: _Node | None = None) -> float:
        """When there is one; with a second server behind it where both run."""
        until = time.monotonic() + _UP_WITHIN
        while time.monotonic() < until:
            for node in self.nodes:
                if node is not without and node.is_primary() and (without or node.has_sync_standby()):
                    return time.monotonic()
            time.sleep(0.2)
        raise DrillError(
            "no primary: "
            + "\n".join((each.folder / "log").read_text("utf-8", "replace")[-1500:] for each in self.nodes)
        )

    def primary(self) -> _Node:
        """The one that can be written to now."""
        [found] = [each for each in self.nodes if each.is_primary()]
        return found

    def kill_primary(self) -> _Node:
        """As when a machine loses its power: Patroni and PostgreSQL at once."""
        node = self.primary()
        assert node.process is not None
        postmaster = int((node.folder / "data" / "postmaster.pid").read_text().split()[0])
        node.process.kill()
        children = subprocess.run(
            ["pgrep", "--parent", str(postmaster)], capture_output=True, text=True, check=False
        )
        for pid in (postmaster, *map(int, children.stdout.split())):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        node.process.wait()
        return node


@contextlib.contextmanager
def _pair(folder: Path, binaries: Path) -> Iterator[_Pair]:
    folder.chmod(0o755)
    clients, peers = _free_ports(3), _free_ports(3)
    ports = _free_ports(4)
    certificates = make_certificates(folder)
    trusts = certificates.client()
    nodes = [
        _Node(f"may{n + 1}", ports[2 * n], ports[2 * n + 1], folder / f"may{n + 1}", trusts) for n in range(2)
    ]
    pair = _Pair(binaries, nodes, certificates)
    try:
        pair.etcd = [_start_etcd(folder, number, clients, peers, certificates) for number in range(3)]
        _wait_for_etcd(clients[0], certificates)
        for node in nodes:
            _start_node(node, binaries, clients, certificates)
        pair.wait_for_primary()
        _make_roles(pair)
        primary = pair.primary()
        check_plaintext_is_refused(
            str(binaries / "psql"), f"host=127.0.0.1 port={primary.port} user=khcn password={_PASSWORD} dbname=khcn",
            f"127.0.0.1:{primary.rest}", f"127.0.0.1:{clients[0]}", primary.trusts,
        )  # fmt: skip
        yield pair
    finally:
        for node in nodes:
            if node.process is not None and node.process.poll() is None:
                node.process.terminate()  # Patroni stops its server
        for node in nodes:
            if node.process is not None:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    node.process.wait(30)
        for process in pair.etcd:
            process.kill()
            process.wait()


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _each in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


def _start_etcd(
    folder: Path, number: int, clients: list[int], peers: list[int], made: Certificates
) -> subprocess.Popen[bytes]:
    cluster = ",".join(f"e{n}=https://127.0.0.1:{port}" for n, port in enumerate(peers))
    client, peer = f"https://127.0.0.1:{clients[number]}", f"https://127.0.0.1:{peers[number]}"
    tls = [
        f"--{of}{name}={value}"
        for of in ("", "peer-")
        for name, value in (
            ("cert-file", made.certificate), ("key-file", made.key), ("trusted-ca-file", made.authority), ("client-cert-auth", "true"),
        )
    ]  # fmt: skip
    with (folder / f"etcd{number}.log").open("wb") as log:
        return subprocess.Popen(
            ["etcd", f"--name=e{number}", f"--data-dir={folder}/etcd{number}", f"--listen-client-urls={client}",
             f"--advertise-client-urls={client}", f"--listen-peer-urls={peer}", f"--initial-advertise-peer-urls={peer}",
             f"--initial-cluster={cluster}", "--initial-cluster-state=new", *tls],
            stdout=log,
            stderr=subprocess.STDOUT,
        )  # fmt: skip


def _wait_for_etcd(port: int, made: Certificates) -> None:
    context = made.client()
    context.load_cert_chain(made.certificate, made.key)
    until = time.monotonic() + _UP_WITHIN
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(
                f"https://127.0.0.1:{port}/health", timeout=2, context=context
            ) as answer:
                if json.load(answer)["health"] == "true":
                    return
        except OSError:
            pass
        time.sleep(0.2)
    raise DrillError("etcd did not come up")


def _start_node(node: _Node, binaries: Path, clients: list[int], made: Certificates) -> None:
    """The shipped configuration with the addresses of this machine."""
    account = pwd.getpwnam("postgres")
    node.folder.mkdir()
    own = [node.folder / each.name for each in (made.authority, made.certificate, made.key)]
    for each in own:
        shutil.copyfile(made.authority.parent / each.name, each)
        each.chmod(0o400)
    text = CONFIGURATION.read_text("utf-8")
    for old, new in (
        ("TEN_MAY", node.name),
        ("DIA_CHI:8008", f"127.0.0.1:{node.rest}"),
        ("DIA_CHI:5432", f"127.0.0.1:{node.port}"),
        ("ETCD", ",".join(f"127.0.0.1:{port}" for port in clients)),
        ("/var/lib/postgresql/khcn", str(node.folder / "data")),
        ("/var/lib/postgresql/.pgpass-khcn", str(node.folder / "pgpass")),
        ("/usr/lib/postgresql/17/bin", str(binaries)),
        ("/var/run/postgresql", str(node.folder)),
        ("MAT_KHAU_QUAN_TRI", _PASSWORD),
        ("MAT_KHAU_SAO_CHEP", _PASSWORD),
        *((f"/etc/postgresql/{each.name}", str(each)) for each in own),
    ):
        if old not in text:
            raise DrillError(f"{CONFIGURATION} has no {old}")
        text = text.replace(old, new)
    (node.folder / "patroni.yml").write_text(text, "utf-8")
    for path in (node.folder, node.folder / "patroni.yml", *own):
        os.chown(path, account.pw_uid, account.pw_gid)
    with (node.folder / "log").open("wb") as log:
        node.process = subprocess.Popen(
            ["patroni", str(node.folder / "patroni.yml")],
            stdout=log,
            stderr=subprocess.STDOUT,
            user=account.pw_uid,
            group=account.pw_gid,
            extra_groups=[],
            cwd=node.folder,
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "HOME": str(node.folder)},
        )


def _make_roles(pair: _Pair) -> None:
    primary = pair.primary()
    verified = f"sslmode=verify-ca sslrootcert={pair.certificates.authority}"
    command = [
        str(pair.binaries / "psql"),
        f"host=127.0.0.1 port={primary.port} user=postgres password={_PASSWORD} dbname=postgres {verified}",
        "--quiet", "--set=ON_ERROR_STOP=1", f"--variable=app={_PASSWORD}", f"--variable=owner={_PASSWORD}", f"--file={ROLES}",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise DrillError(done.stderr)
