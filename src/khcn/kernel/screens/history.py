"""The history of a record as people read it, and its page: who, when, and each field before and after, in words."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import models
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from khcn.kernel.audit.erasing import entries_without_words, erased_columns, subject_of
from khcn.kernel.audit.events import EVENT_KINDS
from khcn.kernel.audit.models import ChangeEntry, LoggedAction
from khcn.kernel.deadlines.kinds import registry as deadline_kinds
from khcn.kernel.deadlines.models import DeadlineEvent
from khcn.kernel.fields.reference_targets import record_name
from khcn.kernel.fields.registry import field_kind_of
from khcn.kernel.registers.record_titles import numbered_title
from khcn.kernel.registers.registry import has_register, inline_registers_of, register_of
from khcn.kernel.screens.record_page_content import page_of_record
from khcn.kernel.screens.requested_record import record_or_404, register_or_404
from khcn.kernel.ui.view_decorators import read_only

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from django.http import HttpResponse

    from khcn.kernel.actors import Actor
    from khcn.kernel.registers.record_model import Record
    from khcn.kernel.registers.spec import Register
    from khcn.kernel.ui.http import Request

NOT_SHOWN = frozenset({"id", "province", "sort_key", "password", "subject_model", "subject_id"})
MARKS = frozenset({"taken_over", "corrected"})  # worth a word only where they are set
_REQUEST = re.compile(r"(GET|POST|PUT|PATCH|DELETE) /")
TONES = {
    LoggedAction.CREATE: "ok",
    LoggedAction.DELETE: "bad",
    LoggedAction.REFUSED: "warn",
}  # the others: "info"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field before and after."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class RecordChange:
    """One write."""

    pk: int
    at: datetime
    actor: str
    action: str
    tone: str
    reason: str
    kind: str
    label: str
    url: str
    changes: tuple[FieldChange, ...]


class _Names:
    """Names of related records by model and key, each model asked once for all entries of a page."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self.wanted: dict[type[models.Model], set[int]] = defaultdict(set)
        self.found: dict[tuple[type[models.Model], int], str] = {}

    def fetch(self) -> None:
        for model, keys in self.wanted.items():
            for pk, record in self._readable(model).in_bulk(list(keys)).items():
                self.found[model, pk] = record_name(record) if has_register(model) else str(record)

    def _readable(self, model: type[models.Model]) -> models.QuerySet[Any]:
        """Names of records that the reader of the page may see; others are told by their number alone."""
        if has_register(model):
            return register_of(model).visible(self.actor)
        rows: models.QuerySet[Any] = models.QuerySet(model)
        return rows if self.actor.is_staff_of_department else rows.none()

    def text(self, field: Any, value: Any) -> str:
        if value is None:
            return ""
        if field.related_model:
            return self.found.get(
                (field.related_model, value), _("bản ghi số %(number)s") % {"number": value}
            )
        if field.model is DeadlineEvent and field.name == "kind" and value in deadline_kinds.kinds:
            return str(deadline_kinds.kinds[value].label)
        return field_kind_of(field).log_text(value)


def _model(entry: ChangeEntry) -> type[models.Model] | None:
    try:
        return apps.get_model(entry.model)
    except LookupError:
        return None


def _fields(model: type[models.Model], actor: Actor) -> dict[str, Any]:
    scope = register_of(model).scope if has_register(model) else None
    unshown = NOT_SHOWN | (scope.hidden(actor) if scope is not None else frozenset())
    return {
        field.attname: field
        for field in model._meta.concrete_fields
        if field.name not in unshown and not _is_of_program(field)
    }


def _is_of_program(field: Any) -> bool:
    """Columns that nobody was meant to read, such as the identifier of an event, were given no name."""
    return bool(str(field.verbose_name) == field.name.replace("_", " "))


def readable_changes(entries: Iterable[ChangeEntry], actor: Actor) -> list[RecordChange]:
    """Entries of the change log in words; related records by name, in one query for each model."""
    entries = list(entries)
    names = _Names(actor)
    for entry in entries:
        model = _model(entry)
        for attname, field in (_fields(model, names.actor) if model else {}).items():
            for side in (entry.before or {}, entry.after or {}):
                key = side.get(attname)
                if field.related_model and isinstance(key, int):  # of an erased link the log has a digest
                    names.wanted[field.related_model].add(key)
    names.fetch()
    erased, wordless = erased_columns(entries), entries_without_words(entries)
    return [
        _event(each, names, erased.get((each.model, each.object_id), {}), is_wordless=each.pk in wordless)
        for each in entries
    ]


