"""A request to the resolver: the code that it is about, and the requested form of the answer."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl

from khcn.trace.views import negotiation
from khcn.trace.views.label_address import segments_of
from khcn.trace.views.linkset import HTML

if TYPE_CHECKING:
    from django.http import HttpRequest

    from khcn.trace.queries.stored_pages import PageAddress

_OWN_PARAMETERS: Final = frozenset({"linkType", "linktype", "lang", "context", "inputs", "form"})


class ResolverRequest:
    """A request for a code, and the requested form of the answer."""

    def __init__(self, request: HttpRequest) -> None:
        """Read headers and query string."""
        self.request = request
        self.root = f"{request.scheme}://{request.get_host()}"
        self.query = str(request.META.get("QUERY_STRING", ""))
        self.received = str(
            request.META.get("REQUEST_URI", "")
        )  # tells a slash in a number from one between two
        self.accept = request.headers.get("Accept") or "*/*"
        parameters = dict(parse_qsl(self.query[:2000], keep_blank_values=True, max_num_fields=None))
        self.link_type = parameters.get("linkType") or parameters.get("linktype") or ""
        self.form = parameters.get("form", "")
        requested = parameters.get("lang", "")[:2].lower()
        number = parameters.get("inputs", "")
        self.inputs_page = int(number) if re.fullmatch("[1-9][0-9]{0,3}", number) else 1
        self.noted_stamp: tuple[PageAddress, int] | None = None
        self.counts_for = ""  # the path for which a look-up of its page counts, where the page may be stored
        self.language = requested if requested in {"vi", "en"} else negotiation.language_of(request.headers)

    @cached_property
    def key(self) -> tuple[str, ...]:
        """What the answer depends on beside the database."""
        path = "\0".join(segments_of(self.request.path_info, self.received))
        return (self.root, path, self.query, self.accept, self.language)

    @property
    def other_language(self) -> str:
        """The URL of the same page in the other language."""
        pairs = [
            pair for pair in self.query.split("&") if pair and pair.partition("=")[0] not in _OWN_PARAMETERS
        ]
        return "?" + "&".join([*pairs, f"lang={'vi' if self.language == 'en' else 'en'}"])

    def forwarded(self, href: str) -> str:
        """A link with the rest of the request's query string (Resolver Standard, 2.12)."""
        pairs = [
            pair for pair in self.query.split("&") if pair and pair.partition("=")[0] not in _OWN_PARAMETERS
        ]
        if not pairs:
            return href
        return href + ("&" if "?" in href else "?") + "&".join(pairs)

    def media(self, offers: tuple[str, ...]) -> str:
        """The media type of the answer; HTML where the client accepts none of the offers."""
        return negotiation.preferred_media_type(self.accept, offers) or HTML
