"""What the owned fields of a register say to one row whose own checks are against it.

A model compares its fields with each other, and would ask people to choose a value in a field that only an action writes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from khcn.kernel.audit.record_comparison import differing_columns
from khcn.kernel.refusals.attempts import AttemptKind, note_attempt
from khcn.kernel.registers.owned_fields import owned_changes
from khcn.kernel.registers.writing import Write

if TYPE_CHECKING:
    from khcn.kernel.refusals import Refused
    from khcn.kernel.registers.writing import RegisterWithWrites


def owned_refusal(register: RegisterWithWrites, record: Any) -> Refused | None:
    """The refusal of a new or changed row that touches a field that an action owns; None where it touches none."""
    stored = register.model._base_manager.filter(pk=record.pk) if record.pk is not None else ()
    before = next(iter(stored), None)
    changed = differing_columns(record, before) if before is not None else frozenset()
    for _write, refused in owned_changes(register, [Write(record, before, changed)]):
        note_attempt(AttemptKind.FIELD)
        return refused
    return None
