"""An installation of a drill with somebody who is signed in and a program with a key, and what was acknowledged to them."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Any, Final

from bench.service import ROOT, ServiceError
from drill.captures import MAKE_PARTY, capture
from drill.failover import STORED
from drill.steps import DrillError
from drill.use_installation import Browser

if TYPE_CHECKING:
    from bench.service import Service

OK, NO_ROOM, REFUSED = 200, 503, 400
PAGES: Final = ("/", "/science/tasks/", "/reports/", "/my-work/")
QR_PAGE: Final = "/01/09521234000013/10/DT-1"
DOCUMENT: Final = {
    "subject": "Quyết định diễn tập",
    "issued_on": "1/11/2026",
    "issuer": "Sở Khoa học và Công nghệ",
    "kind": "decision",
}
_LONGEST: Final = 60.0  # seconds for an answer, as a browser of the drill waits
_CALM_WITHIN: Final = 60  # seconds until readiness looks again and finds nothing
_DOCUMENTS: Final = f"""
import json
from khcn.reference.models import LegalDocument
print(json.dumps(list(LegalDocument.objects.filter(subject={DOCUMENT["subject"]!r}).values_list("number", flat=True))))
"""


class Place:
    """What people and programs do there. Made while the service runs; the lot of the QR page is the first event."""

    def __init__(self, service: Service) -> None:
        self.service = service
        issued = service.run("khcn", "account-password", "vanphong", "--new", "Văn phòng", "--role", "office")
        password = issued.strip().splitlines()[-1]
        self.browser = Browser("")
        self.browser.root = service.address
        self.password = self.browser.sign_in("vanphong", password)
        self.key = service.run("khcn", "shell", "-c", MAKE_PARTY).strip().splitlines()[-1]
        self.lots: list[str] = []
        self.documents: list[str] = []
        self._written = 0
        if (answer := self.send_event())[0] >= REFUSED:
            raise DrillError(f"the first capture was answered {answer}")

    def send_event(self) -> tuple[int, str]:
        """A program captures the event of a new lot; gives status and answer."""
        self._written += 1
        lot = f"DT-{self._written}"
        status, text = capture(self.service, self.key, lot, within=_LONGEST)
        if status < REFUSED:
            self.lots.append(lot)
        return status, text

    def send_form(self) -> tuple[int, str]:
        """An officer records a document; gives status and page, in which what was typed has to stand."""
        self._written += 1
        number = f"{self._written:03}/QĐ-SKHCN"
        self.browser.open("/reference/legal-documents/new/")
        try:
            self.browser.open("/reference/legal-documents/new/", {**DOCUMENT, "number": number})
        except urllib.error.HTTPError as fault:
            return fault.code, fault.read().decode()
        self.documents.append(number)
        return OK, self.browser.page

    def readiness(self) -> tuple[int, dict[str, Any]]:
        """Status and content of the readiness page."""
        try:
            with urllib.request.urlopen(f"{self.service.address}/readyz", timeout=60) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as fault:
            return fault.code, json.loads(fault.read())

    def doctor(self) -> str:
        """What `khcn doctor` prints, whatever it finds."""
        command = [sys.executable, "-m", "khcn", "doctor"]
        return subprocess.run(
            command, env=self.service.env, cwd=ROOT, capture_output=True, text=True, check=False
        ).stdout

    def wait_for(self, wanted: int) -> tuple[int, dict[str, Any]]:
        """Readiness remembers for seconds what it has found. Raises DrillError after a minute."""
        until = time.monotonic() + _CALM_WITHIN
        while (found := self.readiness())[0] != wanted:
            if time.monotonic() > until:
                raise DrillError(f"readiness is answered {found}, not {wanted}")
            time.sleep(1)
        return found

    def compare(self) -> None:
        """Each write that was acknowledged is stored once, and no other; the log holds. Raises DrillError."""
        lots = json.loads(self.service.run("khcn", "shell", "-c", STORED).strip().splitlines()[-1])
        documents = json.loads(self.service.run("khcn", "shell", "-c", _DOCUMENTS).strip().splitlines()[-1])
        for stored, acknowledged in ((lots, self.lots), (documents, self.documents)):
            if sorted(stored) != sorted(acknowledged):
                raise DrillError(
                    f"acknowledged, not stored: {set(acknowledged) - set(stored)}; stored besides: {set(stored) - set(acknowledged)}"
                )
        try:
            self.service.run("khcn", "verify-log")
        except ServiceError as fault:
            raise DrillError(f"afterwards the log does not hold: {fault}") from fault
