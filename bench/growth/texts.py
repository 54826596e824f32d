"""Everything that reads one text: each function of these modules, found by its parameters, given texts of many kinds.

A new function of such a module is measured without being named here. One that needs more than a text stands in `ADAPTED`.
"""

from __future__ import annotations

import gzip
import importlib
import inspect
import pkgutil
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from bench.growth.measuring import Case
from khcn.epcis import translate
from khcn.epcis.ids import check, dictionary, digital_link, element_string, scan
from khcn.epcis.query import epc_matching, matching
from khcn.epcis.text_cache import clear_all
from khcn.kernel.api import request_body
from khcn.kernel.text import similar_names
from khcn.trace.views import label_address, negotiation
from khcn.trace.views import request_body as sent_bodies

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

MODULES: Final = (
    "khcn.epcis.ids",
    "khcn.epcis.query",
    "khcn.epcis.times",
    "khcn.epcis.uri",
    "khcn.epcis.translate",
    "khcn.epcis.store",
    "khcn.epcis.event_hash",
    "khcn.epcis.rules.identifiers",
    "khcn.kernel.text",
    "khcn.kernel.search.search_words",
    "khcn.kernel.api.request_body",
    "khcn.kernel.documents.printed_text",
    "khcn.kernel.intake.tables.heading_units",
    "khcn.kernel.intake.tables.signatures_and_dittos",
    "khcn.kernel.request_quotas",
    "khcn.reports.texts.markup",
    "khcn.trace.views.label_address",
    "khcn.trace.views.negotiation",
    "khcn.trace.views.request_body",
)
_SHORT: Final = (24, 200)  # characters; what takes its time in a power of two takes long already here
_SCREENED: Final = 8192
_QUARTER: Final = 4
_LONG_SECONDS: Final = 0.004
_SUSPICIOUS: Final = 6.0  # times what a quarter of the text takes; in proportion is 4, in the square 16

_PIECES: Final = (
    "a", "0", "1", " ", "\n", "\t", "é", "a\u0301", "ệ", "đ", "Ừ", "a b ", "a, ", "a;", "a=1;", ",;q=0.1", "a/b,", "&", "&a=1",
    "&01=1", "/", "/a", "/01/1", "/10/1", "%", "%20", "%2F", "%e1", "(", "(01)", ")", "(21)a", "\x1d", "\x1d21a", "21a", "]C1",
    "|", ".", "1.", "1,", "-", "--", "+", "1e1", ":", "a:", "::", "urn:", "//", "?", "#", "*", "**", "_", "`", "[", "[[", "]", "[]",
    "[a]", "[^1]", "[NV-01]", "[NV-01:ten] ", "[NV-01:", "{", "{{", "{a}", "|a", "| a |\n", "- a\n", "# a\n", "\n\n", "a\n", "\\", "\\\\",
    '"', '\\"', "'", "<", "<>", "&amp;", "=", "a=b,", "p=urn:x:1,", "1/", "1/1/2020 ", "ngày ", "tháng ", "I", "IV", "một ",
    "nghìn tỷ ", "(triệu đồng) ", "đồng ", "\u00ad", "\u200b", "\ufeff", "٣", "①", "Ⅷ", "\ud7ff", "𝟘",
)  # fmt: skip
_STARTS: Final = (
    "", "a", '"', "(01)09521234220312", "]C10109521234220312", "https://id.gs1.org/01/09521234220312/21/", "/01/09521234220312/10/",
    "https://id.gs1.org/01/09521234220312?", "urn:epc:id:sgtin:9521234.022031.", "urn:epc:idpat:sgtin:9521234.022031.",
    "2026-10-08T08:00:00.", "MATCH_epc=", "EQ_bizStep=", "GE_eventTime=", "bảng | ", "- ", "[", "{", "http://[",
)  # fmt: skip
_REFUSED: Final = (Exception,)  # whatever refuses a text; that it does is tested elsewhere


def functions() -> Iterator[tuple[str, Callable[..., Any]]]:
    """The public functions of the modules, and of those in them, that take a text first; by module and name."""
    for name in MODULES:
        for module in _with_parts(importlib.import_module(name)):
            for each, found in vars(module).items():
                is_own = inspect.isfunction(inspect.unwrap(found)) if callable(found) else False
                if (
                    not each.startswith("_")
                    and is_own
                    and found.__module__ == module.__name__
                    and _takes_text(found)
                ):
                    yield f"{module.__name__.removeprefix('khcn.')}:{each}", found


def _with_parts(module: ModuleType) -> Iterator[ModuleType]:
    yield module
    for part in pkgutil.walk_packages(getattr(module, "__path__", ()), module.__name__ + "."):
        yield importlib.import_module(part.name)


