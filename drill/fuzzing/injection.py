"""Attempts at SQL injection with sqlmap: `python -m drill.fuzzing.injection ADDRESS SECONDS FOLDER`.

Filters of all lists, search, pages with a period, look-ups of labels and queries of events, one address after another; the next
slice goes on where this one ended. Before them a page that can be injected is tried, so that a tool that finds nothing is noticed.
"""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from drill.fuzzing import world
from drill.fuzzing.found import Findings
from drill.fuzzing.pages import Visitor
from drill.fuzzing.sent import Request, Sender
from drill.fuzzing.world import PROGRAM, Person

SQLMAP: Final = (
    "--batch", "--disable-coloring", "--flush-session", "--level=2", "--risk=1", "--timeout=60", "--retries=1", "--time-sec=5", "--technique=BEUST",
    "--ignore-code=*", "--skip-waf", "--answers=redirect=N",
)  # fmt: skip
_INJECTED: Final = ("identified the following injection point", "' is vulnerable", "appears to be injectable")
_REQUEST: Final = re.compile(r"^HTTP request \[#(\d+)\]", re.MULTILINE)
_PARAMETER: Final = re.compile(r"testing (?:if )?(?:\S+ )?parameter '#?([^']+)'")
_LONGEST: Final = 900.0  # seconds for one address


@dataclass(frozen=True, slots=True)
class Aim:
    """An address with its parameters, and who asks."""

    url: str
    headers: tuple[str, ...]
    dbms: str = "PostgreSQL"


def aims(address: str, sender: Sender) -> list[Aim]:
    """The filters that the lists offer, and what strangers and programs may ask."""
    from khcn.kernel.registers.registry import registers  # local: settings first

    people = {each.role: each for each in world.people()}
    reader, program = Visitor(people["admin"]), people[PROGRAM]
    found = [
        _of_filter(address, url, sender, reader)
        for url in (
            *(each.list_url() for each in registers()),
            "/search/?q=a",
            "/deadlines/",
            "/reports/",
            "/figures/",
            "/accounts/",
        )
    ]
    cookie = (f"Cookie: {reader.headers()['Cookie']}",)
    found += [
        Aim(f"{address}{path}", cookie)
        for path in ("/search/?q=nghien*", "/search/suggest/?q=lua*", "/period/?period=year:2023*&next=/")
    ]
    found += [Aim(f"{address}{path}", ()) for path in _PUBLIC]
    key = (f"Authorization: Bearer {program.token}", "GS1-EPCIS-Version: 2.0.0")
    found += [Aim(f"{address}/epcis/events?{query}", key) for query in _QUERIES]
    api = (f"Authorization: Bearer {people['office'].token}",)
    found += [Aim(f"{address}/api{each.list_url()}?q=a&size=5&after=1", api) for each in registers()]
    return found


_PUBLIC: Final = (
    "/01/09521234000013*/10/BEN-1*?linkType=all",
    "/00/095212340000000173*",
    "/01/09521234220312/21/1*?context=a&linkType=gs1:pip",
    "/login/?next=/",
)
_QUERIES: Final = (
    "MATCH_epc=https://id.gs1.org/01/09521234000013/21/1&EQ_bizStep=shipping&perPage=5",
    "MATCH_anyEPCClass=urn:epc:class:lgtin:9521234.000001.BEN-1&EQ_action=ADD&orderBy=eventTime",
    "EQ_vidu:a=x&EXISTS_vidu:b=&EQ_ILMD_vidu:c=y&EQ_eventID=ni:///sha-256;a",
    "GE_eventTime=2026-10-09T08:30:00%2B07:00&EQ_readPoint=https://id.gs1.org/414/9521234022039&nextPageToken=a",
    "HASATTR_bizLocation_x=y&EQATTR_bizLocation_x=y&WD_readPoint=https://id.gs1.org/414/9521234022039",
)


