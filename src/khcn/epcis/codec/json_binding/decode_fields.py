"""Decodes plain JSON values: scalars, lists, extension fields, objects with known fields."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from khcn.epcis import cbv
from khcn.epcis.codec.json_binding.json_text import Json
from khcn.epcis.codec.json_binding.names import Names
from khcn.epcis.errors import EpcisError
from khcn.epcis.extensions import NO_EXTENSIONS, Extension, Extensions, Kind, Respelled, Shape
from khcn.epcis.model import Number
from khcn.epcis.times import Time

Decoder = Callable[[Json, Names], Any]
TEXT: Final = "#text"
NO_PREFIX: Final = ("https://", "http://")  # a URI with "//" after the colon is not a CURIE


def wrong(value: Json, wanted: str) -> EpcisError:
    return EpcisError(f"expected {wanted}, not {str(value)[:80]!r}")


def text_of(value: Json, names: Names) -> str:
    if isinstance(value, str):
        return value
    raise wrong(value, "a text")


def object_of(value: Json) -> dict[str, Json]:
    if isinstance(value, dict):
        return value
    raise wrong(value, "an object")


def list_of(value: Json) -> list[Json]:
    if isinstance(value, list):
        return value
    raise wrong(value, "an array")


def number_of(value: Json, names: Names) -> Number:
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return value
    if isinstance(value, float):
        return Decimal(repr(value))
    raise wrong(value, "a number")


def boolean_of(value: Json, names: Names) -> bool:
    if isinstance(value, bool):
        return value
    raise wrong(value, "true or false")


def time_of(value: Json, names: Names) -> Time:
    return Time(text_of(value, names))


def texts(value: Json, names: Names) -> tuple[str, ...]:
    return tuple(text_of(item, names) for item in list_of(value))


def texts_or_text(value: Json, names: Names) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else texts(value, names)


def uris(value: Json, names: Names) -> tuple[str, ...]:
    found = list_of(value)
    if all([type(item) is str and item.startswith(NO_PREFIX) for item in found]):  # noqa: C419 -- a list is faster
        return tuple(found)
    return tuple(uri_of(item, names) for item in found)


def uri_of(value: Json, names: Names) -> str:
    written = text_of(value, names)
    if written.startswith(NO_PREFIX):  # the usual case
        return written
    expanded = names.expand(written)
    return expanded if expanded is written else Respelled(expanded, written, literal=names.literal)


def word(vocabulary: cbv.CbvVocabulary) -> Decoder:
    def decode(value: Json, names: Names) -> str:
        written = text_of(value, names)
        if written in vocabulary.words:
            return written
        bare = vocabulary.bare(written)
        if bare != written:
            return Respelled(bare, written)
        expanded = names.expand(written)
        if expanded is written:
            return written
        bare = vocabulary.bare(expanded)
        return Respelled(bare, written, literal=names.literal and bare == expanded)

    return decode


def each(decode: Decoder) -> Decoder:
    return lambda value, names: tuple([decode(item, names) for item in list_of(value)])


# ------------------------------------------------------------------------------------------- extensions


def one(key: str, value: Json, names: Names, shape: Shape) -> Extension:
    """The extension of one value under one JSON name."""
    name, prefix = names.resolve(key)
    text, kind, children = "", Kind.STRING, NO_EXTENSIONS
    if isinstance(value, dict):
        text, kind = scalar(value.get(TEXT, ""))
        children = extensions({field: item for field, item in value.items() if field != TEXT}, names)
        if not value:
            shape = Shape.EMPTY_OBJECT if shape is Shape.SINGLE else Shape.LISTED_EMPTY_OBJECT
    elif isinstance(value, list):
        children = Extensions(_extension("", value, names))
    else:
        text, kind = scalar(value)
    return Extension(name, text, children, kind, shape, prefix, names.written(key))


def scalar(value: Json) -> tuple[str, Kind]:
    """The text of a JSON scalar, and what it was."""
    if isinstance(value, str):
        return value, Kind.STRING
    if value is None:
        return "", Kind.NULL
    if isinstance(value, bool):
        return ("true" if value else "false"), Kind.BOOLEAN
    return str(value), Kind.NUMBER


def _extension(key: str, value: Json, names: Names) -> list[Extension]:
    if key.startswith("@") and not isinstance(value, dict | list):
        return [one(key[1:], value, names, Shape.ATTRIBUTE)]
    if isinstance(value, list):
        if not value:
            name, prefix = names.resolve(key)
            return [Extension(name, shape=Shape.EMPTY_LIST, prefix=prefix)]
        return [one(key, item, names, Shape.LISTED) for item in value]
    return [one(key, value, names, Shape.SINGLE)]


def extensions(fields: Mapping[str, Json], names: Names) -> Extensions:
    """Fields that EPCIS does not define, in their order."""
    found: list[Extension] = []
    for key, value in fields.items():
        if type(value) is str and not key.startswith("@"):  # the usual case
            name, prefix = names.resolve(key)
            found.append(
                Extension(name, value, NO_EXTENSIONS, Kind.STRING, Shape.SINGLE, prefix, names.written(key))
            )
        else:
            found += _extension(key, value, names)
    return Extensions(found)


# ------------------------------------------------------------------------------------------- objects


def fields(
    value: Json, names: Names, known: Mapping[str, tuple[str, Decoder]]
) -> tuple[dict[str, Any], Extensions]:
    """Decode the known fields of an object into keyword arguments; the rest are extensions."""
    decoded: dict[str, Any] = {}
    rest: dict[str, Json] = {}
    for key, item in object_of(value).items():
        entry = known.get(key)
        if entry is None:
            rest[key] = item
        else:
            decoded[entry[0]] = entry[1](item, names)
    return decoded, extensions(rest, names) if rest else NO_EXTENSIONS


def closed(value: Json, names: Names, known: Mapping[str, tuple[str, Decoder]]) -> dict[str, Any]:
    decoded, rest = fields(value, names, known)
    if rest:
        raise EpcisError(f"the field {rest[0].name!r} may not be here")
    return decoded


def empty_lists(value: Mapping[str, Json]) -> frozenset[str]:
    """Names of the fields written as empty lists, for a lossless round trip."""
    return frozenset(key for key, item in value.items() if item == [])
