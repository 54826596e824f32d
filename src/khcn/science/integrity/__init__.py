"""What must be so of the tasks and all that happens around them, and what no constraint refuses."""

from khcn.science.integrity import (
    activities,
    amendments,
    calls,
    councils,
    milestones,
    papers,
    proposals,
    tasks,
)

__all__ = ["activities", "amendments", "calls", "councils", "milestones", "papers", "proposals", "tasks"]
