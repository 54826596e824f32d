"""A program of a trader that sends documents and asks what became of them, and the service that it asks."""

import http.client
import json
import subprocess
import sys
import time
from urllib.parse import urlsplit

from bench.service import ROOT, Service

PATIENCE = 120  # seconds


class ServedWorld(Service):
    """A service, and beside it a process that works on its database for the test (world.py)."""

    beside = None

    def ask(self, what):
        """What the process answers; raises where it has ended."""
        if self.beside is None:
            self.beside = subprocess.Popen(
                [sys.executable, "-m", "tests.trace.served.world"],
                env=self.env,
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        self.beside.stdin.write(what + "\n")
        self.beside.stdin.flush()
        return json.loads(self.beside.stdout.readline())

    def stop(self):
        super().stop()
        if self.beside is not None:
            self.beside.communicate()
            self.beside = None


class Program:
    """One key; a connection for each request, so that a killed server disturbs nothing but what it was answering."""

    def __init__(self, port, key):
        self.port, self.key = port, key
        self.headers = {"Authorization": f"Bearer {key}", "GS1-EPCIS-Version": "2.0.0"}

    def ask(self, method, path, body=None):
        """Status, headers and JSON (None where there is none). Raises OSError or HTTPException without an answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            sort = {} if body is None else {"Content-Type": "application/json"}
            connection.request(method, path, body, {**self.headers, **sort})
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        return answer.status, answer.headers, json.loads(content) if content else None

    def capture(self, document):
        """The path of the job that a document was taken as."""
        status, headers, content = self.ask("POST", "/epcis/capture", document)
        assert status == 202, (status, content)
        return urlsplit(headers["Location"]).path

    def ended(self, where):
        """The job, once it has ended."""
        until, pause = time.monotonic() + PATIENCE, 0.05
        while time.monotonic() < until:
            status, _headers, job = self.ask("GET", where)
            assert status == 200, (status, job)
            if not job["running"]:
                return job
            time.sleep(pause)
            pause = min(2 * pause, 0.5)  # each question costs the service what it needs for the job
        raise AssertionError(f"the job still runs after {PATIENCE} s: {job}")

    def events_of(self, epc):
        """The events of one thing."""
        status, _headers, answer = self.ask("GET", f"/epcis/events?MATCH_anyEPC={epc}&perPage=100")
        assert status == 200, (status, answer)
        return answer["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
