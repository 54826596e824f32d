"""Work of the import in the background."""

from __future__ import annotations

from khcn.kernel.intake.operations import plan_in_background


def plan_file(*, plan: int) -> None:
    """Plan a long file for the person who waits for it."""
    plan_in_background(plan)
