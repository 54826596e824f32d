"""Faults that the schema cannot detect: check digits and form of GS1 identifiers, instances and classes in the wrong list."""

import re
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Final

from khcn.epcis.codec.json_binding.json_text import Json
from khcn.epcis.errors import IdentifierError, Severity
from khcn.epcis.ids import digital_link, epc
from khcn.epcis.ids.canonical import misplaced_qualifier, qualifier_before_key, serialised
from khcn.epcis.ids.dictionary import find
from khcn.epcis.ids.digital_link import SHORT_NAMES
from khcn.epcis.rules.value_checks import Problems, add_problem, shown
from khcn.epcis.text_cache import TextCache

_CACHED: Final = 16384
_CHECK_DIGIT: Final = frozenset({"INCORRECT_CHECK_DIGIT", "INCORRECT_CHECK_PAIR"})
_IN_QUERY: Final = "QUALIFIER_IN_QUERY"
_BEFORE_KEY: Final = "QUALIFIER_BEFORE_KEY"
_WHERE: Final = {
    _IN_QUERY: ("sau dấu “?”", "vào đường dẫn"),
    _BEFORE_KEY: ("trước mã chính", "sau mã chính"),
}
# There nothing of the site stands before the key; elsewhere it may, so it is only noted.
_AT_GS1: Final = re.compile(r"https?://id\.gs1\.org/", re.IGNORECASE)
_GTIN_KEYS: Final = frozenset({"01", "8006"})
_SERIALS: Final = frozenset({"21", "235"})
_VALID_CLASS: Final = ("", "", True)
_VALID_INSTANCE: Final = ("", "", False)


def looks_like_link(uri: str) -> bool:
    """Whether a URI is meant as a Digital Link: its path has the AI or short name of a key, followed by digits."""
    if not uri.startswith(("https://", "http://")):
        return False
    segments = uri.partition("?")[0].split("/")[3:]
    for name, value in pairwise(segments):
        entry = find(SHORT_NAMES.get(name, name))
        if entry is not None and entry.is_key and value[:4].isdigit():
            return True
    return False


def fault_of(uri: str) -> tuple[str, str, bool | None]:
    """The fault of a GS1 identifier (empty: none), its English text, and whether it names a class (None: unknown)."""
    kind = serialised(uri)
    if kind is not None and _FAULTS[kind] == _VALID_CLASS:
        return _VALID_INSTANCE  # the usual case: a new instance of a known class
    return _FAULTS[uri]


def _fault_of(uri: str) -> tuple[str, str, bool | None]:
    misplaced = misplaced_qualifier(uri)
    if misplaced is not None:
        text = f"({misplaced}) qualifies the key, so it must be in the path; in the query string it names nothing"
        return _IN_QUERY, text, None
    if uri.startswith(("https://", "http://")):
        early = qualifier_before_key(uri)
        if early is not None:
            text = f"({early}) qualifies the key, so it must come after it; before it, it names nothing"
            return _BEFORE_KEY if _AT_GS1.match(uri) else "IDENTIFIER", text, None
    try:
        if epc.is_epc_urn(uri):
            parsed = epc.parse(uri)
            return "", "", parsed.is_class
        if looks_like_link(uri):
            link = digital_link.parse(uri, digital_link.LENIENT)
            return "", "", _is_class(link)
    except IdentifierError as error:
        return ("CHECK_DIGIT" if error.code in _CHECK_DIGIT else "IDENTIFIER"), str(error), None
    return "", "", None


_FAULTS: Final = TextCache(_fault_of, _CACHED)


def _is_class(link: digital_link.DigitalLink) -> bool | None:
    qualifiers = {element.ai for element in link.qualifiers}
    if link.key.ai in _GTIN_KEYS:
        return not qualifiers & _SERIALS
    return None


