"""Parses the parameters of ``GET /events`` and of query documents into typed conditions.

Parameters and their meaning: GS1 EPCIS Standard 2.0, 8.2.7.1 ("SimpleEventQuery"); names as in the official OpenAPI
document and query schema. `khcn.epcis.query.matching` decides which events match a condition.
"""

import re
from collections.abc import Mapping
from contextlib import suppress
from decimal import Decimal, InvalidOperation
from typing import Final, NoReturn
from urllib.parse import unquote_plus

from khcn.epcis import cbv
from khcn.epcis.codec.json_binding.json_text import Json
from khcn.epcis.codec.json_binding.names import Names, prefixes_of
from khcn.epcis.errors import DocumentError, QueryError
from khcn.epcis.ids.canonical import misplaced_qualifier
from khcn.epcis.master_data import DESCRIBED_FIELDS
from khcn.epcis.query.conditions import Condition, EventQuery, Operator, Value
from khcn.epcis.query.parameters import FIXED, LISTED_SCOPES, NUMBERS_WITH_UNIT, SETTINGS, Shape, Vocabularies
from khcn.epcis.times import Time, is_date_time
from khcn.epcis.uri import is_uri


def _refuse(parameter: str, vi: str, en: str) -> NoReturn:
    raise QueryError("QueryParameterException", parameter, vi, en)


_EXTENSION: Final = re.compile(
    r"(?P<operator>EQ|GT|GE|LT|LE|EXISTS)_(?P<inner>INNER_)?"
    r"(?:(?P<scope>ILMD|SENSORELEMENT|SENSORMETADATA|SENSORREPORT|ERROR_DECLARATION|readPoint|bizLocation)_)?"
    r"(?P<name>[^:/]+:.+|[a-z][a-z0-9+.\-]*://.+)"
)
_UNIT: Final = re.compile(
    rf"(?P<operator>EQ|GT|GE|LT|LE)_(?P<subject>{'|'.join(NUMBERS_WITH_UNIT)})_(?P<uom>[A-Z0-9]{{2,4}})"
)
_TYPED: Final = re.compile(r"EQ_(?P<subject>bizTransaction|source|destination)_(?P<type>.+)")
_HAS_ATTRIBUTE: Final = re.compile(r"HASATTR_(?P<field>[A-Za-z]+|[^:/]+:.+)")
# EQATTR_ in the text of the standard, EQ_ATTR_ in its query schema
_EQ_ATTRIBUTE: Final = re.compile(r"EQ_?ATTR_(?P<field>[A-Za-z]+)_(?P<name>.+)")
_MOST: Final = Decimal(2**62)  # the limit of 64-bit counts in databases
_ORDERS: Final = frozenset({"eventTime", "recordTime"})


# --------------------------------------------------------------------------------------------- values


def _list(parameter: str, value: Json) -> list[Json]:
    if isinstance(value, list):
        if not value:
            _refuse(parameter, f"Tham số {parameter} không có giá trị nào.", "the list of values is empty")
        return [_single(parameter, one) for one in value]
    return [_single(parameter, value)]


def _single(parameter: str, value: Json) -> Json:
    """A text, a number or a truth value; whatever else a query document may hold is no value of a parameter."""
    if value is None or isinstance(value, dict | list):
        _refuse(
            parameter,
            f"Giá trị của {parameter} phải là chữ, số hoặc true, false.",
            f"{value!r} is no single value",
        )
    return value


def _time(parameter: str, value: Json) -> Time:
    if not isinstance(value, str) or not is_date_time(value):
        _refuse(
            parameter,
            f"Giá trị của {parameter} phải là thời điểm, ví dụ 2026-10-09T08:30:00+07:00.",
            f"{value!r} is no date-time with an offset",
        )
    return Time(value)


def _number(parameter: str, value: Json) -> Decimal:
    number = None
    if isinstance(value, str | int | float | Decimal) and not isinstance(value, bool):
        with suppress(InvalidOperation):
            number = Decimal(str(value))
    if number is None or not number.is_finite():
        _refuse(parameter, f"Giá trị của {parameter} phải là một số.", f"{value!r} is no number")
    return number


def _boolean(parameter: str, value: Json) -> bool:
    if isinstance(value, bool):
        return value
    if value is not None:
        value = _single(parameter, value)
    if value is None or value in {1, "1", "true", ""}:
        return True
    if value in {0, "0", "false"}:
        return False
    _refuse(
        parameter, f"Giá trị của {parameter} phải là true hoặc false.", f"{value!r} is neither true nor false"
    )


def _count(parameter: str, value: Json) -> int:
    number = _number(parameter, value)
    if number != number.to_integral_value() or number < 1:
        _refuse(
            parameter,
            f"Giá trị của {parameter} phải là số nguyên dương.",
            f"{value!r} is no positive integer",
        )
    return int(min(number, _MOST))  # checked before int(), which would compute all digits of 1e999999999


def _word(parameter: str, value: Json, vocabulary: cbv.CbvVocabulary, names: Names) -> str:
    text = str(value)
    bare = vocabulary.bare(names.expand(text))
    if bare not in vocabulary.words and not is_uri(bare):
        _refuse(
            parameter,
            f"“{text}” không phải từ chuẩn của CBV 2.0 hay URI cho {parameter}.",
            f"{text!r} is neither a standard word nor a URI",
        )
    return bare


def _uri(parameter: str, value: Json, names: Names) -> str:
    if not isinstance(value, str) or not is_uri(value):
        _refuse(parameter, f"“{value}” không phải URI; {parameter} cần URI.", f"{value!r} is no URI")
    expanded = names.expand(value)
    misplaced = misplaced_qualifier(expanded)
    if misplaced is not None:
        _refuse(
            parameter,
            f"Mã “{value}” ghi ({misplaced}) sau dấu “?”. Ghi phần đó vào đường dẫn, ví dụ …/01/<GTIN>/10/<số lô>.",
            f"({misplaced}) qualifies the key of {value!r}: it must be in the path",
        )
    return expanded


