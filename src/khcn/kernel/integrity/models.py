"""What the runs of the rules found."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models

if TYPE_CHECKING:
    from typing import Self


class IntegrityCheckQuerySet(models.QuerySet["IntegrityCheck"]):
    """Runs."""

    def newest(self) -> Self:
        """The last one first."""
        return self.order_by("-pk")


class IntegrityCheck(models.Model):
    """One run of all rules. It follows from the data, so it is not in the change log."""

    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(db_index=True)
    errors = models.PositiveIntegerField(default=0)  # rules of that level with offenders
    warnings = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)  # rules that could not be asked
    results = models.JSONField(default=list)  # of each rule, see `khcn.kernel.integrity.running.RuleResult`

    objects: ClassVar[IntegrityCheckQuerySet] = IntegrityCheckQuerySet.as_manager()  # type: ignore[assignment]

    def __str__(self) -> str:
        return f"{self.finished_at:%d/%m/%Y %H:%M}: {self.errors}, {self.warnings}"
