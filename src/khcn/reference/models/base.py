"""What the models of this package share."""

from datetime import date
from typing import Self, TypeVar

from django.db.models import Exists, OuterRef

from khcn.kernel.dated.models import Dated, DatedQuerySet
from khcn.kernel.registers.record_model import RecordQuerySet

_Model = TypeVar("_Model", bound=Dated)


class DatedRecordQuerySet(DatedQuerySet[_Model], RecordQuerySet[_Model]):
    """Records in force for some days only."""

    def youngest(self, *, on: date) -> Self:
        """Of those of each code the version that counts on a day: the youngest, where versions on record overlap. Codes are those of one rule."""
        younger = self.model._default_manager.all().valid(on=on)
        younger = younger.filter(
            code=OuterRef("code"), province=OuterRef("province"), valid_from__gt=OuterRef("valid_from")
        )
        return self.valid(on=on).exclude(Exists(younger))
