"""Migrations one after the other, each in a transaction of its own, and taken back where one of them fails."""

from __future__ import annotations

import logging
from contextlib import contextmanager, nullcontext
from functools import partial
from typing import TYPE_CHECKING

from django.core.management.sql import emit_pre_migrate_signal
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.migrations.executor import MigrationExecutor

from khcn.kernel.upgrading.short_locks import changing_structure, repeat_while_in_use

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.migrations import Migration
    from django.db.migrations.state import ProjectState

log = logging.getLogger(__name__)


class UpgradeError(Exception):
    """A migration failed; ``left`` names those before it that could not be taken back."""

    def __init__(self, step: str, left: list[str]) -> None:
        super().__init__(step)
        self.step, self.left = step, left


def migrate_in_steps() -> None:
    """Carry out what the database lacks. Raises :class:`UpgradeError`, whose cause says what failed."""
    executor = MigrationExecutor(connection)
    leaves = executor.loader.graph.leaf_nodes()
    plan = executor.migration_plan(leaves)
    state = executor.migrate(leaves, plan=[])
    emit_pre_migrate_signal(0, interactive=False, db=DEFAULT_DB_ALIAS, apps=state.apps, plan=plan)
    done: list[Migration] = []
    with _references_of_sqlite_unchecked():
        for migration, _backwards in plan:
            try:
                state = _carried_out(executor, migration, state)
            except Exception as fault:
                log.exception("the migration %s failed", _name(migration))
                raise UpgradeError(_name(migration), _left_after_taking_back(done)) from fault
            done.append(migration)


def _carried_out(executor: MigrationExecutor, migration: Migration, state: ProjectState) -> ProjectState:
    # Django writes down that it was carried out after its transaction has ended: with it in ours, both are there or neither.
    def change() -> ProjectState:
        with changing_structure() if migration.atomic else nullcontext():
            return executor.migrate([], plan=[(migration, False)], state=state.clone())

    return repeat_while_in_use(change, what=_name(migration))


def _left_after_taking_back(done: list[Migration]) -> list[str]:
    """Take migrations back, the last first; gives those that are left because one of them cannot be."""
    left = [*done]
    while left:
        try:
            repeat_while_in_use(partial(_take_back, left[-1]), what=_name(left[-1]))
        except Exception:
            log.exception("the migration %s cannot be taken back", _name(left[-1]))
            break
        left.pop()
    return [_name(each) for each in left]


def _take_back(migration: Migration) -> None:
    with changing_structure():
        MigrationExecutor(connection).migrate([], plan=[(migration, True)])


@contextmanager
def _references_of_sqlite_unchecked() -> Iterator[None]:
    """SQLite copies a table to change it, which it does not while references are checked, and switches that in no transaction."""
    connection.disable_constraint_checking()
    try:
        yield
    finally:
        connection.enable_constraint_checking()


def _name(migration: Migration) -> str:
    return f"{migration.app_label}.{migration.name}"
