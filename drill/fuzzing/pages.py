"""Requests that bend what pages offer: `python -m drill.fuzzing.pages ADDRESS SECONDS FOLDER`.

Each account follows links and sends forms, with some of their values changed; a program of a maker sends changed documents and
queries, and a stranger asks for labels. Addresses and forms are taken by their shape, so that a thousand records of one register
count as one page.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit

from lxml import html

from drill.fuzzing import world
from drill.fuzzing.found import Findings
from drill.fuzzing.mutators import change_json, change_member, change_xml, changed_text
from drill.fuzzing.sent import Request, Sender
from drill.fuzzing.world import PROGRAM, STRANGER, Person

if TYPE_CHECKING:
    from collections.abc import Sequence

    from drill.fuzzing.sent import Answer

NASTY: Final = (
    "", " ", "\x00", "9" * 40, "9" * 5000, "-1", "0", "1.5", "1e400", "NaN", "inf", "' OR 1=1 --", "'", '"', "\\", "%", "%00", "%s", "{0}", "{{7*7}}${7*7}", "٣", "²",
    "<script>alert(1)</script>", "á" * 3000, "2023-02-30", "0001-01-01", "9999-12-31", "31/12/9999", "//ke.xau/", "javascript:1", "month:0", "year:x", "year:9999999",
    "quarter:5:2023", "../../etc/passwd", "a\r\nX: y", "\u202e", "\ufeff", "\U0001f600", "ạ̣", "true", "null", "[]", "{}", "on", "__proto__", "-", ",", "1,2,3", "999999999999999999", "9223372036854775808",
    "-9223372036854775809", "2147483648", "1.000.000.000.000.000", "0,1", "-0", "tháng 13/2023", "quý V/2023", "GET", "id", "-id", "pk", "unit__name", "password",
)  # fmt: skip
NAMES: Final = "q after before sort unit year kind number regime on from copy text code aspect day actor model action next register show level field start_year size page".split()
STARTS: Final = (
    "/", "/my-work/", "/my-work/calendar/", "/deadlines/", "/search/?q=a", "/search/suggest/?q=a", "/figures/", "/accounts/", "/tokens/", "/sessions/", "/reports/", "/import/", "/system/",
    "/science/tasks/", "/science/proposals/", "/reference/legal-documents/", "/trace/trace-parties/", "/trace/events/", "/trace/provinces/", "/privacy/", "/api/", "/metrics", "/readyz",
)  # fmt: skip
LABELS: Final = (
    "/01/09521234000013/10/BEN-1",
    "/01/09521234220312",
    "/01/09521234220312/21/1",
    "/00/095212340000000173",
    "/414/9521234022039",
    "/.well-known/gs1resolver",
)
EPCIS: Final = (
    "/epcis/", "/epcis/events", "/epcis/capture", "/epcis/queries", "/epcis/epcs", "/epcis/bizSteps", "/epcis/bizLocations", "/epcis/readPoints", "/epcis/dispositions", "/epcis/eventTypes",
    "/epcis/trace/up", "/epcis/trace/down", "/epcis/events/ni:///sha-256;a", "/epcis/nextPageToken/a", "/epcis/queries/a/events", "/epcis/queries/a/subscriptions",
)  # fmt: skip
_ACCEPTED: Final = (
    "*/*",
    "application/json",
    "application/ld+json",
    "application/xml",
    "text/html",
    "text/turtle",
    "application/linkset+json",
    "image/*",
    "a",
    ";q=x",
    "*/*;q=0",
)
_LEFT_OUT: Final = ("/logout/", "/static/", "/login/provider/")
_OF_A_SHAPE: Final = 6  # addresses and forms that are remembered of each
_SHAPES: Final = 1500
_CSRF: Final = "d" * 32
_LONGEST: Final = 3 * 2**20
_FOUND, _MOVED, _NO_LONGER = 200, range(300, 400), "/login/"


@dataclass(frozen=True, slots=True)
class Form:
    """What a page offers to send."""

    path: str
    fields: tuple[tuple[str, str], ...]
    files: tuple[str, ...]


@dataclass
class Visitor:
    """One account, and what it has seen."""

    person: Person
    pages: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    forms: dict[str, list[Form]] = field(default_factory=lambda: defaultdict(list))

    def headers(self) -> dict[str, str]:
        """With the cookies of the session."""
        session = f"sessionid={self.person.session}; " if self.person.session else ""
        return {"Cookie": f"{session}csrftoken={_CSRF}", "Accept": "text/html,*/*"}

    def learn(self, at: str, answer: Answer) -> None:
        """Links and forms of a page."""
        if (
            answer.kind != "text/html"
            or answer.status != _FOUND
            or len(answer.body) > _LONGEST
            or not answer.body.strip()
        ):
            return
        page: Any = html.fromstring(answer.body)
        for link in page.xpath("//a/@href | //@hx-get"):
            self._keep_page(urljoin(at, str(link)))
        for form in page.xpath("//form"):
            self._keep_form(at, form)

    def _keep_page(self, address: str) -> None:
        parts = urlsplit(address)
        if parts.scheme or parts.netloc or not parts.path.startswith("/") or parts.path.startswith(_LEFT_OUT):
            return
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        _keep(
            self.pages,
            Request("GET", path).shape()
            + "?"
            + "&".join(sorted({name for name, _value in parse_qsl(parts.query)})),
            path,
        )

    def _keep_form(self, at: str, form: Any) -> None:
        path = urljoin(at, form.get("action") or at)
        if urlsplit(path).netloc or path.startswith(_LEFT_OUT):
            return
        fields, files = [], []
        for each in form.xpath(".//input[@name] | .//select[@name] | .//textarea[@name] | .//button[@name]"):
            if each.get("type") == "file":
                files.append(each.get("name"))
            else:
                fields.append((each.get("name"), _value_of(each)))
        if (form.get("method") or "get").lower() == "get":
            self._keep_page(urlsplit(path).path + "?" + urlencode(fields))
        else:
            _keep(self.forms, Request("POST", path).shape(), Form(path, tuple(fields), tuple(files)))


def _keep(there: dict[str, list[Any]], shape: str, each: Any) -> None:
    if (shape in there or len(there) < _SHAPES) and each not in there[shape]:
        there[shape].append(each)
        del there[shape][:-_OF_A_SHAPE]


def _value_of(element: Any) -> str:
    if element.tag == "select":
        values = element.xpath(".//option[@value]/@value")
        chosen = element.xpath(".//option[@selected]/@value")
        return str((chosen or values or [""])[-1])
    if element.tag == "textarea":
        return str(element.text or "")
    return str(element.get("value") or ("on" if element.get("type") in {"checkbox", "radio"} else ""))


class Walk:
    """All visitors on one service."""

    def __init__(self, sender: Sender, chance: random.Random) -> None:
        self._sender, self._chance = sender, chance
        self._visitors = self._anew()
        self._documents = _documents()
        self._workbooks = _workbooks()

    def _anew(self) -> list[Visitor]:
        visitors = [Visitor(each) for each in world.people()]
        for visitor in visitors:
            for address in (
                (*EPCIS, *LABELS) if visitor.person.role in {PROGRAM, STRANGER} else (*STARTS, *LABELS)
            ):
                visitor._keep_page(address)  # noqa: SLF001 -- of this module
        return visitors

    def _once_in(self, share: float) -> bool:
        return self._chance.random() < share

    def step(self) -> None:
        """One request of somebody."""
        visitor = self._chance.choice(self._visitors)
        if visitor.person.role == PROGRAM:
            self._sender.send(self._of_program(visitor.person.token))
            return
        request = (
            self._form(visitor) if visitor.forms and self._once_in(0.35) else self._page(visitor)
        )  # a third are forms
        answer = self._sender.send(request)
        if answer is None:
            return
        where = answer.headers.get("location", "")
        if visitor.person.session and answer.status in _MOVED and urlsplit(where).path.startswith(_NO_LONGER):
            self._renew(visitor)
        elif answer.status in _MOVED:
            visitor._keep_page(where)  # noqa: SLF001 -- of this module
        visitor.learn(urlsplit(request.path).path, answer)

    def _renew(self, visitor: Visitor) -> None:
        """It has been signed out, or its account was changed."""
        found = next(each for each in world.people() if each.role == visitor.person.role)
        visitor.person.session = found.session

    def _page(self, visitor: Visitor) -> Request:
        address = self._chance.choice(visitor.pages[self._chance.choice(list(visitor.pages))])
        headers = visitor.headers()
        if self._once_in(0.3):  # as it is, to see more
            return Request("GET", _quoted(address), headers)
        parts = urlsplit(address)
        pairs = [
            (name, self._bent(value, 0.4)) for name, value in parse_qsl(parts.query, keep_blank_values=True)
        ]
        more = range(self._chance.randrange(3))
        pairs += [(self._chance.choice(NAMES), self._chance.choice(NASTY)) for _each in more]
        path = parts.path
        if self._once_in(0.15):  # seldom: most are simply not there
            path = changed_text(path, self._chance, ("/", "0", "9" * 20, "%2F", "..", "1"), ())
        if self._once_in(0.1):  # what is negotiated
            headers["Accept"] = self._chance.choice(_ACCEPTED)
            headers["Accept-Language"] = self._chance.choice(("en", "vi", "*", "x-y-z", "en;q=a"))
        return Request(
            "GET", _quoted(path) + ("?" + urlencode(pairs, errors="replace") if pairs else ""), headers
        )

    def _bent(self, value: str, share: float) -> str:
        if self._chance.random() > share:
            return value
        if self._once_in(0.5):  # half
            return self._chance.choice(NASTY)
        return changed_text(value, self._chance, NASTY, ())

    def _form(self, visitor: Visitor) -> Request:
        form = self._chance.choice(visitor.forms[self._chance.choice(list(visitor.forms))])
        share = self._chance.choice((0.02, 0.1, 0.3))
        fields = [
            (name, value if name == "csrfmiddlewaretoken" else self._bent(value, share))
            for name, value in form.fields
            if self._chance.random() > share / 4
        ]
        fields = [
            ("csrfmiddlewaretoken", _CSRF),
            *(each for each in fields if each[0] != "csrfmiddlewaretoken"),
        ]
        headers = visitor.headers()
        if not form.files:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            return Request("POST", _quoted(form.path), headers, urlencode(fields, errors="replace").encode())
        headers["Content-Type"] = "multipart/form-data; boundary=fuzz"
        name, content = self._file()
        parts = [
            f'--fuzz\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode(
                "utf-8", "replace"
            )
            for key, value in fields
        ]
        parts += [
            f'--fuzz\r\nContent-Disposition: form-data; name="{each}"; filename="{name}"\r\nContent-Type: application/octet-stream\r\n\r\n'.encode()
            + content
            + b"\r\n"
            for each in form.files
        ]
        return Request("POST", _quoted(form.path), headers, b"".join(parts) + b"--fuzz--\r\n")

    def _file(self) -> tuple[str, bytes]:
        name, content = self._chance.choice(self._workbooks)
        if name.endswith((".xlsx", ".ods")) and self._once_in(0.8):  # the others as they are
            content = change_member(content, self._chance, [content]) or content
        return name, content

    def _of_program(self, token: str) -> Request:
        """A document, a query or a question about a label."""
        headers = {
            "Authorization": f"Bearer {token}",
            "GS1-EPCIS-Version": "2.0.0",
            "Accept": self._chance.choice(_ACCEPTED),
        }
        if self._once_in(0.4):  # documents
            return self._document(headers)
        if self._once_in(0.15):  # a query with a name
            query = {
                "name": self._chance.choice(("a", "b", *NASTY[:40])),
                "query": {
                    self._parameter(): self._chance.choice((*NASTY[:20], ["a"], 1, True, None, {"a": 1}))
                },
            }
            body = (
                change_json(json.dumps(query).encode(), self._chance, self._documents[0][:5])
                if self._once_in(0.3)
                else None
            )
            return Request(
                "POST",
                "/epcis/queries",
                {**headers, "Content-Type": "application/json"},
                body or json.dumps(query).encode(),
            )
        path = self._chance.choice((*EPCIS, *LABELS))
        if self._once_in(0.2):  # seldom
            path = changed_text(path, self._chance, ("/", "%2F", "/21/", "/10/", "/events", *NASTY[:6]), ())
        pairs = [
            (self._parameter(), self._bent(self._chance.choice(_VALUES), 0.4))
            for _ in range(self._chance.randrange(4))
        ]
        if self._once_in(0.1):  # methods that are not for everything
            return Request(
                self._chance.choice(("DELETE", "PUT", "OPTIONS", "HEAD", "PATCH")), _quoted(path), headers
            )
        return Request(
            "GET", _quoted(path) + ("?" + urlencode(pairs, errors="replace") if pairs else ""), headers
        )

    def _parameter(self) -> str:
        name = self._chance.choice(_PARAMETERS)
        return (
            changed_text(name, self._chance, _PARAMETERS, ()) if self._once_in(0.1) else name
        )  # most as they are

    def _document(self, headers: dict[str, str]) -> Request:
        in_json, in_xml = self._documents
        is_xml = bool(in_xml) and self._once_in(0.4)  # less than half
        pool = in_xml if is_xml else in_json
        content = self._chance.choice(pool)
        changed = (change_xml if is_xml else change_json)(content, self._chance, pool) or content
        kind = "application/xml" if is_xml else "application/json"
        path = self._chance.choice(("/epcis/capture", "/epcis/events"))
        return Request(
            "POST",
            path,
            {
                **headers,
                "Content-Type": kind,
                "GS1-Capture-Error-Behaviour": self._chance.choice(("rollback", "proceed", "x")),
            },
            changed,
        )


_VALUES: Final = (
    "2026-11-01T08:00:00+07:00",
    "1",
    "urn:epc:idpat:sgtin:9521234.*.*",
    "https://id.gs1.org/01/09521234000013/10/BEN-1",
    "shipping",
    "ADD",
    "ObjectEvent",
    "a,b",
)
_PARAMETERS: Final = (
    "eventType", "GE_eventTime", "LT_recordTime", "EQ_action", "EQ_bizStep", "MATCH_epc", "MATCH_anyEPC", "MATCH_epcClass", "WD_readPoint", "EQ_quantity", "GE_quantity_KGM", "EQ_INNER_vidu:a",
    "EXISTS_vidu:a", "EQ_ILMD_vidu:a", "EQ_type", "EQ_eventID", "orderBy", "orderDirection", "eventCountLimit", "maxEventCount", "perPage", "nextPageToken", "EQ_source_owning_party", "epc", "depth",
    "linkType", "context", "HASATTR_bizLocation_x", "EQATTR_readPoint_x",
)  # fmt: skip


def _quoted(path: str) -> str:
    """As a browser sends it."""
    return quote(path, safe="/?&=%+:;,@!$'()*~-._", errors="replace")


def _documents() -> tuple[Sequence[bytes], Sequence[bytes]]:
    from drill.fuzzing.epcis_targets import (
        bare_events,
        documents,
    )  # local: settings first

    return (*documents("json"), *bare_events()), documents("xml")


def _workbooks() -> list[tuple[str, bytes]]:
    from drill.fuzzing.file_targets import TARGETS  # local: settings first

    return [
        (f"a.{each.name if each.name != 'pictures' else 'png'}", content)
        for each in TARGETS
        for content in each.seeds()[:10]
    ]


def main(address: str, seconds: float, folder: Path) -> None:
    """Send for so long."""
    world.set_up()
    seed = time.time_ns()
    sender = Sender(address, Findings(folder / "found", "pages"))
    walk = Walk(sender, random.Random(seed))  # noqa: S311 -- what is sent
    until = time.monotonic() + seconds
    try:
        while time.monotonic() < until:
            walk.step()
    finally:
        _note(sender, folder / "counts" / f"pages-{seed}.json")


def _note(sender: Sender, file: Path) -> None:
    """How much was sent, however the slice ends."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"target": "pages", "tried": sender.tried, "statuses": sender.statuses}))


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]), Path(sys.argv[3]).resolve())
