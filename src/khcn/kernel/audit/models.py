"""One change log for history and audit, and the base class whose every write goes into it."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from khcn.kernel.actors import current_act
from khcn.kernel.audit.chain import GENESIS, digest_of, keys
from khcn.kernel.audit.projections import update_projections
from khcn.kernel.audit.statements import insert_rows, write_columns
from khcn.kernel.text.language import vietnamese

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_M = TypeVar("_M", bound=models.Model)

# Columns of the log's own making; they change with every write and say nothing of their own.
STAMPS = ("created_at", "updated_at")
MASK = "***"
LONGEST_LABEL = 150  # of a name that the log keeps
LONGEST_REASON = 300


class Action(models.TextChoices):
    """What was done to a record."""

    CREATE = "create", _("Thêm mới")
    UPDATE = "update", _("Sửa")
    DELETE = "delete", _("Xóa")


class ChangeEntry(models.Model):
    """What one record looked like before and after one write, by whom and why."""

    at = models.DateTimeField(_("Thời điểm"), db_index=True)
    actor_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(_("Người thực hiện"), max_length=150)
    # For whom a deputy did it (docs/adr/0012). The default of the database spares a large log from being rewritten.
    on_behalf_of = models.CharField(_("Thay mặt"), max_length=150, blank=True, default="", db_default="")
    reason = models.CharField(_("Lý do"), max_length=300, blank=True)
    batch = models.UUIDField(db_index=True)
    action = models.CharField(_("Thao tác"), max_length=10, choices=Action.choices)
    model = models.CharField(max_length=80)
    object_id = models.CharField(max_length=40)
    object_label = models.CharField(_("Bản ghi"), max_length=300)
    before = models.JSONField(_("Trước"), null=True)
    after = models.JSONField(_("Sau"), null=True)
    # Of the content above, with the installation's secret; empty in rows that are older than digests.
    digest = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        verbose_name = _("Lượt thay đổi")
        verbose_name_plural = _("Nhật ký hệ thống")
        indexes: ClassVar = [models.Index(fields=["model", "object_id"])]

    def __str__(self) -> str:
        return f"{self.get_action_display()} {self.object_label}"

    @property
    def who(self) -> str:
        """Who did it, and for whom."""
        if not self.on_behalf_of:
            return self.actor_label
        return gettext("%(deputy)s, thay mặt %(principal)s") % {
            "deputy": self.actor_label,
            "principal": self.on_behalf_of,
        }


class ChainLink(models.Model):
    """The place of one row of the log in the chain. Links are added by the sealer only, and never changed."""

    position = models.BigIntegerField(primary_key=True)
    entry = models.BigIntegerField(
        unique=True
    )  # no foreign key: a link must outlive a row that somebody deletes
    digest = models.CharField(max_length=64, blank=True)
    seal = models.CharField(max_length=64)


class ChainHead(models.Model):
    """How far the chain goes. One row, locked by whoever seals and by nobody else: writers of records never meet here."""

    position = models.BigIntegerField(default=0)
    seal = models.CharField(max_length=64, default=GENESIS)
    # No row of the log with this key or a smaller one can still be committed (`khcn.kernel.audit.sealing`).
    final_to = models.BigIntegerField(default=0)
    # The next such mark, and since when it is waited for.
    awaited_to = models.BigIntegerField(null=True)
    awaited_since = models.DateTimeField(null=True)
    # The last position whose link has no digest, because its row is older than digests; signed by migration 0003 and
    # written by nothing else. After it every link is keyed.
    plain_to = models.BigIntegerField(default=0)
    plain_proof = models.CharField(max_length=64, blank=True, default="")


class LogCheck(models.Model):
    """What one verification of the log found."""

    started_at = models.DateTimeField(_("Bắt đầu"), db_index=True)
    finished_at = models.DateTimeField(_("Xong"))
    entries = models.BigIntegerField(_("Số lượt ghi"))
    records = models.BigIntegerField(_("Số bản ghi"))
    findings = models.JSONField(_("Chỗ không khớp"), default=list)

    class Meta:
        verbose_name = _("Lần kiểm tra nhật ký")
        verbose_name_plural = _("Các lần kiểm tra nhật ký")


def plain_value(value: object) -> object:
    """A value as JSON can hold it, the same before saving and after loading."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, bytes | bytearray | memoryview):
        return hashlib.sha256(value).hexdigest()
    if value is None or isinstance(value, bool | int | float | str | list | dict):
        return value
    return str(value)


