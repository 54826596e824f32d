"""All sequences of the database step from the slot of the installation: those of identity columns, and those by themselves."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.core.management.base import CommandError
from django.db import DEFAULT_DB_ALIAS, connection, connections, models

from khcn.kernel.id_slots.models import STEP, IdSlot

# A sequence that has given no number yet will give its start.
_STRAYS: Final = """
    SELECT quote_ident(c.relname) FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid
    WHERE c.relnamespace = current_schema()::regnamespace
    AND (s.seqincrement <> %(step)s OR s.seqstart %% %(step)s <> %(slot)s
        OR coalesce(pg_sequence_last_value(s.seqrelid), s.seqstart) %% %(step)s <> %(slot)s)
    ORDER BY 1"""


def stored_slot(using: str = DEFAULT_DB_ALIAS) -> int | None:
    """The slot of this installation, or of the one whose database has that alias; None before it was given one, and on SQLite."""
    if connections[using].vendor != "postgresql":
        return None
    return IdSlot.objects.using(using).values_list("slot", flat=True).first()


def stray_sequences(slot: int) -> list[str]:
    """Sequences whose numbers are not those of the slot."""
    with connection.cursor() as cursor:
        cursor.execute(_STRAYS, {"step": STEP, "slot": slot})
        return [name for (name,) in cursor.fetchall()]


def refuse_other_slot() -> None:
    """Raises ``CommandError`` where the settings name another slot than the database has."""
    if connection.vendor != "postgresql":
        if settings.ID_SLOT:
            raise CommandError(
                f"KHCN_ID_SLOT={settings.ID_SLOT}: chỉ dùng được với PostgreSQL; kho trên SQLite không gộp được với kho khác. Bỏ biến này. / "
                "Only on PostgreSQL."
            )
        return
    stored = stored_slot()
    if stored is not None and settings.ID_SLOT not in {None, stored}:
        raise CommandError(
            f"KHCN_ID_SLOT={settings.ID_SLOT}, nhưng cơ sở dữ liệu này đã mang số kho {stored}, và các bản ghi đã mang số của kho ấy. Sửa biến "
            f"thành {stored} hoặc bỏ đi. / The database has slot {stored} already."
        )


def follow_slot(**_signal: Any) -> None:
    """Give the database the slot of the settings where it has none, and let every sequence follow it that does not yet.

    Called after each migration, as the role that owns the tables. Numbers that were given stay as they are: a sequence goes on
    behind them.
    """
    refuse_other_slot()
    if connection.vendor != "postgresql":
        return
    stored = stored_slot()
    slot = (settings.ID_SLOT or 0) if stored is None else stored
    with connection.cursor() as cursor:
        for name in stray_sequences(slot):
            cursor.execute(f"SELECT last_value + is_called::int FROM {name}")  # noqa: S608 -- quoted by the server
            ((free,),) = cursor.fetchall()
            cursor.execute(
                f"ALTER SEQUENCE {name} INCREMENT BY {STEP} START WITH {_first_of(slot, 1)} RESTART WITH {_first_of(slot, free)}"
            )
    if stored is None:
        IdSlot(slot=slot).save(force_insert=True)


def _first_of(slot: int, least: int) -> int:
    """The first number of a slot that is not below another one."""
    return least + (slot - least) % STEP


def go_on_behind(sequence: str, table: str, key: str) -> None:
    """Let a sequence go on behind all rows of its table, also those that came from another store: who orders by key finds what is
    written later behind what was there. A number that was given is not given again.
    """
    slot = stored_slot() or 0
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT coalesce(max({key}), 0) FROM {table}")  # noqa: S608 -- our own names
        ((last,),) = cursor.fetchall()
        cursor.execute(f"SELECT last_value + is_called::int FROM {sequence}")  # noqa: S608 -- our own names
        ((free,),) = cursor.fetchall()
        cursor.execute("SELECT setval(%s, %s, false)", [sequence, _first_of(slot, max(free, last + 1))])


def sequence_of(model: type[models.Model]) -> str | None:
    """The sequence that gives a table its keys, as SQL names it; None where there is none."""
    key = model._meta.auto_field
    if key is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [model._meta.db_table, key.column])
        ((name,),) = cursor.fetchall()
    return str(name) if name else None
