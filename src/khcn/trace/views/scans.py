"""Which requests are look-ups of a label by a person, and what caches may do with the pages that are counted."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from khcn.trace.operations.scan_buffer import SCANS
from khcn.trace.views.linkset import HTML

if TYPE_CHECKING:
    from datetime import date

    from django.http import HttpResponse

    from khcn.trace.queries.scanned_codes import ScannedCode
    from khcn.trace.views.resolver_request import ResolverRequest

LABEL_MAX_AGE: Final = 2  # seconds
"""Of what is answered about a label: the store of nginx and then a browser may each have it for so long, after a standby that is up to
`settings.REPLICA_SECONDS` behind; a label that is withdrawn is to be seen as such everywhere within ten seconds (docs/adr/0063).
"""

_BROWSER: Final = re.compile(r"Mozilla/|Opera/")
_PROGRAM: Final = re.compile(
    r"(?<!cu)bot\b|crawl|spider|slurp|preview|monitor|headless|lighthouse|facebookexternalhit|pagespeed|archiver|https?://",
    re.IGNORECASE,
)
"""What search engines, previews in messages and monitoring call themselves; most name an address that says what they are. Cubot makes
telephones.
"""

_PREFETCH: Final = ("Sec-Purpose", "Purpose", "X-Moz")
_OWN_LINKS: Final = re.compile(r"(?:^|&)(?:lang|inputs|linkType|linktype)=")
"""Parameters of the links on a page itself. Who follows these from the page has looked the label up before; who prints them on copies of a
label has not, and his browser names no page of ours (W3C Fetch Metadata, `Sec-Fetch-Site`).
"""


def count_scan(asked: ResolverRequest, code: ScannedCode, answer: HttpResponse, *, on: date) -> None:
    """Count the request if it is a look-up. A page of one single object is stored by no cache that others share, so that each is seen."""
    if code.thing:
        answer.headers["Cache-Control"] = f"private, max-age={LABEL_MAX_AGE}"
    if code.path and _is_scan(asked, answer):
        SCANS.note(path=code.path, thing=code.thing, address=asked.request.META["REMOTE_ADDR"], day=on)


def _is_scan(asked: ResolverRequest, answer: HttpResponse) -> bool:
    """Whether a browser asks for the page itself: no program, no preview, and nothing that is only fetched in case."""
    headers = asked.request.headers
    agent = headers.get("User-Agent", "")
    return (
        asked.request.method == "GET"
        and answer.status_code == HTTPStatus.OK
        and HTML in asked.accept
        and answer.headers["Content-Type"].startswith(HTML)
        and _BROWSER.match(agent) is not None
        and _PROGRAM.search(agent) is None
        and not any("prefetch" in headers.get(name, "").lower() for name in _PREFETCH)
        and headers.get("Sec-Fetch-Dest", "document") == "document"
        and not (headers.get("Sec-Fetch-Site") == "same-origin" and _OWN_LINKS.search(asked.query))
    )