def snapshot(instance: models.Model, skip: Sequence[str] = ()) -> dict[str, Any]:
    """The instance's own columns as plain values."""
    return {
        field.attname: plain_value(field.to_python(getattr(instance, field.attname)))
        for field in instance._meta.concrete_fields
        if field.attname not in skip
    }


def _difference(
    instance: Audited, before: dict[str, Any], after: dict[str, Any], names: Iterable[str]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the log says about a change; of a masked column only that it changed."""
    changed = [name for name in names if after[name] != before[name] and name not in instance.unlogged]
    old, new = ({name: side[name] for name in changed} for side in (before, after))
    for name in set(changed) & set(instance.masked):
        old[name] = new[name] = MASK
    return old, new


def logged_values(instance: Audited) -> dict[str, Any]:
    """What the log says about a whole record."""
    kept = snapshot(instance, instance.unlogged)
    return {**kept, **dict.fromkeys(instance.masked, MASK)}


def entry_of(
    action: Action,
    instance: models.Model,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    *,
    label: str = "",
) -> ChangeEntry:
    """What the log says about a write of this act; stored by :func:`append_entries`."""
    act = current_act()
    return ChangeEntry(
        at=timezone.now(),
        actor_id=act.actor.user_id,
        actor_label=(act.actor.own_label or act.actor.label)[:LONGEST_LABEL],
        on_behalf_of=act.actor.on_behalf_of[:LONGEST_LABEL],
        reason=act.reason[:LONGEST_REASON],
        batch=act.batch,
        action=action,
        model=instance._meta.label_lower,
        object_id=str(instance.pk),
        object_label=(label or vietnamese(instance))[:300],
        before=before,
        after=after,
    )


def locked(model: type[_M], pk: object) -> _M:
    """The stored row, which nobody else changes, deletes or newly refers to until this transaction ends.

    For whoever decides by what is on record: lock that record, then read what the decision needs, then write. On
    PostgreSQL a row lock (``SELECT … FOR UPDATE``); on SQLite a plain read, because a transaction that writes is
    alone from its beginning. Lock the parent before its children, and several rows of one table by ascending key.
    Raises ``model.DoesNotExist``.
    """
    return model._base_manager.select_for_update().get(pk=pk)


def stamp(model: type[Audited], keys: Sequence[int]) -> datetime:
    """Move the version of records (``updated_at``) forward without any other change, inside the caller's transaction.

    For whoever changes what a record stands for by writing other rows or by a conditional UPDATE of its own. Gives the
    instant that the records carry now.
    """
    now = timezone.now()
    for start in range(0, len(keys), 500):
        rows: models.QuerySet[Audited] = models.QuerySet(model)
        rows.filter(pk__in=keys[start : start + 500]).update(updated_at=now)
    return now


def locked_all(model: type[_M], pks: Iterable[int]) -> list[_M]:
    """Several stored rows of one table under lock, by ascending key; rows that are not there are left out."""
    wanted = sorted(set(pks))
    found: list[_M] = []
    for start in range(0, len(wanted), 500):
        rows = model._base_manager.select_for_update().filter(pk__in=wanted[start : start + 500])
        found.extend(rows.order_by("pk"))
    return found


def append_entries(entries: Sequence[ChangeEntry]) -> None:
    """Store entries in the caller's transaction, so that no write goes unlogged. The sealer chains them afterwards."""
    if not entries:
        return
    key = keys()[0]
    for entry in entries:
        entry.digest = digest_of(entry, key)
    insert_rows(ChangeEntry, entries)


def log_change(instance: Audited, before: dict[str, Any], after: dict[str, Any]) -> None:
    """Log a write that was made as a conditional UPDATE, in the transaction that made it."""
    append_entries([entry_of(Action.UPDATE, instance, before, after)])
    update_projections(type(instance), written=[instance])


class AuditedQuerySet(models.QuerySet[_M]):
    """Reads are free; set-wise writes go through the functions below, which log each row."""

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
                append_entries([entry_of(Action.CREATE, self, None, logged_values(self))])
                update_projections(type(self), written=[self])
                return
            before, after = snapshot(old, STAMPS), snapshot(self, STAMPS)
            if before == after:
                return
            self.created_at, self.updated_at = old.created_at, now
            super().save(*args, **{**options, "update_fields": None})
            changes = _difference(self, before, after, after)
            if changes[1]:
                append_entries([entry_of(Action.UPDATE, self, *changes)])
            update_projections(type(self), written=[self])

    def delete(self, *args: Any, **options: Any) -> tuple[int, dict[str, int]]:
        """Delete and log what was there; nothing is logged when somebody else was quicker."""
        with transaction.atomic():
            stored = type(self)._base_manager.select_for_update().filter(pk=self.pk).first()
            entry = entry_of(Action.DELETE, stored or self, logged_values(stored or self), None)
            key = self.pk
            result = super().delete(*args, **options)
            if stored is not None:
                append_entries([entry])
                gone, self.pk = self.pk, key  # Django empties the key of a deleted instance
                update_projections(type(self), removed=[self])
                self.pk = gone
        return result

    def derive(self) -> None:
        """Fill columns that follow from others, just before they are written."""


def bulk_insert(instances: Sequence[Audited]) -> None:
    """Insert many records of one model in one go, each with its own log entry."""
    if not instances:
        return
    now = timezone.now()
    for instance in instances:
        instance.derive()
        instance.created_at = instance.updated_at = now
    with transaction.atomic():
        rows: models.QuerySet[Any] = models.QuerySet(type(instances[0]))
        rows.bulk_create(instances, batch_size=500)
        append_entries([entry_of(Action.CREATE, each, None, logged_values(each)) for each in instances])
        update_projections(type(instances[0]), written=instances)


def bulk_change(instances: Iterable[Audited], fields: Sequence[str]) -> int:
    """Write ``fields`` of many loaded records of one model; rows that stay the same are neither written nor logged.

    Returns how many rows changed. Changes of other columns of the instances are neither written nor logged.
    """
    wanted = {each.pk: each for each in instances}
    if not wanted:
        return 0
    model = type(next(iter(wanted.values())))
    names = [model._meta.get_field(name).attname for name in fields]  # type: ignore[union-attr]
    now = timezone.now()
    entries: list[ChangeEntry] = []
    changed_rows: list[Audited] = []
    with transaction.atomic():
        ordered = sorted(wanted)  # everybody locks the rows of a table by ascending key
        for start in range(0, len(ordered), 500):
            stored = model._base_manager.select_for_update(no_key=True)
            for old in stored.filter(pk__in=ordered[start : start + 500]).order_by("pk"):
                new = wanted[old.pk]
                new.derive()
                changes = _difference(new, snapshot(old, STAMPS), snapshot(new, STAMPS), names)
                if not changes[1]:
                    continue
                new.created_at, new.updated_at = old.created_at, now
                changed_rows.append(new)
                entries.append(entry_of(Action.UPDATE, new, *changes))
        if changed_rows:
            derived = [name for name in model.derived if name not in fields]
            write_columns(model, changed_rows, (*fields, *derived, "updated_at"))
        append_entries(entries)
        update_projections(model, written=changed_rows)
    return len(changed_rows)


def bulk_remove(instances: Sequence[Audited]) -> None:
    """Delete many records of one model in one go, each with its own log entry.

    The caller has made sure that nothing refers to them; the database's own constraints have the last word.
    """
    if not instances:
        return
    current_act()  # refuses whoever has not said who is acting, even where nothing is left to delete
    model = type(instances[0])
    doomed_keys = sorted(each.pk for each in instances)
    with transaction.atomic():
        stored = locked_all(model, doomed_keys)
        entries = [entry_of(Action.DELETE, each, logged_values(each), None) for each in stored]
        for start in range(0, len(doomed_keys), 500):
            doomed: models.QuerySet[Any] = models.QuerySet(model)
            doomed.filter(pk__in=doomed_keys[start : start + 500])._raw_delete(connection.alias)  # noqa: SLF001 -- no cascade, no signals
        append_entries(entries)
        update_projections(model, removed=instances)
