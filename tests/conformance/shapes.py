"""Which registers stand for all of them: whatever the code below a list, a scope or a search branches on, one of them has.

What a register declares is found here and not listed, so that a register with something new stands for itself.
"""

import os

from khcn.kernel.access.scopes import AnyOf
from khcn.kernel.audit.audited import AuditedQuerySet
from khcn.kernel.fields.paths import field_at
from khcn.kernel.fields.registry import kind_at
from khcn.kernel.registers.list_pages import Keyset, all_columns, list_column_text
from khcn.kernel.registers.writing import RowWriter
from khcn.kernel.workbooks.workbook_sheet import sheet_columns
from tests.conformance.given import business_fields

ORDINARY = AuditedQuerySet.mro()


ALWAYS = os.environ.get("KHCN_ALWAYS_TESTED", "").split()
"""Names of what is tested by itself whatever has its features too: the examples of docs/howto (tests/gates/page_examples.py)."""


def covering(things, features_of):
    """The fewest of them, nearly, that have together every feature that any of them has, in their order."""
    features = {thing: frozenset(features_of(thing)) for thing in things}
    left = set().union(*features.values())
    chosen = {thing for thing in things if any(name in str(thing) for name in ALWAYS)}
    while left:
        best = max(things, key=lambda thing: len(features[thing] & left))
        chosen.add(best)
        left -= features[best]
    return [thing for thing in things if thing in chosen]


def shape_of(field):
    """What statements and comparisons of a column depend on."""
    collation = getattr(field, "db_collation", None)
    return type(field), field.null, bool(field.choices), collation


def features_of_lists(register):
    """Columns and what they are read by, order, annotations, filters and links of the search."""
    model = register.model
    own = {
        name
        for part in type(model._default_manager.all()).mro()
        for name in vars(part)
        if part not in ORDINARY
    }
    yield (
        "rows",
        frozenset(name for name in own if hasattr(AuditedQuerySet, name) and not name.startswith("__")),
    )
    if register.annotate is not None:
        yield "annotations", register.name
    for column in all_columns(register):
        read, show = list_column_text(register, column)
        kind = kind_at(model, column.path)
        yield (
            "column",
            type(kind),
            type(read),
            getattr(show, "__qualname__", type(show)),
            column.path.count("__"),
        )
    parts = Keyset(register, register.order).parts
    yield "order", len(parts)
    for part in parts:
        yield (
            "key",
            part.falling,
            part.may_be_empty,
            part.field and shape_of(part.field),
            part.path.count("__"),
        )
    for path, lookups in register.filters.items():
        yield (
            "filter",
            type(kind_at(model, path)),
            *shape_of(field_at(model, path)),
            *lookups,
            path.count("__"),
        )
    for name in register.derived_filters:
        yield "derived filter", register.name, name
    yield from (("field", *shape_of(field)) for field in business_fields(model) if not field.related_model)
    yield "searched", len(getattr(model, "searched", ())), len(register.search)
    yield from (("search", link.count("__")) for link in register.search)


def features_of_scopes(register):
    """Kinds of scopes, what they let whom do, and how far away the row's owner is."""
    parts = register.scope.parts if isinstance(register.scope, AnyOf) else (register.scope,)
    yield "parts", *(type(part) for part in parts)
    for part in parts:
        yield "verbs", type(part), getattr(part, "verbs", ()), bool(part.hidden_fields())
        for path in part.paths():
            steps = path.split("__")
            nullable = any(
                step != "pk" and field_at(register.model, "__".join(steps[: place + 1])).null
                for place, step in enumerate(steps)
            )
            yield "owner", type(part), len(steps), path == "pk", nullable
    yield "acts on a link", bool(register.writer.acts_on_link)


def features_of_sheets(register):
    """What columns of a workbook are written and read by, and what says which record a row is."""
    writer = type(register.writer)
    yield "rows are validated", writer.validate is not RowWriter.validate
    yield "key", *(shape_of(register.model._meta.get_field(name)) for name in register.natural_key)
    yield "names", bool(register.distinguished_by), bool(register.known_by), bool(register.codes_by)
    yield "owned", bool(register.owned), bool(register.workflow), bool(register.inline_in)
    for column in sheet_columns(register):
        yield (
            "column",
            type(column.kind),
            *shape_of(column.field),
            column.required,
            features_of_target(column.target),
        )


def features_of_actions(kind):
    """The same of a sheet whose rows are actions: its inputs, and whether there are any."""
    yield "inputs", bool(kind.action.inputs), bool(kind.action.asks_reason)
    for column in kind.columns():
        is_key = column.name in kind.register.natural_key
        yield (
            "column",
            is_key,
            type(column.kind),
            *shape_of(column.field),
            column.required,
            features_of_target(column.target),
        )


def features_of_target(target):
    """How a cell names a record."""
    if target is None:
        return None
    return (
        bool(target.lookup_aliases),
        target.lookup_creates,
        bool(target.named_with),
        bool(target.distinguished_by),
    )
