"""The plan of an uploaded file, from the cache or made now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from khcn.kernel.intake.layouts.sheet_layouts import FileReading
from khcn.kernel.intake.plans import plan_cache
from khcn.kernel.intake.plans.plan_making import prepare_import

if TYPE_CHECKING:
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.kernel.intake.models import Batch
    from khcn.kernel.intake.plans.plan_making import PreparedImport


def prepare_batch(batch: Batch, actor: Actor, on: date) -> PreparedImport:
    """What the workbook of an open file would do now. Reads only."""
    return prepare_file(
        batch.content(),
        batch.name,
        batch.sha256,
        actor,
        on,
        taken_over=batch.taken_over,
        reading=FileReading.of(batch),
    )


def prepare_file(
    content: bytes, name: str, digest: str, actor: Actor, on: date, *, taken_over: bool, reading: FileReading
) -> PreparedImport:
    """The plan, from the cache or made now."""
    key = plan_cache.plan_key(plan_name(digest, reading, taken_over=taken_over), actor)
    prepared = plan_cache.cached_plan(key)
    if prepared is None:
        prepared = prepare_import(content, name, actor=actor, on=on, taken_over=taken_over, reading=reading)
        plan_cache.store_plan(key, prepared)
    return prepared


def plan_name(digest: str, reading: FileReading, *, taken_over: bool) -> str:
    """What of a file its plan depends on: bytes, choices, and whether it is history from paper."""
    return f"{digest}, {reading.digest()}, {taken_over}"