def _of_filter(address: str, url: str, sender: Sender, reader: Visitor) -> Aim:
    """The list with all parameters that its own form sends."""
    answer = sender.send(Request("GET", url, reader.headers()))
    visitor = Visitor(Person("", reader.person.session))
    if answer is not None:
        visitor.learn(urlsplit(url).path, answer)
    own = [
        each
        for pages in visitor.pages.values()
        for each in pages
        if urlsplit(each).path == urlsplit(url).path
    ]
    pairs = {
        name: value or "1"
        for each in (*own, url)
        for name, value in parse_qsl(urlsplit(each).query, keep_blank_values=True)
    }
    query = urlencode(pairs or {"q": "a", "sort": "1"})
    return Aim(f"{address}{urlsplit(url).path}?{query}", (f"Cookie: {reader.headers()['Cookie']}",))


def attempt(aim: Aim, seconds: float, folder: Path) -> tuple[bool, int, str]:
    """Whether something could be injected, how many requests were sent, and what the tool reported."""
    traffic = folder / "sqlmap-traffic.txt"
    traffic.unlink(missing_ok=True)
    command = [
        str(Path(sys.executable).with_name("sqlmap")), *SQLMAP, f"--url={aim.url}", f"--dbms={aim.dbms}", f"--time-limit={max(5, int(seconds))}",
        f"--output-dir={folder / 'sqlmap'}", "-t", str(traffic), *(f"--header={each}" for each in aim.headers),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    reported = done.stdout + done.stderr
    sent = _REQUEST.findall(traffic.read_text("utf-8", "replace")) if traffic.exists() else []
    return any(each in reported for each in _INJECTED[:2]), len(sent), reported


class _Injectable(BaseHTTPRequestHandler):
    """What must be found: a parameter that becomes part of a statement."""

    def do_GET(self) -> None:
        """Rows whose name is the parameter."""
        given = dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True)).get("q", "")
        with sqlite3.connect(":memory:") as database:
            database.execute("CREATE TABLE goods (name TEXT)")
            database.executemany("INSERT INTO goods VALUES (?)", [("a",), ("b",)])
            try:
                rows = database.execute(f"SELECT name FROM goods WHERE name = '{given}'").fetchall()  # noqa: S608 -- on purpose
                body, status = f"<ul>{''.join(f'<li>{row[0]}</li>' for row in rows)}</ul>", 200
            except sqlite3.Error as fault:
                body, status = f"<p>{fault}</p>", 500
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_arguments: object) -> None:
        """Nothing."""


def finds_what_can_be_injected(folder: Path) -> bool:
    """Whether the tool works as it is set up here."""
    server = HTTPServer(("127.0.0.1", 0), _Injectable)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        found, _sent, _reported = attempt(
            Aim(f"http://127.0.0.1:{server.server_port}/?q=a", (), "SQLite"), 120, folder
        )
    finally:
        server.shutdown()
        server.server_close()
    return found


def main(address: str, seconds: float, folder: Path) -> None:
    """Go on for so long."""
    world.set_up()
    until = time.monotonic() + seconds
    findings = Findings(folder / "found", "injection")
    if not finds_what_can_be_injected(folder):
        findings.note("sqlmap does not find what can be injected", b"", "the page of the drill itself")
    sender, place_file = Sender(address, findings), folder / "injection-next"
    all_aims = aims(address, sender)
    place = int(place_file.read_text("utf-8")) if place_file.exists() else 0
    tried = finished = 0
    while (rest := until - time.monotonic()) > 1:
        aim = all_aims[place % len(all_aims)]
        place += 1
        injected, sent, reported = attempt(aim, min(rest, _LONGEST), folder)
        tried += sent
        finished += (
            "do not appear to be injectable" in reported or "does not seem to be injectable" in reported
        )
        if injected:
            findings.note(f"injected: {Request('GET', aim.url).shape()}", aim.url.encode(), reported[-6000:])
        sender.look_at_log(Request("GET", aim.url))
        print(sent, aim.url, _PARAMETER.findall(reported)[:40], reported[-400:], flush=True)
        place_file.write_text(str(place), encoding="utf-8")
        (folder / "counts").mkdir(parents=True, exist_ok=True)
        count = {"target": "injection", "tried": tried, "addresses": finished, "of": len(all_aims)}
        (folder / "counts" / f"injection-{int(until)}.json").write_text(json.dumps(count))


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]), Path(sys.argv[3]).resolve())
