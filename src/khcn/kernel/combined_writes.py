"""What one workbook writes of all registers, for rules that add up rows of several sheets."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from khcn.kernel.registers.writing import ValidationContext

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.kernel.registers.writing import Write

_KEY: Final = "combined writes"


def context_of_file(
    sheets: Iterable[tuple[type[Any], Sequence[Write]]], actor: Actor, on: date
) -> ValidationContext:
    """A context in which the rules see all rows of a file, also those of sheets that are validated later."""
    found: defaultdict[type[Any], list[Write]] = defaultdict(list)
    for model, writes in sheets:
        found[model].extend(writes)
    return ValidationContext(actor, on, seen={_KEY: found})


def combined_writes(context: ValidationContext, model: type[Any]) -> Sequence[Write]:
    """The rows of a register that the same file writes; none for a form."""
    found: Sequence[Write] = context.seen.get(_KEY, {}).get(model, ())
    return found
