"""What the schema cannot see: check digits and forms of GS1 identifiers, instances and classes in the wrong list."""

from collections.abc import Mapping
from functools import lru_cache
from itertools import pairwise
from typing import Final

from khcn.epcis.codec.json_text import Json
from khcn.epcis.errors import Grade, IdentifierError
from khcn.epcis.ids import digital_link, epc
from khcn.epcis.ids.canonical import serialised
from khcn.epcis.ids.dictionary import find
from khcn.epcis.ids.digital_link import SHORT_NAMES
from khcn.epcis.rule_kinds import Problems, note, shown

_INSTANCE_LISTS: Final = ("epcList", "childEPCs", "inputEPCList", "outputEPCList")
_CLASS_LISTS: Final = ("quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList")
_IN_OBJECTS: Final = (
    ("sourceList", "source"),
    ("destinationList", "destination"),
    ("bizTransactionList", "bizTransaction"),
)
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


@lru_cache(maxsize=_CACHED)
def fault_of(uri: str) -> tuple[str, str, bool | None]:
    """The fault of a GS1 identifier (empty: none), its English text, and whether it names a class (None: unknown)."""
    kind = serialised(uri)
    if kind is not None and fault_of(kind) == _SOUND_CLASS:
        return _SOUND_PIECE  # nearly all identifiers: each piece is new, its class has been seen
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


def _in_objects(
    tree: Mapping[str, Json], name: str, key: str, path: str, found: Problems, *, as_class: bool | None
) -> None:
    for place, item in enumerate(_items(tree.get(name))):
        if isinstance(item, dict):
            _check_one(item.get(key), f"{path}/{name}/{place}/{key}", found, as_class=as_class)


def check_identifiers(tree: Mapping[str, Json], path: str, found: Problems) -> None:
    """Note the faulty identifiers of an event, wherever EPCIS has identifiers."""
    for name in _INSTANCE_LISTS:
        for place, uri in enumerate(_items(tree.get(name))):
            _check_one(uri, f"{path}/{name}/{place}", found, as_class=False)
    for name in _CLASS_LISTS:
        _in_objects(tree, name, "epcClass", path, found, as_class=True)
    for name in ("parentID", "transformationID"):
        _check_one(tree.get(name), f"{path}/{name}", found, as_class=None)
    for name in ("readPoint", "bizLocation"):
        place_tree = tree.get(name)
        if isinstance(place_tree, dict):
            _check_one(place_tree.get("id"), f"{path}/{name}/id", found, as_class=None)
    for name, key in _IN_OBJECTS:
        _in_objects(tree, name, key, path, found, as_class=None)


def _items(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []
