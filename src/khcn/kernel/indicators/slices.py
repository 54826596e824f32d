"""Part of a figure: its records narrowed by closed lists, or one of their columns added up.

Named by the figure's code and the conditions: ``NV-01;field_group__code=medical;level=national,ministry;sum=budget_state``. A value
of a closed list is its stored code; several are separated by commas, none means that the record has no value. Only closed lists,
yes or no, and codes of shared lists can be asked for, so that an address tells nothing about other fields.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Q
from django.utils.translation import gettext as _

from khcn.kernel.fields.paths import fields_along
from khcn.kernel.fields.registry import field_kind_of
from khcn.kernel.indicators.figures import Measure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import Model, QuerySet

    from khcn.kernel.fields.field_kind import FieldKind
    from khcn.kernel.indicators.figures import Indicator
    from khcn.kernel.indicators.period import Period

SEPARATOR: Final = ";"
SUM: Final = "sum"
PATH: Final = re.compile(r"[a-z][a-z0-9_]*")
VALUES: Final = re.compile(r"(?:[A-Za-z0-9_.-]+(?:,[A-Za-z0-9_.-]+)*)?")
_CODE: Final = "code"  # of an entry of a shared list


class SliceError(ValueError):
    """The conditions cannot be asked of the figure's records."""


def slice_code(code: str, where: Mapping[str, str], added: str = "") -> str:
    """The code of a part of a figure; the figure's own where nothing narrows it."""
    parts = [f"{path}={where[path]}" for path in sorted(where)]
    return SEPARATOR.join([code, *parts, *([f"{SUM}={added}"] if added else ())])


def base_of(code: str) -> str:
    """The code of the figure that a code names, or of which it names a part."""
    return code.partition(SEPARATOR)[0]


def paths_of(code: str) -> tuple[str, ...]:
    """The fields that a code asks about."""
    return tuple(value if path == SUM else path for path, value in _conditions(code))


def _conditions(code: str) -> list[tuple[str, str]]:
    found = []
    for part in code.split(SEPARATOR)[1:]:
        path, equals, value = part.partition("=")
        if not (equals and PATH.fullmatch(path) and VALUES.fullmatch(value)):
            raise SliceError(code)
        found.append((path, value))
    return found


def sliced(whole: Indicator, code: str) -> Indicator:
    """The part of a figure that a code names, called so in the language of now. Raises :class:`SliceError` where its fields do not
    allow that.
    """
    conditions = _conditions(code)
    if len({path for path, _value in conditions}) < len(conditions):
        raise SliceError(code)
    model, measure, unit = whole.model, whole.measure, whole.unit
    narrowed, words = Q(), [str(whole.label)]
    for path, value in conditions:
        if path == SUM:
            kind = _kind(model, value)
            if not kind.is_amount:
                raise SliceError(value)
            measure, unit = Measure(value), kind.sheet_unit or unit
            words.append(str(kind.field.verbose_name))
        else:
            narrowed &= _condition(model, path, value)
            words.append(_words(model, path, value))

    def records(period: Period) -> QuerySet[Any]:
        return whole.records(period).filter(narrowed)

    return replace(
        whole,
        code=code,
        label="; ".join(words),
        records=records,
        measure=measure,
        unit=unit,
        figure_ids=(),
        untrue_words=(),
        also_called=(),
    )


def _along(model: type[Model], path: str) -> list[Any]:
    try:
        return list(fields_along(model, path))
    except FieldDoesNotExist:
        raise SliceError(path) from None


def _kind(model: type[Model], path: str) -> FieldKind:
    return field_kind_of(_along(model, path)[-1])


def _condition(model: type[Model], path: str, value: str) -> Q:
    kind = _kind(model, path)
    known = {str(each) for each, _label in kind.filter_choices()}
    if not known and not _is_code_of_list(model, path):
        raise SliceError(path)
    if known and not set(value.split(",")) - {""} <= known:
        raise SliceError(value)
    if value:
        return Q(**{f"{path}__in": value.split(",")})
    empty = Q(**{f"{path}__isnull": True})
    return empty | Q(**{path: ""}) if kind.empty() == "" else empty


def _is_code_of_list(model: type[Model], path: str) -> bool:
    """Whether a path ends in the code of an entry of a shared list, to which the field before it is limited."""
    *before, field = _along(model, path)
    return bool(field.name == _CODE and before and before[-1].get_limit_choices_to())


def _words(model: type[Model], path: str, value: str) -> str:
    """ "cấp quản lý: Cấp tỉnh"."""
    *before, field = _along(model, path)
    labels = {str(key): label for key, label in field_kind_of(field).filter_choices()}
    named = field if labels else before[-1]
    shown = ", ".join(labels.get(each, each) for each in value.split(",")) if value else _("để trống")
    return f"{named.verbose_name}: {shown}"
