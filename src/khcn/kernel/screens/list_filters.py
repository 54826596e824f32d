"""The filters of a register as one django-filter set, used alike by the list page, its export and the API."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import django_filters
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from khcn.kernel.fields.kinds.yes_no import yes_no_choices, yes_no_filter
from khcn.kernel.fields.paths import field_at
from khcn.kernel.fields.registry import field_kind_of, kind_at
from khcn.kernel.search.register_search import rows_with_words
from khcn.kernel.search.search_words import read_words, words_cut_note

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.db.models import QuerySet
    from django_stubs_ext import StrOrPromise

    from khcn.kernel.fields.field_kind import FieldKind
    from khcn.kernel.registers.spec import Register

SEARCH = "q"
_WORDS: dict[str, StrOrPromise] = {
    "exact": "",
    "gte": gettext_lazy("từ"),
    "gt": gettext_lazy("sau"),
    "lte": gettext_lazy("đến hết"),
    "lt": gettext_lazy("trước"),
    "contains": gettext_lazy("có chữ"),
    "icontains": gettext_lazy("có chữ"),
}


@dataclass(frozen=True, slots=True)
class Control:
    """One filter as the page draws it."""

    name: str
    label: str
    shown: Callable[[Any], str]  # a value as the page shows it
    choices: tuple[tuple[str, str], ...] = ()  # what it offers; without any, it is typed into
    remote: str = ""  # "area/slug" of the register to look up
    hint: str = ""
    keyboard: str = ""


@dataclass(frozen=True, slots=True)
class FilterChip:
    """A filter in use: what it says, and its name in the address."""

    name: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class FilterResult:
    """Rows after search and filters, what was applied, what could not be read, and a word on what was searched for."""

    records: QuerySet[Any]
    chips: tuple[FilterChip, ...]
    errors: Mapping[str, list[str]]
    note: str = ""
    order: tuple[str, ...] = ()  # in which the rows come soonest, where the reader wished for none
    is_narrowed: bool = True


def _filter_for(kind: FieldKind | None, path: str, lookup: str) -> django_filters.Filter:
    """The filter of one field and lookup; an annotation is asked for as text."""
    options: dict[str, Any] = {"field_name": path, "lookup_expr": lookup}
    if lookup == "isnull":
        return yes_no_filter(**options)
    return kind.filter(**options) if kind else django_filters.CharFilter(**options)


@lru_cache(maxsize=256)
def filterset_class(register: Register) -> type[django_filters.FilterSet]:
    """The filter set of a register; made once."""
    made: dict[str, Any] = {}
    for path, lookups in register.filters.items():
        for lookup in lookups:
            name = path if lookup == "exact" else f"{path}__{lookup}"
            made[name] = _filter_for(kind_at(register.model, path), path, lookup)
    for name, (_label, choices) in register.derived_filters.items():
        made[name] = django_filters.ChoiceFilter(field_name=name, choices=choices)
    return type(f"{register.model.__name__}Filters", (django_filters.FilterSet,), made)


@lru_cache(maxsize=512)
def _controls(register: Register, language: str) -> tuple[Control, ...]:
    found = []
    for path, lookups in register.filters.items():
        kind = field_kind_of(field_at(register.model, path))
        for lookup in lookups:
            name = path if lookup == "exact" else f"{path}__{lookup}"
            word = str(_WORDS.get(lookup, lookup)) if lookup != "isnull" else _("để trống")
            label = capfirst(f"{kind.field.verbose_name} {word}".strip())
            found.append(_control(name, label, kind, lookup))
    for name, (title, choices) in register.derived_filters.items():
        found.append(_choosing(name, str(title), tuple((value, str(text)) for value, text in choices)))
    return tuple(found)


def _control(name: str, label: str, kind: FieldKind, lookup: str) -> Control:
    if lookup == "isnull":
        return _choosing(name, label, yes_no_choices())
    if choices := kind.filter_choices():
        return _choosing(name, label, choices)
    target = kind.target
    remote = f"{target.area}/{target.slug}" if target else ""
    return Control(name, label, kind.text, (), remote, kind.filter_hint(), kind.keyboard)


def _choosing(name: str, label: str, choices: tuple[tuple[str, str], ...]) -> Control:
    words = dict(choices)

    def shown(value: Any) -> str:
        key = {True: "1", False: "0"}.get(value, str(value))
        return words.get(key, key)

    return Control(name, label, shown, choices)


def controls(register: Register) -> tuple[Control, ...]:
    """The filter bar of a register in the language of the request."""
    return _controls(register, get_language() or "")


def apply_filters(register: Register, records: QuerySet[Any], data: Mapping[str, Any]) -> FilterResult:
    """Search (``q``) and filter ``records`` as the address says.

    A value that cannot be read narrows nothing and is reported by name, in words; the page must show it.
    """
    text = str(data.get(SEARCH) or "").strip()
    words = read_words(text)
    narrowed = rows_with_words(records, register.searched, words)
    records = narrowed.rows
    order = ("-pk",) if narrowed.many and not data.get("sort") else ()
    notes = [
        *([words_cut_note()] if words.cut else ()),
        *([_("Có nhiều bản ghi, bản ghi mới nhập xếp trước.")] if order else ()),
    ]
    note = " ".join(notes)
    kind = filterset_class(register)
    if not any(data.get(name) for name in kind.base_filters):
        return FilterResult(records, (), {}, note, order, is_narrowed=bool(text))
    found = kind(data, queryset=records)
    records = found.qs
    errors = {name: [str(each) for each in each_errors] for name, each_errors in found.form.errors.items()}
    values = found.form.cleaned_data
    chips = tuple(
        FilterChip(each.name, each.label, each.shown(values[each.name]))
        for each in controls(register)
        if values.get(each.name) not in {None, ""}
    )
    return FilterResult(records, chips, errors, note, order)
