"""The base of every record in a register: audited, searchable without diacritics, sortable in Vietnamese order."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from django.db import models
from django.utils.translation import gettext_lazy as _

from khcn.kernel.access.scopes import READ, rows_within_reach
from khcn.kernel.audit.audited import Audited, AuditedQuerySet
from khcn.kernel.fields.kinds.invented_columns import InventedColumnsField
from khcn.kernel.province import province_key
from khcn.kernel.registers.registry import register_of
from khcn.kernel.text.fold import sort_key

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Self

    from khcn.kernel.actors import Actor

_R = TypeVar("_R", bound=models.Model)


class RecordQuerySet(AuditedQuerySet[_R]):
    """Reads every register has. Areas add their own adjectives."""

    def visible_to(self, actor: Actor) -> Self:
        """The rows that the scope of their register opens to this actor."""
        reach = register_of(self.model).reach(READ, actor)
        return cast("Self", rows_within_reach(self, reach))


class Record(Audited):
    """One row of a register."""

    # Own text columns that search looks into; the first is the name, which also gives the order of the alphabet.
    searched: ClassVar[tuple[str, ...]] = ()
    # Links to dated rows, each with the path to the day on which the row has to be in force (kernel/fields/dated_links.py).
    in_force_on: ClassVar[Mapping[str, str]] = MappingProxyType({})

    # Every key carries the province, so that several provinces can share one database or be spread over many.
    province = models.CharField(max_length=8, editable=False, default=province_key)
    sort_key = models.CharField(max_length=400, editable=False, default="", db_index=True)
    illustrative = InventedColumnsField(
        _("Dữ liệu minh họa"),
        default=list,
        blank=True,
        help_text=_("Tên các cột có giá trị minh họa, không lấy từ hồ sơ thật."),
    )
    # Two exceptions to the rules, marked on the record for good: history from before the system, and a corrected slip.
    taken_over = models.BooleanField(_("chuyển từ hồ sơ giấy"), default=False, editable=False)
    corrected = models.BooleanField(_("đã đính chính"), default=False, editable=False)

    derived: ClassVar[tuple[str, ...]] = ("sort_key",)
    unlogged: ClassVar[tuple[str, ...]] = (*Audited.unlogged, *derived)

    objects = RecordQuerySet.as_manager()

    class Meta:
        abstract = True

    def derive(self) -> None:
        """Find the record's place in the alphabet."""
        self.sort_key = sort_key(str(getattr(self, self.searched[0]) or ""))[:400] if self.searched else ""

    @classmethod
    def columns_in_title(cls, text: str) -> dict[str, Any]:
        """What a text that ``str()`` made of a record says of its columns; nothing where it says too little to find the record.

        People copy from pages and papers what the program itself calls a record.
        """
        del text
        return {}

    def is_illustrative(self, field: str) -> bool:
        """Was this column's value invented for demonstration?"""
        return "*" in self.illustrative or field in self.illustrative

    def get_absolute_url(self) -> str:
        """The record's page."""
        return register_of(type(self)).detail_url(self.pk)
