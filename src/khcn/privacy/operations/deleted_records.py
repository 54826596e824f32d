"""Records that somebody deleted: the log has what they held, until the time of their kind is over (docs/adr/0036).

Their time counts from the day of the deletion. There is no row to empty, so the erasure is an entry of the log alone, after
which no page shows the columns any more and the deletion is not taken back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef

from khcn.kernel.audit.erasing import erased_columns
from khcn.kernel.audit.models import ChangeEntry, LoggedAction
from khcn.kernel.calendar.day_arithmetic import start_of_day
from khcn.kernel.query_chunks import chunks

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from django.db.models import Model


def deletions_due(model: type[Model], names: Sequence[str], before: date, **only: Any) -> list[ChangeEntry]:
    """The deletions before a day of records of which pages still show something of these columns, oldest first; with ``only``
    those with these values.
    """
    columns = [model._meta.get_field(name).attname for name in names]  # type: ignore[union-attr]
    later = ChangeEntry.objects.filter(
        model=OuterRef("model"),
        object_id=OuterRef("object_id"),
        action=LoggedAction.ERASE,
        pk__gt=OuterRef("pk"),
    )
    deletions = ChangeEntry.objects.filter(
        ~Exists(later),
        model=model._meta.label_lower,
        action=LoggedAction.DELETE,
        at__lt=start_of_day(before),
        **only,
    )
    found: dict[str, ChangeEntry] = (
        {each.object_id: each for each in deletions.order_by("pk")} if columns else {}
    )
    shown = set(_shown(model, list(found), columns))
    return [each for key, each in found.items() if key in shown]


def _shown(model: type[Model], keys: Sequence[str], columns: Sequence[str]) -> Iterator[str]:
    """Those of the records that are gone and of whose columns the log still tells something."""
    for part in chunks(keys):
        back = {str(pk) for pk in model._base_manager.filter(pk__in=part).values_list("pk", flat=True)}
        entries = list(ChangeEntry.objects.filter(model=model._meta.label_lower, object_id__in=part))
        erased = erased_columns(entries)
        for entry in entries:
            last = erased.get((entry.model, entry.object_id), {})
            values: list[dict[str, Any]] = [entry.before or {}, entry.after or {}]
            if entry.object_id not in back and any(
                side.get(name) and entry.pk > last.get(name, 0) for side in values for name in columns
            ):
                yield entry.object_id