def _takes_text(function: Callable[..., Any]) -> bool:
    first = next(iter(inspect.signature(function).parameters.values()), None)
    kinds = {"str", "bytes", "bytes | str", "str | None", "object", str, bytes}
    return first is not None and first.annotation in kinds


def needs_more(function: Callable[..., Any]) -> bool:
    """Whether a text alone is not enough."""
    _first, *others = inspect.signature(function).parameters.values()
    return any(each.default is inspect.Parameter.empty for each in others)


def on_text(name: str, function: Callable[..., Any]) -> Callable[[str], Any]:
    if name in ADAPTED:
        return ADAPTED[name]
    first = next(iter(inspect.signature(function).parameters.values()))
    if first.annotation in {"bytes", bytes}:
        return lambda text: function(text.encode("utf-8", "replace"))
    return function


def _adapted() -> dict[str, Callable[[str], Any]]:
    link = "https://id.gs1.org/01/09521234220312"
    elements = element_string.parse("(01)09521234220312")
    return {
        "epcis.ids.digital_link:build": lambda text: digital_link.build(text, elements),
        "epcis.ids.scan:write": lambda text: scan.write("QR", text),
        "epcis.ids.check:is_restricted_key": lambda text: check.is_restricted_key("00", text),
        "epcis.ids.dictionary:matches_pattern": lambda text: dictionary.matches_pattern(text, "310n"),
        "epcis.query.epc_matching:same_identifier": lambda text: epc_matching.same_identifier(text, link),
        "epcis.query.epc_matching:matches_pattern": lambda text: epc_matching.matches_pattern(link, text),
        "epcis.query.matching:same_name": lambda text: matching.same_name(text, "{urn:x:}a"),
        "kernel.text.similar_names:nearest_names": lambda text: similar_names.nearest_names(
            text, ["Sở Y tế"] * 3
        ),
        "kernel.text.similar_names:is_opposite": lambda text: similar_names.is_opposite(
            text, f"không {text}"
        ),
        "kernel.text.similar_names:is_duplicate_like": lambda text: similar_names.is_duplicate_like(
            text, text + "a"
        ),
        "trace.views.label_address:read_label_address": lambda text: label_address.read_label_address(
            text, text
        ),
        "trace.views.negotiation:preferred_media_type": lambda text: negotiation.preferred_media_type(
            text, negotiation.DOCUMENT_TYPES
        ),
        "epcis.translate:epc_urn": lambda text: translate.epc_urn(f"{link}/10/{text}", lambda _digits: 7),
        "trace.views.label_address:segments_of": lambda text: label_address.segments_of(text, text),
        "trace.views.request_body:unpacked": lambda text: sent_bodies.unpacked(
            gzip.compress(text.encode()), 1 << 26
        ),
        "kernel.api.request_body:read_body": lambda text: request_body.read_body(text.encode(), ["a"]),
    }


ADAPTED: Final = _adapted()


def _seconds(work: Callable[[str], Any], text: str, times: int = 1) -> float:
    least = float("inf")
    for _each in range(times):
        clear_all()
        began = time.process_time()
        with suppress(*_REFUSED):
            work(text)
        least = min(least, time.process_time() - began)
    return least


def _suspicious_size(work: Callable[[str], Any], start: str, piece: str) -> int | None:
    """With how many pieces the growth has to be measured; None where it is seen at once that the time is in proportion."""
    for characters in _SHORT:
        if _seconds(work, start + piece * (characters // len(piece))) > _LONG_SECONDS:
            return characters // len(piece)
    count = _SCREENED // len(piece)
    long = _seconds(work, start + piece * count)
    if long < _LONG_SECONDS:
        return None
    quarter = _seconds(work, start + piece * (count // _QUARTER), 3)
    return (
        count // 2
        if long > _SUSPICIOUS * quarter and _seconds(work, start + piece * count, 3) > _SUSPICIOUS * quarter
        else None
    )


def prepared(work: Callable[[str], Any], start: str, piece: str) -> Callable[[int], Callable[[], object]]:
    def prepare(count: int) -> Callable[[], object]:
        text = start + piece * count

        def run() -> None:
            with suppress(*_REFUSED):
                work(text)

        return run

    return prepare


def cases() -> Iterator[Case]:
    """The functions with the texts whose time may not be in proportion to their length."""
    for name, function in functions():
        if needs_more(function) and name not in ADAPTED:
            raise LookupError(
                f"{name} takes more than a text: say in bench.growth.texts.ADAPTED how it is called"
            )
        work = on_text(name, function)
        for start in _STARTS:
            for piece in _PIECES:
                count = _suspicious_size(work, start, piece)
                if count is not None:
                    shown = f"{start[:24]!r} + {piece!r} × n"
                    yield Case(name, shown, prepared(work, start, piece), start=count, most=1 << 18)
