"""Rules whose value counts only after the button has confirmed it, whatever way it was written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from khcn.reference.models import RuleParameter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from khcn.kernel.registers.writing import Write

UNCONFIRMED: Final = ("value", "valid_from")
"""The columns that bear the mark of sample data until then."""
_DECISIVE: Final = frozenset({"code", "value", "unit", "valid_from", "valid_to"})
_codes: set[str] = set()


def require_confirmation(code: str) -> None:
    """Each new or changed version of the rule waits for the button."""
    _codes.add(code)


def mark_unconfirmed(writes: Sequence[Write]) -> None:
    """Take back the confirmation of what has just been written; words may be mended without it."""
    for write in writes:
        codes = {write.record.code, write.before.code if write.before else ""}
        if not codes & _codes or not (write.is_new or write.changed & _DECISIVE):
            continue
        stored = RuleParameter.objects.get(pk=write.record.pk)
        stored.illustrative = sorted({*stored.illustrative, *UNCONFIRMED})
        stored.save()
        write.record.illustrative, write.record.updated_at = stored.illustrative, stored.updated_at
