"""Refuses, in every test, an UPDATE or DELETE of the product whose condition reads another row (docs/adr/0047).

Of two workers that write one row, PostgreSQL lets the second wait, and then asks the condition again of the columns of the row
that is written, and of nothing else. Django makes ``WHERE id IN (SELECT ... JOIN ...)`` of a condition on another table: what
stands in that SELECT, the row's own columns among it, is not asked again, and both workers are given a count of one.
"""

import sys
from pathlib import Path

from django.db.models.sql import Query, compiler

PRODUCT = Path(__file__).resolve().parents[1] / "src" / "khcn"


class JoinedWriteError(AssertionError):
    """A conditional write that cannot decide between two workers."""


def reads_another_row(write):
    """Does the compiler of this write have a condition on a joined table, or a list of keys that is a query of its own table?"""
    write.query.get_initial_alias()
    joined = sum(count > 0 for count in write.query.alias_refcount.values()) > 1
    return joined or any(_selects(each, write.query.model) for each in write.query.where.children)


def _selects(condition, model):
    right = getattr(condition, "rhs", None)
    if isinstance(right, Query):
        return right.model is model
    return any(_selects(each, model) for each in getattr(condition, "children", ()))


def _is_of_product():
    """Is it the product that writes, and no migration: is the nearest of both callers a file of the product, not of a test?"""
    frame = sys._getframe(1)
    while frame is not None:
        path = Path(frame.f_code.co_filename)
        if path.is_relative_to(PRODUCT):
            return "migrations" not in path.parts
        if path.is_relative_to(PRODUCT.parents[1] / "tests") and path != Path(__file__):
            return False
        frame = frame.f_back
    return False


def refuse_joined_writes():
    """Look at every write that is compiled from now on."""
    for kind in (compiler.SQLUpdateCompiler, compiler.SQLDeleteCompiler):
        kind.as_sql = _looked_at(kind.as_sql)


def _looked_at(original):
    def as_sql(self):
        if reads_another_row(self) and _is_of_product():
            message = f"the condition of this write of {self.query.model._meta.label} reads another row: docs/adr/0047"
            raise JoinedWriteError(message)
        return original(self)

    return as_sql
