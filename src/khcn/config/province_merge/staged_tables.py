"""Rows of the other store in tables beside ours, until everything that they name is known here.

What both stores have alike, such as the national lists, becomes one row: ours. Rows that name such a row of the other store name
ours from then on. All other rows keep their keys.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from django.db import connection, models

from khcn.kernel.files.models import StoredFile
from khcn.kernel.papers.models import PaperTemplate
from khcn.kernel.query_chunks import chunks
from khcn.parties.models import AccountRole
from khcn.reference.models import (
    AdminUnit,
    AdminUnitSuccession,
    CodeListItem,
    RegimeWindow,
    ReportingRegime,
    RuleParameter,
    WorkingDayException,
)
from khcn.reports.models import FormVersion

if TYPE_CHECKING:
    from khcn.config.province_merge.source_store import SourceStore

# In the order in which they name each other. By these columns where they are given, else by everything that a row says.
ALIKE: Final[dict[type[models.Model], tuple[str, ...]]] = {
    StoredFile: ("sha256",),
    AdminUnit: ("level", "code", "valid_from"),
    AdminUnitSuccession: (),
    CodeListItem: (),
    RuleParameter: (),
    WorkingDayException: (),
    ReportingRegime: (),
    RegimeWindow: (),
    FormVersion: (),
    AccountRole: ("code",),  # the accounts that have it come closed
    PaperTemplate: ("kind", "version", "sha256"),
}
# Documents stay as they are, each with its province: tasks are numbered within the document that gave them.
_NOT_COMPARED: Final = {"province", "legal_document", "created_at", "updated_at"}
# Columns that name a record of any kind.
_NAMED: Final = (("model", "object_id"), ("subject_model", "subject_id"))


Changes = dict[Any, dict[str, tuple[Any, Any]]]
"""Before and after of the columns of each row that changed, by its key."""


@dataclass(slots=True)
class StagedTable:
    """The rows of one model."""

    model: type[models.Model]
    alike: dict[int, int] = field(default_factory=dict)  # key there → key here

    @property
    def table(self) -> str:
        """Ours."""
        return self.model._meta.db_table

    @property
    def staged(self) -> str:
        """That of the other store's rows; it is there until the end of the merger."""
        return f"merging_{self.table}"

    @property
    def key(self) -> str:
        """Column of the primary key."""
        assert self.model._meta.pk is not None  # noqa: S101 -- every model has one
        return str(self.model._meta.pk.column)

    def columns(self) -> list[str]:
        """All columns, by name: their order may differ between the two databases."""
        return [str(each.column) for each in self.model._meta.concrete_fields]

    def read(self, source: SourceStore) -> None:
        """Take the rows over as they are."""
        run(f"CREATE TABLE {self.staged} (LIKE {self.table})")
        copy_rows(source, self.table, self.staged, self.columns())

    def find_alike(self, by: tuple[str, ...]) -> Changes:
        """Note which rows are here already; rows that name others of their own table are found after those. Returns what changed."""
        changes: Changes = {}
        names = by or tuple(
            str(each.column)
            for each in self.model._meta.concrete_fields
            if not each.primary_key and each.name not in _NOT_COMPARED
        )
        same = " AND ".join(f"s.{quoted(name)} IS NOT DISTINCT FROM t.{quoted(name)}" for name in names)
        while True:
            found = dict(
                rows(f"SELECT s.id, min(t.id) FROM {self.staged} s JOIN {self.table} t ON {same} GROUP BY 1")
            )
            fresh = {there: here for there, here in found.items() if there not in self.alike}
            if not fresh:
                return changes
            self.alike |= fresh
            for name in self._links_to(self.model):
                for pk, before, after in self._rewrite(name, fresh):
                    changes.setdefault(pk, {})[name] = (before, after)

    def _links_to(self, model: type[models.Model]) -> list[str]:
        return [
            str(each.column)
            for each in self.model._meta.concrete_fields
            if each.many_to_one and each.related_model is model and each.target_field.primary_key  # type: ignore[attr-defined]  # what is named by a code is the same in both
        ]

    def _rewrite(self, column: str, keys: dict[int, int], *, where: str = "") -> list[tuple[Any, Any, Any]]:
        """Name our rows instead of those of the other store. Returns key, before and after of each row that changed."""
        changed = []
        for part in chunks(sorted(keys.items())):
            values = ", ".join(f"({there}::bigint, {here}::bigint)" for there, here in part)
            column_type = next(
                each.db_type(connection) for each in self.model._meta.concrete_fields if each.column == column
            )
            cast = "::text" if str(column_type).startswith("varchar") else ""
            changed += rows(
                f"UPDATE {self.staged} s SET {quoted(column)} = m.here{cast} FROM (VALUES {values}) AS m (there, here) "
                f"WHERE s.{quoted(column)} = m.there{cast} {where} RETURNING s.{self.key}, m.there, m.here"
            )
        return changed

    def differing(self) -> list[str]:
        """What both stores have under one key and say otherwise: both rows stay, and somebody has to look at them."""
        keys = [each for each in self.model._meta.constraints if isinstance(each, models.UniqueConstraint)]
        named = next(each.fields for each in keys if each.fields and each.fields[0] == "province")[1:]
        same = " AND ".join(f"s.{quoted(name)} = t.{quoted(name)}" for name in named)
        shown = " || ' ' || ".join(f"s.{quoted(name)}" for name in named)
        found = rows(
            f"SELECT {shown} FROM {self.staged} s JOIN {self.table} t ON {same} WHERE s.id <> ALL(%s) ORDER BY 1",
            [list(self.alike)],
        )
        return [f"{self.model._meta.verbose_name} {text}" for (text,) in found]

    def follow(self, column: str, other: StagedTable) -> None:
        """A plain number that names a row of another table. For rows that are not logged."""
        self._rewrite(column, other.alike)

    def rewrite_links(self, others: list[StagedTable]) -> Changes:
        """Follow rows that became ours. Returns before and after of the columns of each row that changed, by its key."""
        changes: Changes = {}
        names = {each.name for each in self.model._meta.concrete_fields}
        for other in others:
            if not other.alike:
                continue
            found = [
                (name, self._rewrite(name, other.alike))
                for name in self._links_to(other.model)
                if other.model is not self.model
            ]
            for model, key in _NAMED:
                if {model, key} <= names:
                    label = other.model._meta.label_lower
                    found.append((key, self._rewrite(key, other.alike, where=f"AND s.{model} = '{label}'")))
            for name, rewritten in found:
                for pk, before, after in rewritten:
                    changes.setdefault(pk, {})[name] = (before, after)
        return changes

    def insert(self) -> int:
        """Put the rows that are not here yet among ours. Returns how many."""
        names = ", ".join(map(quoted, self.columns()))
        run(f"CREATE TABLE {self.staged}_alike (id bigint PRIMARY KEY)")
        for part in chunks(sorted(self.alike.items())):
            run(f"INSERT INTO {self.staged}_alike VALUES " + ", ".join(f"({there})" for there, _here in part))
        without = (
            f"WHERE NOT EXISTS (SELECT 1 FROM {self.staged}_alike a WHERE a.id = s.{self.key})"
            if self.alike
            else ""
        )
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {self.table} ({names}) SELECT {names} FROM {self.staged} s {without}"
            )
            return int(cursor.rowcount)

    def drop(self) -> None:
        """The rows are among ours."""
        run(f"DROP TABLE {self.staged}, {self.staged}_alike")


def quoted(name: str) -> str:
    """A name of SQL."""
    return str(connection.ops.quote_name(name))


def run(statement: str, values: list[Any] | None = None) -> None:
    """Carry out a statement of our own names."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def rows(statement: str, values: list[Any] | None = None) -> list[tuple[Any, ...]]:
    """What such a statement gives."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def copy_rows(
    source: SourceStore, table: str, target: str, columns: list[str], *, to: list[str] | None = None
) -> None:
    """All rows of a table of the other store, by the server's own COPY, as a stream."""
    there, here = (", ".join(map(quoted, names)) for names in (columns, to or columns))
    with (
        source.connection.cursor() as reading,
        connection.cursor() as writing,
        reading.copy(f"COPY (SELECT {there} FROM {table}) TO STDOUT") as given,
        writing.copy(f"COPY {target} ({here}) FROM STDIN") as taken,
    ):
        for block in given:
            taken.write(block)