def _check_one(uri: Json, path: str, found: Problems, *, as_class: bool | None) -> None:
    if not isinstance(uri, str):
        return
    code, text, is_class = fault_of(uri)
    if code == "CHECK_DIGIT":
        add_problem(
            found,
            code,
            path,
            f"Số kiểm tra của mã “{shown(uri)}” sai. Đối chiếu lại mã trên nhãn.",
            text,
            Severity.CONTENT,
        )
    elif code in _WHERE:
        # stored, it would be an event about the whole product, and a recall one of all lots
        where, instead = _WHERE[code]
        add_problem(
            found,
            code,
            path,
            f"Mã “{shown(uri)}” ghi số lô, số sê-ri hoặc phần mở rộng {where}, nên chỉ còn là mã của cả mặt hàng hay địa điểm. "
            f"Ghi phần đó {instead}, ví dụ …/01/<GTIN>/10/<số lô>, rồi gửi lại.",
            text,
            Severity.FORM,
        )
    elif code:
        add_problem(
            found,
            code,
            path,
            f"Mã “{shown(uri)}” không đúng quy tắc mã số GS1. Đối chiếu lại mã trên nhãn.",
            text,
            Severity.CONTENT,
        )
    elif as_class is False and is_class:
        add_problem(
            found,
            "CLASS_AS_INSTANCE",
            path,
            f"“{shown(uri)}” là mã loại hoặc mã lô, không phải mã đơn chiếc. Chuyển sang danh sách số lượng.",
            f"{shown(uri)!r} names a class, but this list is of single objects",
            Severity.CONTENT,
        )
    elif as_class and is_class is False:
        add_problem(
            found,
            "INSTANCE_AS_CLASS",
            path,
            f"“{shown(uri)}” là mã đơn chiếc, không phải mã loại hay mã lô. Chuyển sang danh sách mã đơn chiếc.",
            f"{shown(uri)!r} names one object, but this list is of classes with quantities",
            Severity.CONTENT,
        )


def _is_right(uri: str, *, as_class: bool | None) -> bool:
    """Whether `_check_one` finds nothing."""
    code, _text, is_class = fault_of(uri)
    return not code and (as_class is None or is_class is None or is_class is as_class)


IdentifierCheck = Callable[[Json, str, Problems], None]


def _instances(value: Json, path: str, found: Problems) -> None:
    if isinstance(value, list):
        for place, uri in enumerate(value):
            if not isinstance(uri, str) or fault_of(uri) is not _VALID_INSTANCE:  # rare
                _check_one(uri, f"{path}/{place}", found, as_class=False)


def _each_under(key: str, *, as_class: bool | None = None) -> IdentifierCheck:
    """The identifiers under one key in the objects of a list."""

    def check_field(value: Json, path: str, found: Problems) -> None:
        if isinstance(value, list):
            for place, item in enumerate(value):
                if isinstance(item, dict):
                    uri = item.get(key)
                    if not isinstance(uri, str) or not _is_right(uri, as_class=as_class):  # rare
                        _check_one(uri, f"{path}/{place}/{key}", found, as_class=as_class)

    return check_field


def _one(value: Json, path: str, found: Problems) -> None:
    _check_one(value, path, found, as_class=None)


def _place(value: Json, path: str, found: Problems) -> None:
    if isinstance(value, dict):
        uri = value.get("id")
        if not isinstance(uri, str) or not _is_right(uri, as_class=None):  # rare
            _check_one(uri, f"{path}/id", found, as_class=None)


_IDENTIFIER_CHECKS: Final[Mapping[str, IdentifierCheck]] = {
    **dict.fromkeys(("epcList", "childEPCs", "inputEPCList", "outputEPCList"), _instances),
    **dict.fromkeys(
        ("quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList"),
        _each_under("epcClass", as_class=True),
    ),
    "parentID": _one,
    "transformationID": _one,
    "readPoint": _place,
    "bizLocation": _place,
    "sourceList": _each_under("source"),
    "destinationList": _each_under("destination"),
    "bizTransactionList": _each_under("bizTransaction"),
}


def check_identifiers(tree: Mapping[str, Json], path: str, found: Problems) -> None:
    """Add the faulty identifiers of an event, in all fields that hold identifiers."""
    for name, value in tree.items():
        check_field = _IDENTIFIER_CHECKS.get(name)
        if check_field is not None:
            check_field(value, f"{path}/{name}", found)
