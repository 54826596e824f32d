"""Parts of organisations in a task that a decided change of partner began or ended: they stay as it has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from khcn.kernel.registers.writing import RowWriter
from khcn.science.enums import AmendmentKind, PartnerRole
from khcn.science.models import TaskAmendment, TaskPartner
from khcn.science.operations.task_access import TaskRefused

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from khcn.kernel.actors import Actor


def begun_by_change(keys: Collection[int]) -> set[int]:
    """Those of the parts that a change of partner has begun."""
    return _parts_of_changes(keys, organisation="new_organisation", day="from_on")


def ended_by_change(keys: Collection[int]) -> set[int]:
    """Those of the parts that a change of partner has ended."""
    return _parts_of_changes(keys, organisation="old_organisation", day="to_on")


def _parts_of_changes(keys: Collection[int], *, organisation: str, day: str) -> set[int]:
    changes = TaskAmendment.objects.filter(
        Q(effective_on=OuterRef(day)) | Q(effective_on__isnull=True, decided_on=OuterRef(day)),
        kind=AmendmentKind.CHANGE_PARTNER,
        taken_over=False,
        task=OuterRef("task"),
        **{organisation: OuterRef("organisation")},
    )
    parts = TaskPartner.objects.filter(Exists(changes), pk__in=keys, role=PartnerRole.COOPERATING)
    return set(parts.values_list("pk", flat=True))


class PartnerWriter(RowWriter):
    """What a change of partner has begun or ended goes back with it only."""

    def refuse_removal(self, record: Any, *, actor: Actor, on: date) -> None:
        """Raise :class:`TaskRefused` for a part that a change of partner has begun or ended."""
        if begun_by_change([record.pk]) or ended_by_change([record.pk]):
            raise TaskRefused(
                _(
                    "Phần tham gia này theo quyết định thay đổi tổ chức phối hợp. Nếu ghi nhầm thì bấm “Bỏ điều chỉnh ghi nhầm” ở "
                    "trang của điều chỉnh."
                ),
                code="owned",
            )

    def refuse_taking_back(self, record: Any, *, actor: Actor, on: date) -> None:
        """The import that brought the change of partner brought this too; what was changed since stops its undoing."""
