"""What the schema cannot see: check digits and forms of GS1 identifiers, instances and classes in the wrong list."""

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Final

from khcn.epcis.codec.json_binding.json_text import Json
from khcn.epcis.errors import Grade, IdentifierError
from khcn.epcis.ids import digital_link, epc
from khcn.epcis.ids.canonical import serialised
from khcn.epcis.ids.dictionary import find
from khcn.epcis.ids.digital_link import SHORT_NAMES
from khcn.epcis.rules.value_checks import Problems, note, shown
from khcn.epcis.text_cache import Kept

_CACHED: Final = 16384
_CHECK_DIGIT: Final = frozenset({"INCORRECT_CHECK_DIGIT", "INCORRECT_CHECK_PAIR"})
_GTIN_KEYS: Final = frozenset({"01", "8006"})
_SERIALS: Final = frozenset({"21", "235"})
_SOUND_CLASS: Final = ("", "", True)
_SOUND_PIECE: Final = ("", "", False)


def looks_like_link(uri: str) -> bool:
    """Whether a URI means to be a Digital Link: a key's AI or short name, then digits, in its path."""
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
    if kind is not None and _FAULTS[kind] == _SOUND_CLASS:
        return _SOUND_PIECE  # nearly all identifiers: each piece is new, its class has been seen
    return _FAULTS[uri]


def _fault_of(uri: str) -> tuple[str, str, bool | None]:
    try:
        if uri.startswith("urn:epc:"):
            parsed = epc.parse(uri)
            return "", "", parsed.is_class
        if looks_like_link(uri):
            link = digital_link.parse(uri, digital_link.LENIENT)
            return "", "", _is_class(link)
    except IdentifierError as error:
        return ("CHECK_DIGIT" if error.code in _CHECK_DIGIT else "IDENTIFIER"), str(error), None
    return "", "", None


_FAULTS: Final = Kept(_fault_of, _CACHED)


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
        note(
            found,
            code,
            path,
            f"Số kiểm tra của mã “{shown(uri)}” sai. Đối chiếu lại mã trên nhãn.",
            text,
            Grade.CONTENT,
        )
    elif code:
        note(
            found,
            code,
            path,
            f"Mã “{shown(uri)}” không đúng quy tắc mã số GS1. Đối chiếu lại mã trên nhãn.",
            text,
            Grade.CONTENT,
        )
    elif as_class is False and is_class:
        note(
            found,
            "CLASS_AS_INSTANCE",
            path,
            f"“{shown(uri)}” là mã loại hoặc mã lô, không phải mã đơn chiếc. Chuyển sang danh sách số lượng.",
            f"{shown(uri)!r} names a class, but this list is of single objects",
            Grade.CONTENT,
        )
    elif as_class and is_class is False:
        note(
            found,
            "INSTANCE_AS_CLASS",
            path,
            f"“{shown(uri)}” là mã đơn chiếc, không phải mã loại hay mã lô. Chuyển sang danh sách mã đơn chiếc.",
            f"{shown(uri)!r} names one object, but this list is of classes with quantities",
            Grade.CONTENT,
        )


Look = Callable[[Json, str, Problems], None]


def _instances(value: Json, path: str, found: Problems) -> None:
    if isinstance(value, list):
        for place, uri in enumerate(value):
            if not isinstance(uri, str) or fault_of(uri) is not _SOUND_PIECE:  # hardly any
                _check_one(uri, f"{path}/{place}", found, as_class=False)


def _each_under(key: str, *, as_class: bool | None = None) -> Look:
    """The identifiers under one name in the objects of a list."""

    def look(value: Json, path: str, found: Problems) -> None:
        if isinstance(value, list):
            for place, item in enumerate(value):
                if isinstance(item, dict):
                    _check_one(item.get(key), f"{path}/{place}/{key}", found, as_class=as_class)

    return look


def _one(value: Json, path: str, found: Problems) -> None:
    _check_one(value, path, found, as_class=None)


def _place(value: Json, path: str, found: Problems) -> None:
    if isinstance(value, dict):
        _check_one(value.get("id"), f"{path}/id", found, as_class=None)


_LOOKS: Final[Mapping[str, Look]] = {
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
    """Note the faulty identifiers of an event, wherever EPCIS has identifiers."""
    for name, value in tree.items():
        look = _LOOKS.get(name)
        if look is not None:
            look(value, f"{path}/{name}", found)
