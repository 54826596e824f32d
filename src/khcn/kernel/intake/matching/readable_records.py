"""Which of the records that rows are about the actor may read: a question tells what is on record, so it is about those only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from khcn.kernel.query_chunks import chunks

if TYPE_CHECKING:
    from collections.abc import Iterable

    from khcn.kernel.actors import Actor
    from khcn.kernel.registers.spec import Register


def readable_keys(register: Register, pks: Iterable[int], actor: Actor) -> set[int]:
    """Those of the keys whose records the actor may read; one query for each four hundred."""
    found: set[int] = set()
    for part in chunks([*dict.fromkeys(pks)]):
        found.update(register.visible(actor).filter(pk__in=part).values_list("pk", flat=True))
    return found
