"""A migration brings only what the version before can work with while it is carried out (quality bar R18, docs/howto/drills.md).

`./khcn drill upgrade` carries the same kinds out on a million rows while the version before works.
"""

from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection, migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.test import override_settings

from drill.upgrade import ALLOWED, REFUSED
from khcn.kernel.upgrading.operations import AddCheckOnline, AddIndexOnline

NEW_THINGS = (
    migrations.CreateModel,
    AddIndexOnline,
    migrations.RemoveIndex,
    migrations.RenameIndex,
    migrations.RemoveConstraint,
    migrations.AlterModelOptions,
    migrations.AlterModelManagers,
)


def why_not(operation, state):
    """Why the version before cannot work with what an operation does to tables of this state; empty where it can."""
    if isinstance(operation, NEW_THINGS):
        return ""
    if isinstance(operation, migrations.AddIndex | migrations.AddConstraint):
        return _why_not_built(operation)
    if isinstance(operation, migrations.AddField):
        field = operation.field
        is_filled = field.null or field.has_db_default() or field.many_to_many
        return "" if is_filled else "the version before leaves the column out: give it db_default, or null"
    if isinstance(operation, migrations.AlterField):
        return _why_not_altered(operation, state)
    if isinstance(operation, migrations.RunPython | migrations.RunSQL):
        return "" if operation.reversible else "it cannot be taken back"
    return f"the version before does not know of {type(operation).__name__}"


def _why_not_built(operation):
    if isinstance(operation, migrations.AddIndex):
        return "nobody writes while the index is built: AddIndexOnline"
    if not isinstance(operation.constraint, models.CheckConstraint):
        return "the version before may write what the constraint refuses"
    is_online = isinstance(operation, AddCheckOnline)
    return "" if is_online else "nobody reads while the rows are checked: AddCheckOnline"


def _why_not_altered(operation, state):
    fields = state.models[state_key(operation, state)].fields
    before, after = fields[operation.name], operation.field
    if before.null and not after.null:
        return "the version before may leave the column empty"
    if isinstance(before, models.CharField) and isinstance(after, models.CharField):
        return (
            ""
            if (after.max_length or 0) >= (before.max_length or 0)
            else "the version before writes longer texts"
        )
    if isinstance(before, models.ForeignKey) and isinstance(
        after, models.ForeignKey
    ):  # a state has them by name
        targets = {str(each.remote_field.model).lower() for each in (before, after)}
        return "" if len(targets) == 1 else "the column links to another table"
    is_same = type(before) is type(after) and before.db_parameters(connection) == after.db_parameters(
        connection
    )
    return "" if is_same else "the column gets another type"


def state_key(operation, state):
    return next(key for key in state.models if key[1] == operation.model_name_lower)


def initial_state():
    return ProjectState.from_apps(apps)


def operation_of(text):
    online = {"AddCheckOnline": AddCheckOnline, "AddIndexOnline": AddIndexOnline}
    return eval(text, {"migrations": migrations, "models": models, **online})  # our own constants


def reasons_of(migration, label, state):
    """What is wrong with a migration, operation by operation; a table that it makes is not used by the version before."""
    found, new = [], set()
    for operation in migration.operations:
        if isinstance(operation, migrations.CreateModel):
            new.add(operation.name_lower)
        elif getattr(operation, "model_name_lower", "") not in new and (why := why_not(operation, state)):
            found.append(why)
        operation.state_forwards(label, state)
    online = [each for each in migration.operations if isinstance(each, AddIndexOnline | AddCheckOnline)]
    if online and (migration.atomic or len(migration.operations) > 1):
        found.append(f"{type(online[0]).__name__} needs a migration of its own with atomic = False")
    return found


def test_each_migration_after_the_initial_ones_lets_the_version_before_work():
    """A second step, which removes what the version before does not use any more, says since when: ``second_step = "…"``."""
    with override_settings(MIGRATION_MODULES={}):
        loader = MigrationLoader(None)
        ours = {each.label for each in apps.get_app_configs() if each.name.startswith("khcn.")}
        later = [key for key in loader.disk_migrations if key[0] in ours and key[1] != "0001_initial"]
        faults = {
            key: why
            for key in later
            if not getattr(loader.disk_migrations[key], "second_step", "")
            and (
                why := reasons_of(
                    loader.disk_migrations[key], key[0], loader.project_state(key, at_end=False)
                )
            )
        }
    assert faults == {}
    assert len(loader.disk_migrations) > len(ours) / 2  # they were read


