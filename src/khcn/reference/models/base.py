"""What the models of this package share."""

from typing import TypeVar

from khcn.kernel.dated.models import Dated, DatedQuerySet
from khcn.kernel.registers.record_model import RecordQuerySet

_Model = TypeVar("_Model", bound=Dated)


class DatedRecordQuerySet(DatedQuerySet[_Model], RecordQuerySet[_Model]):
    """Records in force for some days only."""
