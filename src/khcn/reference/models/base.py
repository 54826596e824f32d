"""What the models of this package share."""

from khcn.kernel.dated.models import DatedQuerySet
from khcn.kernel.registers.records import RecordQuerySet


class DatedRecordQuerySet(DatedQuerySet, RecordQuerySet):
    """Records in force for some days only."""
