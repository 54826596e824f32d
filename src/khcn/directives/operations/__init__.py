"""Assigned work: what people do with it, and the rules for its rows."""

from khcn.directives.operations.assigned_tasks import (
    ResultRefused,
    correct_assignment,
    correct_result,
    extend_assignment,
    finished,
    record_result,
    remove_result,
    why_no_result,
    why_not_finished,
)
from khcn.directives.operations.writing import AssignedExtensionWriter, AssignedTaskWriter

__all__ = [
    "AssignedExtensionWriter",
    "AssignedTaskWriter",
    "ResultRefused",
    "correct_assignment",
    "correct_result",
    "extend_assignment",
    "finished",
    "record_result",
    "remove_result",
    "why_no_result",
    "why_not_finished",
]
