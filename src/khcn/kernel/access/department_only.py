"""Query sets of what only the department sees: files of the import, reports. Registers have scopes."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from django.db import models

if TYPE_CHECKING:
    from typing import Self

    from khcn.kernel.actors import Actor

M_co = TypeVar("M_co", bound=models.Model, covariant=True)


class VisibleQuerySet(models.QuerySet[M_co]):
    """A query set of what only the department's staff see (files of the import, reports); registers have scopes."""

    def visible_to(self, actor: Actor) -> Self:
        """All rows for staff, none for anybody else."""
        return self.all() if actor.is_staff_of_department else self.none()
