"""Records that have deadlines and pages of their own, and no register: reports and their sections."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import Model, QuerySet
    from django_stubs_ext import StrOrPromise

    from khcn.kernel.actors import Actor


@dataclass(frozen=True)
class DepartmentRecords:
    """What a register says of its records, for a model that the department's staff alone see."""

    model: type[Model]
    address: Callable[[int], str]  # of the page of one record
    closed: frozenset[type[Model]] = frozenset()

    @property
    def name(self) -> str:
        """Label of the model."""
        return self.model._meta.label_lower

    @property
    def singular(self) -> StrOrPromise:
        """What officials call one record."""
        return self.model._meta.verbose_name or ""

    def reach(self, verb: str, actor: Actor) -> bool:
        """All rows for staff, none for others."""
        return actor.is_staff_of_department

    def visible(self, actor: Actor, verb: str = "read") -> QuerySet[Any]:
        """These rows."""
        rows = self.model._default_manager
        return rows.all() if self.reach(verb, actor) else rows.none()

    def may(self, verb: str, actor: Actor, record: Model | None = None) -> bool:
        """Terms of such records are met by steps of their own pages, and no action moves one."""
        return verb == "read" and self.reach(verb, actor)

    def seen_by(self, actor: Actor) -> DepartmentRecords:
        """Their names hide nothing from staff."""
        return self

    def detail_url(self, pk: int) -> str:
        """Address of one record."""
        return self.address(pk)
