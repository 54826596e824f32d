"""A real PostgreSQL is stopped and started again below the running service: public pages are shown as they last were, staff pages
say what to do, and afterwards everything goes on by itself.
"""

import contextlib
import http.client
import json
import os
import signal
import subprocess
import time
from pathlib import Path
from urllib.parse import unquote

import pytest

from bench.service import Service
from tests.own_database import postgresql_server
from tests.trace.rest_given import document, event
from tests.trace.served.client import Program
from tools import postgres

LOT = "/01/09521234220312/10/LO-1"
NAMED = "https://id.gs1.org" + LOT


def ask(port, path, **headers):
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=120)) as connection:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read().decode()


def wait_until_fresh(port):
    """/readyz cannot tell when: it remembers for five seconds what it found last."""
    until = time.monotonic() + 120
    while "Warning" in ask(port, LOT)[1]:
        assert time.monotonic() < until, "the page is still an old one"
        time.sleep(0.05)


def server_in(home):
    """Process and command line of the server with that folder."""
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            command = [word.decode() for word in (folder / "cmdline").read_bytes().split(b"\0") if word]
            if "-k" in command and str(home) in command:
                return int(folder.name), command
    raise AssertionError(f"no server runs in {home}")


def stop(process, home):
    os.kill(process, signal.SIGINT)
    until = time.monotonic() + 120
    while (home / "data" / "postmaster.pid").exists() and time.monotonic() < until:
        time.sleep(0.05)


@contextlib.contextmanager
def started_again(command, home):
    environment = {"PATH": os.defpath, "LC_ALL": "C.UTF-8"}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, cwd=home, env=environment, **quiet, **postgres._account()) as server:
        try:
            yield
        finally:  # else a failed assertion waits for the server without an end
            server.send_signal(signal.SIGINT)


@pytest.mark.xdist_group("programs")
def test_stopped_and_started(tmp_path):
    with contextlib.ExitStack() as stack:
        address = stack.enter_context(postgresql_server())
        home = Path(unquote(address.rpartition("@")[2].partition("/")[0]))
        service = Service(tmp_path, database_url=address, workers=1)
        program = Program(service.port, json.loads(service.run("tests.trace.served.world", "prepare"))["key"])
        process, command = server_in(home)
        with service:
            made = event(1, action="ADD", epcList=None, quantityList=[{"epcClass": NAMED}])
            assert program.ended(program.capture(json.dumps(document(made))))["success"]
            before = ask(service.port, LOT)
            assert before[0] == 200
            stop(process, home)
            status, headers, body = ask(service.port, LOT)
            stale = (200, '110 - "Response is Stale"', "no-store")
            assert (status, headers["Warning"], headers["Cache-Control"]) == stale
            assert "Máy chủ dữ liệu đang tạm ngừng" in body
            status, headers, body = ask(
                service.port, "/", Cookie="sessionid=abcdefghijklmnopqrstuvwxyz012345"
            )
            assert (status, headers["Retry-After"]) == (503, "15")
            assert "Cơ sở dữ liệu đang tạm ngừng" in body
            assert program.ask("GET", "/epcis/events")[0] == 503
            with started_again(command, home):
                service.wait()
                wait_until_fresh(service.port)
                assert [ask(service.port, LOT)[0::2] for _each in range(8)] == [before[0::2]] * 8
                assert program.ask("GET", "/epcis/events")[0] == 200
                service.stop()
