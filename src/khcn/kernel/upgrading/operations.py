"""Operations of migrations that lock nobody out of a large table.

On PostgreSQL each needs a migration of its own with ``atomic = False``: an index is built, or rows are checked, in a transaction
that begins after the lock of the one before has been released. An attempt that fails leaves nothing, and removes first what an
interrupted one has left. On SQLite they do what Django's own do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.postgres.operations import AddConstraintNotValid, AddIndexConcurrently, ValidateConstraint
from django.db import DatabaseError, migrations
from django.db.migrations.operations.base import Operation

from khcn.kernel.upgrading.short_locks import changing_structure, repeat_while_in_use

if TYPE_CHECKING:
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor
    from django.db.models import CheckConstraint


class _Online(Operation):
    """Does Django's own on another database than PostgreSQL."""

    atomic = False

    def forwards_on_postgresql(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any, /
    ) -> None:
        """In short transactions, or outside of any."""
        raise NotImplementedError

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        """The way of the database."""
        forwards = (
            self.forwards_on_postgresql
            if schema_editor.connection.vendor == "postgresql"
            else super().database_forwards
        )
        forwards(app_label, schema_editor, from_state, to_state)


class AddIndexOnline(_Online, migrations.AddIndex):
    """An index that is built while rows are written (PostgreSQL: ``CREATE INDEX CONCURRENTLY``)."""

    def forwards_on_postgresql(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        """Outside of any transaction."""
        name = schema_editor.quote_name(self.index.name)
        drop = f"DROP INDEX CONCURRENTLY IF EXISTS {name}"
        schema_editor.execute(drop)
        add = AddIndexConcurrently(self.model_name, self.index)
        try:
            add.database_forwards(app_label, schema_editor, from_state, to_state)
        except DatabaseError:
            schema_editor.execute(drop)
            raise


class AddCheckOnline(_Online, migrations.AddConstraint):
    """A condition for new rows at once, for those that are there after they have been read (PostgreSQL: ``NOT VALID``, then
    ``VALIDATE CONSTRAINT``, which stops neither readers nor writers).
    """

    constraint: CheckConstraint

    def forwards_on_postgresql(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, _from_state: Any, to_state: Any
    ) -> None:
        """In two transactions."""
        table = schema_editor.quote_name(to_state.apps.get_model(app_label, self.model_name)._meta.db_table)
        name = self.constraint.name
        drop = f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {schema_editor.quote_name(name)}"
        add = AddConstraintNotValid(self.model_name, self.constraint)

        def put() -> None:
            with changing_structure():
                schema_editor.execute(drop)
                add.database_forwards(app_label, schema_editor, to_state, to_state)

        def take_away() -> None:
            with changing_structure():
                schema_editor.execute(drop)

        repeat_while_in_use(put, what=name)
        try:
            ValidateConstraint(self.model_name, name).database_forwards(
                app_label, schema_editor, to_state, to_state
            )
        except DatabaseError:
            repeat_while_in_use(take_away, what=name)
            raise