def _free(value: Json) -> Value:
    """A value for a field of unknown type: a number, an instant or a text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | Decimal):
        return Decimal(str(value))
    return str(value)


def _comparable(parameter: str, value: Json) -> Value:
    if isinstance(value, str) and is_date_time(value):
        return Time(value)
    return _number(parameter, value)


def _actions(parameter: str, value: Json, names: Names) -> str:
    if value not in cbv.ACTIONS:
        _refuse(parameter, "EQ_action chỉ nhận ADD, OBSERVE, DELETE.", f"{value!r} is no action of EPCIS")
    return str(value)


def _typed_values(parameter: str, shape: Shape, value: Json, names: Names) -> tuple[Value, ...]:
    if shape == "time":
        return (_time(parameter, value),)
    if shape == "boolean":
        return (_boolean(parameter, value),)
    if shape == "number":
        return (_number(parameter, value),)
    items = _list(parameter, value)
    if isinstance(shape, cbv.CbvVocabulary):
        return tuple(_word(parameter, item, shape, names) for item in items)
    if shape == "numbers":
        return tuple(_number(parameter, item) for item in items)
    one = {"uris": _uri, "actions": _actions, "types": _event_type, "texts": _text}[shape]
    return tuple(one(parameter, item, names) for item in items)


def _text(parameter: str, value: Json, names: Names) -> str:
    return str(value)


def _event_type(parameter: str, value: Json, names: Names) -> str:
    text = str(value)
    if text in cbv.EVENT_TYPES:
        return text
    return _uri(parameter, value, names)


# ----------------------------------------------------------------------------------------- parameters


def _may_be_prefix(prefix: str, names: Names) -> bool:
    """Whether a text before a colon may be a prefix; one with ``_`` may be a part of a misspelt parameter, if nothing declares it."""
    return "_" not in prefix or prefix in names.prefixes


def _extension_condition(parameter: str, value: Json, names: Names) -> Condition | None:
    found = _EXTENSION.fullmatch(parameter)
    if not found or not _may_be_prefix(found["name"].partition(":")[0], names):
        return None
    operator = Operator(found["operator"])
    if operator is Operator.EXISTS:
        values: tuple[Value, ...] = (_boolean(parameter, value),)
    elif operator is Operator.EQ:
        values = tuple(_free(item) for item in _list(parameter, value))
    else:
        values = (_comparable(parameter, value),)
    scope = found["scope"] or ""
    if scope in LISTED_SCOPES and operator is not Operator.EQ:
        return None
    return Condition(
        operator,
        "extension",
        values,
        scope=scope,
        name=names.resolve(found["name"])[0],
        inner=bool(found["inner"]),
    )


def _described(parameter: str, field: str) -> str:
    """A field of events that master data may describe (EPCIS 2.0, 8.2.7.1: HASATTR, EQATTR); another one would never match."""
    if field not in DESCRIBED_FIELDS:
        listed = ", ".join(DESCRIBED_FIELDS)
        _refuse(
            parameter,
            f"Tham số {parameter} hỏi trường “{field}”; chỉ hỏi được thuộc tính của: {listed}, hoặc trường mở rộng có tiền tố.",
            f"there are no attributes of {field!r}; of {listed} and of extensions there are",
        )
    return field


def _attribute(name: str, names: Names) -> str:
    """The name of an attribute as a URI, also where it was given with a prefix."""
    prefix, colon, local = name.partition(":")
    known = cbv.PREFIXES.get(prefix) if colon and prefix not in names.prefixes else None
    return known + local if known else names.expand(name)


def _family(parameter: str, value: Json, names: Names) -> Condition | None:
    """A parameter whose name has a variable part: a unit, a type, an attribute or an extension."""
    unit = _UNIT.fullmatch(parameter)
    if unit:
        operator = Operator(unit["operator"])
        numbers = tuple(_number(parameter, item) for item in _list(parameter, value))
        return Condition(operator, unit["subject"], numbers, uom=unit["uom"])
    attribute = _EQ_ATTRIBUTE.fullmatch(parameter)
    if attribute:
        values = tuple(_free(item) for item in _list(parameter, value))
        scope = _described(parameter, attribute["field"])
        return Condition(
            Operator.EQ, "attribute", values, scope=scope, name=_attribute(attribute["name"], names)
        )
    has = _HAS_ATTRIBUTE.fullmatch(parameter)
    if has and _may_be_prefix(has["field"].partition(":")[0], names):
        named = tuple(_attribute(str(item), names) for item in _list(parameter, value))
        field = names.resolve(has["field"])[0]
        scope = field if ":" in has["field"] else _described(parameter, field)
        return Condition(Operator.HASATTR, "attribute", named, scope=scope)
    typed = _TYPED.fullmatch(parameter)
    if typed:
        subject = typed["subject"]
        vocabulary = Vocabularies.transaction if subject == "bizTransaction" else Vocabularies.party
        kind = vocabulary.bare(names.expand(typed["type"]))
        uris = tuple(_uri(parameter, item, names) for item in _list(parameter, value))
        return Condition(Operator.EQ, subject, uris, name=kind)
    return _extension_condition(parameter, value, names)


def _condition(parameter: str, value: Json, names: Names) -> Condition:
    fixed = FIXED.get(parameter)
    if fixed is not None:
        operator, subject, shape = fixed
        return Condition(Operator(operator), subject, _typed_values(parameter, shape, value, names))
    condition = _family(parameter, value, names)
    if condition is None:
        _refuse(parameter, f"Không có tham số truy vấn “{parameter}”.", "there is no such query parameter")
    return condition


def _prefixes_in(context: Json) -> dict[str, str]:
    try:
        return prefixes_of(context)
    except DocumentError as error:
        [problem] = error.problems
        _refuse("@context", problem.message_vi, problem.message_en)


def parse(parameters: Mapping[str, Json], prefixes: Mapping[str, str] | None = None) -> EventQuery:
    """A query from its parameters as JSON values.

    Args:
        parameters: names and values as in a query document; ``@context`` may declare prefixes.
        prefixes: further prefixes for CURIEs in names and values.

    Raises:
        QueryError: ``QueryParameterException`` for an unknown parameter, a value of the wrong kind, or parameters
            that exclude each other.
    """
    names = Names({**(prefixes or {}), **_prefixes_in(parameters.get("@context"))})
    conditions = []
    settings: dict[str, Json] = {}
    for parameter, value in parameters.items():
        if parameter in SETTINGS:
            settings[parameter] = value
        elif parameter != "@context":
            conditions.append(_condition(parameter, value, names))
    limit, most = settings.get("eventCountLimit"), settings.get("maxEventCount")
    if limit is not None and most is not None:
        _refuse(
            "eventCountLimit",
            "Không dùng cùng lúc eventCountLimit và maxEventCount.",
            "eventCountLimit and maxEventCount exclude each other",
        )
    order = settings.get("orderBy")
    if limit is not None and order is None:
        _refuse("eventCountLimit", "eventCountLimit cần có orderBy.", "eventCountLimit needs orderBy")
    direction = settings.get("orderDirection", "DESC")
    if direction not in ("ASC", "DESC"):
        _refuse(
            "orderDirection",
            "orderDirection chỉ nhận ASC hoặc DESC.",
            f"{direction!r} is neither ASC nor DESC",
        )
    page, token = settings.get("perPage"), settings.get("nextPageToken")
    return EventQuery(
        conditions=tuple(conditions),
        order_by=None if order is None else _order(str(_single("orderBy", order)), names),
        descending=direction == "DESC",
        event_count_limit=None if limit is None else _count("eventCountLimit", limit),
        max_event_count=None if most is None else _count("maxEventCount", most),
        per_page=None if page is None else _count("perPage", page),
        next_page_token=None if token is None else str(_single("nextPageToken", token)),
    )


def _order(field_name: str, names: Names) -> str:
    if field_name in _ORDERS:
        return field_name
    if ":" not in field_name:
        _refuse(
            "orderBy",
            "orderBy chỉ nhận eventTime, recordTime hoặc tên đầy đủ của trường mở rộng.",
            f"{field_name!r} is neither eventTime nor recordTime nor an extension",
        )
    return names.resolve(field_name)[0]


def parse_query_string(raw: str, prefixes: Mapping[str, str] | None = None) -> EventQuery:
    """A query from the query string of a URL, still percent-encoded.

    A list is separated by commas or given by repeating the parameter; a comma within a value is written ``%2C``.

    Raises:
        QueryError: as `parse`.
    """
    found: dict[str, Json] = {}
    for pair in filter(None, raw.lstrip("?").split("&")):
        name, _, value = pair.partition("=")
        parameter = unquote_plus(name)
        values = (
            [unquote_plus(part) for part in value.split(",")]
            if _takes_list(parameter)
            else [unquote_plus(value)]
        )
        if parameter in found:
            if not _takes_list(parameter):
                _refuse(parameter, f"Tham số {parameter} được ghi hai lần.", "the parameter is given twice")
            found[parameter] += values
        else:
            found[parameter] = values if _takes_list(parameter) else values[0]
    return parse(found, prefixes)


def _takes_list(parameter: str) -> bool:
    fixed = FIXED.get(parameter)
    if fixed is not None:
        return fixed[2] not in {"time", "boolean", "number"}
    return parameter.startswith(("EQ_", "EQATTR_", "MATCH_", "WD_", "HASATTR_"))