def test_a_table_is_made_with_its_constraints():
    """`makemigrations` writes them behind all tables where they refer to a reference. Then Django builds all related models anew for
    each, and SQLite copies the table: half of the time of a first start.
    """
    with override_settings(MIGRATION_MODULES={}):
        loader = MigrationLoader(None, load=False)
        loader.load_disk()
    ours = {each.label for each in apps.get_app_configs() if each.name.startswith("khcn.")}
    made, behind = 0, []
    for (label, name), migration in loader.disk_migrations.items():
        new = {each.name_lower for each in migration.operations if isinstance(each, migrations.CreateModel)}
        made += len(new) * (label in ours)
        behind += [
            (label, name, each.constraint.name)
            for each in migration.operations
            if label in ours and isinstance(each, migrations.AddConstraint) and each.model_name_lower in new
        ]
    assert behind == [], "put each into `constraints` among the options of its CreateModel"
    assert made > 150


def test_a_table_that_the_migration_makes_may_be_anything():
    made = migrations.CreateModel(
        "New", [("id", models.BigAutoField(primary_key=True)), ("x", models.TextField())]
    )
    unique = migrations.AddConstraint("new", models.UniqueConstraint(fields=["x"], name="x"))

    class Migration:
        atomic = True
        operations = (
            made,
            unique,
            migrations.RemoveField("new", "x"),
            migrations.RemoveField("person", "phone"),
        )

    why = "the version before does not know of RemoveField"
    assert reasons_of(Migration, "parties", initial_state()) == [why]


def test_an_index_is_built_in_a_migration_of_its_own():
    index = AddIndexOnline("person", models.Index(fields=["phone"], name="x"))
    column = migrations.AddField("person", "y", models.TextField(null=True))
    why = ["AddIndexOnline needs a migration of its own with atomic = False"]
    for atomic, operations, found in [
        (False, (index,), []),
        (True, (index,), why),
        (False, (index, column), why),
    ]:
        migration = SimpleNamespace(atomic=atomic, operations=operations)
        assert reasons_of(migration, "parties", initial_state()) == found


@pytest.mark.parametrize("kind", ALLOWED)
def test_what_the_drill_shows_to_be_harmless_is_let_in(kind):
    assert why_not(operation_of(ALLOWED[kind]), initial_state()) == ""


@pytest.mark.parametrize("kind", REFUSED)
def test_what_the_drill_shows_to_break_the_version_before_is_refused(kind):
    assert why_not(operation_of(REFUSED[kind]), initial_state())


@pytest.mark.parametrize(
    ("operation", "why"),
    [
        (migrations.RemoveField("person", "phone"), "the version before does not know of RemoveField"),
        (migrations.DeleteModel("Person"), "the version before does not know of DeleteModel"),
        (
            migrations.AlterField("person", "degree", models.CharField(max_length=10)),
            "the version before writes longer texts",
        ),
        (migrations.AlterField("person", "degree", models.IntegerField()), "the column gets another type"),
        (
            migrations.AlterField("person", "organisation", models.ForeignKey("parties.Organisation", models.PROTECT)),
            "the version before may leave the column empty",
        ),
        (
            migrations.AddConstraint("person", models.UniqueConstraint(fields=["phone"], name="x")),
            "the version before may write what the constraint refuses",
        ),
        (
            migrations.AddIndex("person", models.Index(fields=["phone"], name="x")),
            "nobody writes while the index is built: AddIndexOnline",
        ),
        (
            migrations.AddConstraint("person", models.CheckConstraint(condition=~models.Q(phone="x"), name="x")),
            "nobody reads while the rows are checked: AddCheckOnline",
        ),
        (migrations.RunSQL("SELECT 1"), "it cannot be taken back"),
        (migrations.RunSQL("SELECT 1", migrations.RunSQL.noop), ""),
    ],
)  # fmt: skip
def test_what_else_is_read(operation, why):
    assert why_not(operation, initial_state()) == why
