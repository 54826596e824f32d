"""The base class of records whose every write is logged, and its query set."""

from __future__ import annotations

from typing import Any, ClassVar, TypeVar

from django.apps import apps
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from khcn.kernel.audit.change_checks import Change, check_changes
from khcn.kernel.audit.log_entries import append_entries, entry_of
from khcn.kernel.audit.logged_values import STAMPS, logged_difference, logged_values, snapshot
from khcn.kernel.audit.models import LoggedAction
from khcn.kernel.audit.projections import update_projections

_M = TypeVar("_M", bound=models.Model)


class AuditedQuerySet(models.QuerySet[_M]):
    """Reads are free; set-wise writes go through `khcn.kernel.audit.bulk_writes`, which logs each row."""

    def update(self, **values: object) -> int:
        """Closed: a silent set-wise write. Use :func:`bulk_change`."""
        raise SilentWriteError(self.model.__name__)

    def bulk_create(self, *args: object, **options: object) -> list[_M]:
        """Closed: use :func:`bulk_insert`."""
        raise SilentWriteError(self.model.__name__)

    def bulk_update(self, *args: object, **options: object) -> int:
        """Closed: use :func:`bulk_change`."""
        raise SilentWriteError(self.model.__name__)

    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete row by row, each logged."""
        counts: dict[str, int] = {}
        with transaction.atomic():
            for instance in self:
                for name, number in instance.delete()[1].items():
                    counts[name] = counts.get(name, 0) + number
        return sum(counts.values()), counts

    delete.queryset_only = True  # type: ignore[attr-defined]


class SilentWriteError(RuntimeError):
    """A set-wise write that would leave no trace in the change log."""


class Audited(models.Model):
    """A record whose every write is logged with actor, before and after; without an actor the write is refused."""

    created_at = models.DateTimeField(_("Nhập lúc"), editable=False)
    updated_at = models.DateTimeField(_("Sửa lúc"), editable=False)

    # Columns that follow from others and would only make the log longer.
    unlogged: ClassVar[tuple[str, ...]] = STAMPS
    # Columns whose change is logged, but not their value: secrets and their hashes.
    masked: ClassVar[tuple[str, ...]] = ()
    # Columns that ``derive`` fills.
    derived: ClassVar[tuple[str, ...]] = ()

    objects = AuditedQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **options: Any) -> None:
        """Write and log. Nothing is written, nor logged, when an existing row would not change.

        A column that only follows from others (``unlogged``) is written without an entry.
        """
        self.derive()
        now = timezone.now()
        with transaction.atomic():
            # The lock of the UPDATE below, taken before the row is read: what the log calls "before" is what this
            # write replaces. Rows that refer to it may be added meanwhile.
            stored = type(self)._base_manager.select_for_update(no_key=True)
            old = stored.filter(pk=self.pk).first() if self.pk else None
            if old is None:
                self.created_at = self.updated_at = now
                super().save(*args, **options)
                append_entries([entry_of(LoggedAction.CREATE, self, None, logged_values(self))])
                update_projections(type(self), written=[self], are_new=True)
                return
            before, after = snapshot(old, STAMPS), snapshot(self, STAMPS)
            if before == after:
                return
            written = frozenset(name for name in after if after[name] != before[name])
            check_changes(type(self), [Change.of_columns(self, old, written)])
            self.created_at, self.updated_at = old.created_at, now
            super().save(*args, **{**options, "update_fields": None})
            changes = logged_difference(self, before, after, after)
            if changes[1]:
                append_entries([entry_of(LoggedAction.UPDATE, self, *changes)])
            update_projections(type(self), written=[self])

    def delete(self, *args: Any, **options: Any) -> tuple[int, dict[str, int]]:
        """Delete and log what was there; nothing is logged when somebody else has deleted it already."""
        with transaction.atomic():
            stored = type(self)._base_manager.select_for_update().filter(pk=self.pk).first()
            entry = entry_of(LoggedAction.DELETE, stored or self, logged_values(stored or self), None)
            key = self.pk
            result = super().delete(*args, **options)
            if stored is not None:
                append_entries([entry])
                gone, self.pk = self.pk, key  # Django empties the key of a deleted instance
                update_projections(type(self), removed=[self])
                self.pk = gone
        return result

    @property
    def is_as_shipped(self) -> bool:
        """Is this a row that the program puts into every new database, as it is there? The log has nothing about it yet."""
        return False

    def derive(self) -> None:
        """Fill columns that follow from others, just before they are written."""


def audited_models() -> list[type[Audited]]:
    """Every kind of record that has a log."""
    return [each for each in apps.get_models() if issubclass(each, Audited)]
