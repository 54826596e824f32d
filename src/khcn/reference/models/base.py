"""What the models of this package share."""

from khcn.kernel.dated.models import DatedQuerySet
from khcn.kernel.registers.record_model import RecordQuerySet


class DatedRecordQuerySet(DatedQuerySet, RecordQuerySet):
    """Records in force for some days only."""
