"""Compares every audited record with what the log says of it last: finds what was not written by the program. And two versions
of one record with each other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

from django.core.exceptions import ValidationError
from django.db import connection, models, transaction
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from khcn.kernel.audit.audited import Audited, audited_models
from khcn.kernel.audit.findings import FindingKind, LogFinding
from khcn.kernel.audit.logged_values import is_masked_as, snapshot
from khcn.kernel.audit.models import ChangeEntry, LoggedAction
from khcn.kernel.text.language import vietnamese

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

CHUNK: Final = 500
# What reading a cell raises that holds no value of its column.
NOT_A_VALUE: Final = (ValueError, TypeError, ArithmeticError, ValidationError)
_M = TypeVar("_M", bound=models.Model)

State = dict[str, Any]


def compare_records() -> tuple[int, list[LogFinding]]:
    """How many records there are, and those that are not as the log says. Reads in chunks."""
    number = 0
    findings: list[LogFinding] = []
    for model in _models_in_use():
        findings += _changed_or_gone(model)
        found, unknown = _unknown(model)
        number += found
        findings += unknown
    return number, findings


def _models_in_use() -> list[type[Audited]]:
    """Those that have a record, or of which the log has an entry, by one statement: of most registers an installation has neither."""
    every = list(audited_models())
    quoted = connection.ops.quote_name
    log = quoted(ChangeEntry._meta.db_table)
    asked = (
        f"SELECT {number} WHERE EXISTS (SELECT 1 FROM {quoted(model._meta.db_table)}) "  # noqa: S608 -- names of our own tables
        f"OR EXISTS (SELECT 1 FROM {log} WHERE model = %s)"
        for number, model in enumerate(every)
    )
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(asked), [model._meta.label_lower for model in every])
        found = {number for (number,) in cursor.fetchall()}
    return [model for number, model in enumerate(every) if number in found]


def compare_these(model: type[Audited], keys: Iterable[Any]) -> list[LogFinding]:
    """Those of the records with these keys that are not as the log says, in the order of their keys.

    To be called in a snapshot of the database: a record that is being written must not be read in one version and its log in
    another.
    """
    findings: list[LogFinding] = []
    wanted = sorted(set(keys))
    for start in range(0, len(wanted), CHUNK):
        part = wanted[start : start + CHUNK]
        records, unreadable = rows_and_unreadable_keys(model._base_manager.all(), part)
        states = _states(model, map(str, part))
        for key in part:
            if key in unreadable:
                findings.append(LogFinding(FindingKind.RECORD_CHANGED, _not_readable(model, str(key))))
            elif difference := _difference(records.get(key), states.get(str(key))):
                findings.append(_finding(model, str(key), records.get(key), difference))
    return findings


def _finding(
    model: type[Audited], object_id: str, record: Audited | None, difference: tuple[FindingKind, list[str]]
) -> LogFinding:
    kind, names = difference
    what = _name(model, object_id, record)
    return LogFinding(kind, f"{what}: {', '.join(names)}" if names else what)


def _log(model: type[Audited]) -> models.QuerySet[ChangeEntry]:
    return ChangeEntry.objects.filter(model=model._meta.label_lower)


def _states(model: type[Audited], object_ids: Iterable[str]) -> dict[str, State | None]:
    """What the log says of records: their values, or None for a deleted one.

    Writes of one record wait for each other, so their keys are in the order in which they were made.
    """
    states: dict[str, State | None] = {}
    entries = _log(model).filter(object_id__in=list(object_ids)).order_by("pk")
    for object_id, action, after in entries.values_list("object_id", "action", "after"):
        if action == LoggedAction.DELETE:
            states[object_id] = None
        elif action == LoggedAction.CREATE:
            states[object_id] = dict(after or {})
        elif action == LoggedAction.ERASE and object_id in states and states[object_id] is None:
            continue  # of a deleted record only what the log shows is erased
        else:
            states[object_id] = {**(states.get(object_id) or {}), **(after or {})}
    return states


def _changed_or_gone(model: type[Audited]) -> Iterator[LogFinding]:
    after = ""
    while True:
        ids = (
            _log(model).filter(object_id__gt=after).order_by("object_id").values_list("object_id", flat=True)
        )
        part = list(ids.distinct()[:CHUNK])
        if not part:
            return
        after = part[-1]
        keys = {object_id: key for object_id in part if (key := _key(model, object_id)) is not None}
        records, unreadable = rows_and_unreadable_keys(model._base_manager.all(), list(keys.values()))
        states = _states(model, keys)
        for object_id, key in keys.items():
            if key in unreadable:
                yield LogFinding(FindingKind.RECORD_CHANGED, _not_readable(model, object_id))
                continue
            if _difference(records.get(key), states.get(object_id)) is not None:
                yield from _again(model, object_id, key)


def rows_and_unreadable_keys(
    rows: models.QuerySet[_M], keys: Sequence[Any]
) -> tuple[dict[Any, _M], set[Any]]:
    """The rows with these keys, and the keys of rows that hold a value that their column cannot have.

    SQLite keeps any text in any column. One such cell must not hide what else there is to find.
    """
    try:
        return rows.in_bulk(keys), set()
    except NOT_A_VALUE:
        found, unreadable = {}, set()
        for key in keys:
            try:
                found.update(rows.in_bulk([key]))
            except NOT_A_VALUE:
                unreadable.add(key)
        return found, unreadable


def _not_readable(model: type[Audited], object_id: str) -> str:
    return _("%(record)s: có giá trị không đọc được") % {"record": _name(model, object_id, None)}


def _again(model: type[Audited], object_id: str, key: Any) -> Iterator[LogFinding]:
    """Look once more with the record locked: it may have been written between the two readings."""
    with transaction.atomic():
        record = model._base_manager.select_for_update().filter(pk=key).first()
        difference = _difference(record, _states(model, [object_id]).get(object_id))
    if difference is not None:
        yield _finding(model, object_id, record, difference)


def _key(model: type[Audited], object_id: str) -> Any:
    assert model._meta.pk is not None  # noqa: S101 -- concrete models have one
    try:
        return model._meta.pk.to_python(object_id)
    except ValidationError:
        return None  # such a row was not written by the program; the chain names it


def _difference(record: Audited | None, state: State | None) -> tuple[FindingKind, list[str]] | None:
    """How a record differs from its log, and in which columns; None where it does not.

    Columns that came later or went since are not compared; of masked ones the digest is.
    """
    if record is None:
        return None if state is None else (FindingKind.RECORD_DELETED, [])
    if state is None:
        return None if record.is_as_shipped else (FindingKind.RECORD_INSERTED, [])
    try:
        now = snapshot(record, record.unlogged)
    except NOT_A_VALUE:
        return FindingKind.RECORD_CHANGED, [_("có giá trị không đọc được")]
    different = [
        name
        for name, value in now.items()
        if name in state
        and state[name] != value
        and not (name in record.masked and is_masked_as(record, name, value, str(state[name])))
    ]
    return (FindingKind.RECORD_CHANGED, different) if different else None


def _unknown(model: type[Audited]) -> tuple[int, list[LogFinding]]:
    """How many records there are, and those that the log does not know."""
    number, after = 0, None
    found: list[LogFinding] = []
    while True:
        rows = model._base_manager.order_by("pk")
        part = list(
            (rows if after is None else rows.filter(pk__gt=after))[:CHUNK].values_list("pk", flat=True)
        )
        if not part:
            return number, found
        after = part[-1]
        number += len(part)
        known = set(
            _log(model)
            .filter(object_id__in=[str(pk) for pk in part])
            .values_list("object_id", flat=True)
            .distinct()
        )
        for pk in part:
            if str(pk) not in known:
                record = model._base_manager.filter(pk=pk).first()
                if record is not None and record.is_as_shipped:
                    continue
                found.append(LogFinding(FindingKind.RECORD_INSERTED, _name(model, str(pk), record)))


def _name(model: type[Audited], object_id: str, record: Audited | None) -> str:
    kind = capfirst(str(model._meta.verbose_name))
    label = vietnamese(record) if record is not None else ""
    if not label:
        labels = (
            _log(model).filter(object_id=object_id).order_by("-pk").values_list("object_label", flat=True)
        )
        label = labels.first() or ""
    return f"{kind} “{label}” (#{object_id})"


def differing_columns(record: Any, before: Any) -> frozenset[str]:
    """Names of the columns in which two versions of one record differ."""
    return frozenset(
        each.name
        for each in record._meta.concrete_fields
        if getattr(record, each.attname) != getattr(before, each.attname)
    )
