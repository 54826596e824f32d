"""Verbs of organisations and persons."""

from khcn.parties.operations.mergers import (
    MergeRefused,
    merge_preview,
    merge_records,
    returning_record,
    survivor_of,
    undo_merger,
    why_not_undo,
)
from khcn.parties.operations.particulars import PersonWriter, change_particulars

__all__ = [
    "MergeRefused",
    "PersonWriter",
    "change_particulars",
    "merge_preview",
    "merge_records",
    "returning_record",
    "survivor_of",
    "undo_merger",
    "why_not_undo",
]