def _event(entry: ChangeEntry, names: _Names, erased: dict[str, int], *, is_wordless: bool) -> RecordChange:
    """``erased``: by column, the key of the entry up to which nothing is shown of its values.

    ``is_wordless``: nor of the reason; of a file or an event of a term, which have no columns of their own erased, of nothing.
    """
    model = _model(entry)
    of_another = is_wordless and subject_of(entry) != (entry.model, entry.object_id)
    before, after = entry.before or {}, entry.after or {}
    changes = []
    for attname, field in (_fields(model, names.actor) if model else {}).items():
        if attname not in before and attname not in after:
            continue
        old, new = names.text(field, before.get(attname)), names.text(field, after.get(attname))
        unmarked = attname in MARKS and not after.get(attname)
        if old == new or unmarked:
            continue
        if entry.pk > erased.get(attname, 0) and not of_another:
            changes.append(FieldChange(str(capfirst(field.verbose_name)), old, new))
        else:
            changes.append(FieldChange(str(capfirst(field.verbose_name)), _erased(old), _erased(new)))
    url = ""
    if model and has_register(model) and entry.action != LoggedAction.DELETE:
        url = register_of(model).detail_url(int(entry.object_id))
    return RecordChange(
        entry.pk,
        entry.at,
        entry.who,
        str(entry.get_action_display()),
        TONES.get(LoggedAction(entry.action), "info"),
        _reason(entry, is_wordless=is_wordless),
        str(capfirst(model._meta.verbose_name or ""))
        if model
        else str(EVENT_KINDS.get(entry.model, entry.model)),
        _erased(entry.object_label) if of_another else _label(entry, model, names.actor),
        url,
        tuple(changes),
    )


def _reason(entry: ChangeEntry, *, is_wordless: bool) -> str:
    if _REQUEST.match(entry.reason):
        return ""
    return _erased(entry.reason) if is_wordless else entry.reason


def _erased(text: str) -> str:
    return _("(đã xóa theo thời hạn)") if text else ""


def _label(entry: ChangeEntry, model: type[models.Model] | None, actor: Actor) -> str:
    """What the record was called; only its number where that may name a record of a register closed to the reader."""
    if model is None or not has_register(model):
        return entry.object_label
    register = register_of(model).seen_by(actor)
    return numbered_title(register, entry.object_id) if register.closed else entry.object_label


def latest_changes(
    record: Record, actor: Actor, also: Iterable[tuple[Register, str]] = (), limit: int = 100
) -> list[RecordChange]:
    """The latest writes of one record, of the rows that its form holds and of its terms, newest first.

    ``also`` names further registers whose records belong to this one, each with the link that says so.
    """
    children = dict(also) | {child: panel.link for child, panel in inline_registers_of(type(record))}
    wanted = models.Q(model=record._meta.label_lower, object_id=str(record.pk))
    for child, link in children.items():
        if child.may("read", actor):
            wanted |= models.Q(
                model=child.model._meta.label_lower, object_id__in=_ids(child, link, record, actor)
            )
    if actor.is_staff_of_department:  # as the deadlines themselves
        wanted |= models.Q(
            model=DeadlineEvent._meta.label_lower, object_id__in=_ids_of_deadline_events(record)
        )
    entries = ChangeEntry.objects.filter(wanted)
    scope = register_of(type(record)).scope
    if scope is not None and (since := scope.unread_before(actor, record)) is not None:
        entries = entries.filter(at__gte=since)
    return readable_changes(entries.order_by("-pk")[:limit], actor)


def _ids(child: Register, link: str, record: Record, actor: Actor) -> list[str]:
    """Keys of the records that belong or belonged to ``record``, those that were deleted included."""
    rows = child.visible(actor).filter(**{link: record}).values_list("pk", flat=True)
    attname = child.model._meta.get_field(link).attname  # type: ignore[union-attr]
    deleted = ChangeEntry.objects.filter(
        model=child.model._meta.label_lower, action=LoggedAction.DELETE, **{f"before__{attname}": record.pk}
    )
    return [*(str(pk) for pk in rows), *deleted.values_list("object_id", flat=True)]


def _ids_of_deadline_events(record: Record) -> list[str]:
    """What was done to the terms of a record, and what of it was taken back."""
    subject = {"subject_model": record._meta.label_lower, "subject_id": record.pk}
    rows = DeadlineEvent.objects.filter(**subject).values_list("pk", flat=True)
    deleted = ChangeEntry.objects.filter(
        model=DeadlineEvent._meta.label_lower,
        action=LoggedAction.DELETE,
        **{f"before__{name}": value for name, value in subject.items()},
    )
    return [*(str(pk) for pk in rows), *deleted.values_list("object_id", flat=True)]


def _latest_edit(register: Register, record: Record, actor: Actor) -> tuple[int, str] | None:
    """The latest change of the record itself, by a person who may type it back, with the address that does so."""
    if not register.form or not actor.is_staff_of_department or not register.may("change", actor, record):
        return None
    entries = ChangeEntry.objects.filter(model=record._meta.label_lower, object_id=str(record.pk))
    last = entries.order_by("-pk").first()
    if last is None or last.action != LoggedAction.UPDATE:
        return None
    return last.pk, reverse("register-undo", args=[register.area, register.slug, last.pk])


@read_only
def record_history(request: Request, area: str, slug: str, pk: int) -> HttpResponse:
    """Who changed what, and when."""
    register = register_or_404(request, area, slug)
    record = record_or_404(request, register, pk)
    context = {
        **page_of_record(request, register, record),
        "events": latest_changes(record, request.actor),
        "undo": _latest_edit(register, record, request.actor),
    }
    return render(request, "registers/history.html", context)
