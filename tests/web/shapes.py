"""Which registers stand for all of them on pages and in the interface: whatever the code below these branches on, one of them has.

What a register declares is found here and not listed, so that a register with something new stands for itself.
"""

from django.core.exceptions import FieldDoesNotExist

from khcn.kernel.access.scopes import AnyOf
from khcn.kernel.fields.paths import field_at
from khcn.kernel.fields.registry import kind_at
from khcn.kernel.registers.list_pages import all_columns, list_column_text
from khcn.kernel.registers.writing import RowWriter
from khcn.kernel.screens import column_headings
from khcn.kernel.screens.list_totals import has_totals
from tests.conformance.access_given import ROLES
from tests.factories.base import an_actor


def kind_of_sort(register, path):
    """How many links away the column is, its type, and whether it may be empty; what is worked out is a kind of its own."""
    model, may_be_empty = register.model, False
    *links, last = path.split("__")
    for link in links:
        field = model._meta.get_field(link)
        model, may_be_empty = field.related_model, may_be_empty or field.null
    try:
        field = model._meta.get_field(last)
    except FieldDoesNotExist:
        return register.name, path
    return len(links), type(field).__name__, may_be_empty or field.null


def features_of_lists(register):
    """Columns and how they are read and shown, what rows are sorted and narrowed by, and sums below them."""
    model = register.model
    for column in all_columns(register):
        read, show = list_column_text(register, column)
        far = column.path.count("__")
        yield (
            "column",
            type(kind_at(model, column.path)),
            type(read),
            getattr(show, "__qualname__", type(show)),
            far,
        )
    for _column, heading in column_headings.all_headings(register):
        if heading.sort:
            yield "sort", *kind_of_sort(register, heading.sort)
    for path, lookups in register.filters.items():
        field = field_at(model, path)
        yield (
            "filter",
            type(kind_at(model, path)),
            field.null,
            bool(field.choices),
            *lookups,
            path.count("__"),
        )
    yield from (("worked out", register.name, name) for name in register.derived_filters)
    yield "rows", register.annotate is not None, len(register.order), bool(register.search)
    shown = [each for each in all_columns(register) if not each.hidden]
    yield "sums", has_totals(register, shown)


STAFF = [an_actor(role, unit) for role in ROLES for unit in ("QLKH", "VP", "TTRA", "BGD")]


def features_of_rights(register):
    """Kinds of scopes, what they answer to accounts, and whether the register is written at all, by a form or by an action."""
    parts = register.scope.parts if isinstance(register.scope, AnyOf) else (register.scope,)
    yield "scope", *(type(part) for part in parts)
    yield from (
        ("verbs", type(part), getattr(part, "verbs", ()), bool(part.hidden_fields())) for part in parts
    )
    yield "form", bool(register.form), type(register.writer) is RowWriter, bool(register.writer.acts_on_link)
    answers = {tuple(register.may(verb, actor) for verb in ("read", "create")) for actor in STAFF}
    yield "answers", bool(register.form), *sorted(answers)


def features_of_forms(register):
    """Boxes of a form, what writes its row, and what is written with it."""
    model = register.model
    yield "writer", type(register.writer)
    yield (
        "beside it",
        bool(register.owned),
        bool(register.workflow),
        bool(register.inline_in),
        bool(register.natural_key),
    )
    for name in register.form_fields():
        field = field_at(model, name)
        yield "box", type(kind_at(model, name)), field.null, field.blank, bool(field.choices)
