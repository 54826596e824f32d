"""Mergers: one record that was entered twice becomes one, and can be set apart again."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from django.apps import apps
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from khcn.kernel.actors import acting
from khcn.kernel.audit.audited import Audited
from khcn.kernel.audit.bulk_writes import bulk_change
from khcn.kernel.audit.erasing import erased_columns
from khcn.kernel.audit.log_entries import append_entries, entry_of
from khcn.kernel.audit.logged_values import snapshot
from khcn.kernel.audit.models import ChangeEntry, LoggedAction
from khcn.kernel.audit.row_locks import locked_all
from khcn.kernel.fields.links import links_to
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.record_titles import numbered_title
from khcn.kernel.registers.registry import has_register, register_of
from khcn.kernel.registers.sealed_records import without_sealed
from khcn.kernel.text.dates import format_date
from khcn.parties import rules
from khcn.parties.models import Merger, Organisation, Person
from khcn.parties.operations.merger_checks import (
    contradicted_papers,
    obstacles,
    particulars,
    particulars_taken,
    seen_outside,
    title_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from django.db.models import ForeignKey, Model, QuerySet

    from khcn.kernel.actors import Act, Actor

_SHOWN = 20


class MergeRefused(Refused):
    """The two records cannot become one, or not be set apart again; the text says why, in Vietnamese."""


def merge_records(
    *,
    target: Organisation | Person,
    duplicate: Organisation | Person,
    actor: Actor,
    on: date,
    outside_access: bool = False,
) -> Organisation | Person:
    """Make one record of two: every record that names ``duplicate`` names ``target`` from now on.

    Empty particulars of ``target`` are filled from ``duplicate``, which is then deleted; each write is logged. Raises
    :class:`MergeRefused` when the actor may not, when both are the same record, or when a record of the duplicate stops
    it (``obstacles``). Where accounts of an outside organisation would see more, only who administers accounts merges,
    and says with ``outside_access`` that they shall.
    """
    _check_pair(target, duplicate, actor)
    model = type(target)
    reason = _("Gộp “%(duplicate)s” vào “%(target)s”") % {"duplicate": duplicate, "target": target}
    with transaction.atomic(), acting(actor, reason, new_batch=True) as act:
        locked_all(model, [target.pk, duplicate.pk])
        if against := obstacles(target, duplicate, actor):
            raise MergeRefused(" ".join(against), code="obstacles")
        _check_access_outside(target, duplicate, actor, confirmed=outside_access)
        without_names = _("Gộp %(kind)s số %(duplicate)s vào số %(target)s") % _numbers(target, duplicate.pk)
        with acting(actor, without_names):
            moved = sum(_move(field, target, duplicate) for field in links_to(model))
            moved += sum(_move_named(each, target, duplicate) for each in _named_links())
        target.refresh_from_db()
        duplicate.refresh_from_db()
        _fill_from(target, duplicate)
        merger = Merger(
            model=model._meta.label_lower,
            target_id=target.pk,
            duplicate_id=duplicate.pk,
            duplicate_label=str(duplicate)[:300],
            batch=act.batch,
            merged_on=on,
            moved=moved,
        )
        duplicate.delete()
        target.save()
        merger.save()
        _keep_in_history(target, act)
    return target


def _numbers(target: Organisation | Person, duplicate: int) -> dict[str, Any]:
    """For the reason in the history of records that were moved: who reads it may not know the names of these two."""
    return {"kind": target._meta.verbose_name, "duplicate": duplicate, "target": target.pk}


def _keep_in_history(target: Organisation | Person, act: Act) -> None:
    """The survivor's own history tells of a merger and of its undoing, also where no particular of it has changed."""
    own = ChangeEntry.objects.filter(model=target._meta.label_lower, object_id=str(target.pk))
    if not own.filter(batch=act.batch).exists():
        append_entries([entry_of(LoggedAction.UPDATE, target, {}, {})])


def _check_pair(target: Organisation | Person, duplicate: Organisation | Person, actor: Actor) -> None:
    for record in (target, duplicate):
        _check_may_merge(record, actor)
    if target.pk == duplicate.pk:
        raise MergeRefused(
            _("Hai bản ghi được chọn là một. Hãy chọn bản ghi trùng cần gộp vào."), code="same_record"
        )


def _check_may_merge(record: Organisation | Person, actor: Actor) -> None:
    """Those whom the office trusts with it, within the right of the register; the administrator's decision counts first."""
    register = register_of(type(record))
    is_trusted = actor.granted(register.name, "act") or rules.editors.test(actor, record)
    if not (is_trusted and register.may("act", actor, record)):
        raise MergeRefused(_("Tài khoản của bạn không có quyền gộp bản ghi."), code="not_permitted")


def _check_access_outside(
    target: Organisation | Person, duplicate: Organisation | Person, actor: Actor, *, confirmed: bool
) -> None:
    """Nobody gives an account more records who could not give it to another organisation."""
    warnings = seen_outside(target, duplicate)
    if not warnings:
        return
    if not rules.administrators.test(actor, None):
        raise MergeRefused(
            _(
                "%(warning)s Việc này do quản trị hệ thống làm. Hãy đề nghị quản trị gộp, hoặc ngừng tài khoản trước khi gộp."
            )
            % {"warning": " ".join(warnings)},
            code="accounts_outside",
        )
    if not confirmed:
        asked = _("Hãy đánh dấu xác nhận cho các tài khoản này thấy thêm hồ sơ, hoặc ngừng tài khoản trước.")
        raise MergeRefused(
            f"{' '.join(warnings)} {asked}", code="accounts_outside", fields={"outside_access": [asked]}
        )


def _fill_from(target: Organisation | Person, duplicate: Organisation | Person) -> None:
    """Fill what is empty; what was invented for demonstration stays marked so, and nothing else becomes so."""
    own = [
        each.name
        for each in particulars(target)
        if getattr(target, each.attname) and target.is_illustrative(each.name)
    ]
    taken = particulars_taken(target, duplicate)
    for field in taken:
        setattr(target, field.attname, getattr(duplicate, field.attname))
    invented = [each.name for each in taken if duplicate.is_illustrative(each.name)]
    if isinstance(target, Organisation) and target.governing_body_id == target.pk:
        target.governing_body = None
        invented = [name for name in invented if name != "governing_body"]
    if len(invented) != len(taken) or "*" not in target.illustrative:
        target.illustrative = sorted({*own, *invented})


def merge_preview(
    target: Organisation | Person,
    *,
    duplicate: Organisation | Person | None,
    actor: Actor,
    on: date,
    outside_access: bool = False,
) -> list[str]:
    """What would be moved, kind by kind, with the names of the first records; or everything that stops the merger."""
    if duplicate is None:
        return []
    try:
        _check_pair(target, duplicate, actor)
    except MergeRefused as refused:
        return [str(refused)]
    if against := obstacles(target, duplicate, actor):
        return against
    found = []
    for field in links_to(type(target)):
        rows = without_sealed(actor, field.model._base_manager.filter(**{field.name: duplicate}))
        total = rows.count()
        if total:
            names = "; ".join(title_of(each, actor) for each in rows.order_by("pk")[:_SHOWN])
            found.append(
                _("%(kind)s (%(field)s): %(count)d bản ghi – %(names)s")
                % {
                    "kind": field.model._meta.verbose_name,
                    "field": field.verbose_name,
                    "count": total,
                    "names": names,
                }
            )
    found += [
        _("%(kind)s: %(count)d bản ghi") % {"kind": link.model._meta.verbose_name, "count": total}
        for link in _named_links()
        if (total := _rows_named(link, duplicate).count())
    ]
    found += seen_outside(target, duplicate)
    return [*found, _("Bản ghi “%(name)s” bị xóa sau khi gộp.") % {"name": duplicate}]


@dataclass(frozen=True, slots=True)
class _NamedLink:
    """Two columns of an audited model that name a record of any model: files, papers, events of deadlines."""

    model: Any
    name: str
    key: str


def _named_links() -> list[_NamedLink]:
    pairs = (("model", "object_id"), ("subject_model", "subject_id"))
    return [
        _NamedLink(model, *pair)
        for model in apps.get_models()
        if issubclass(model, Audited)
        for pair in pairs
        if set(pair) <= {each.name for each in model._meta.concrete_fields}
    ]


def _rows_named(link: _NamedLink, record: Organisation | Person) -> QuerySet[Any]:
    found: QuerySet[Any] = link.model._base_manager.filter(
        **{link.name: record._meta.label_lower, link.key: record.pk}
    )
    return found


def _move_named(link: _NamedLink, target: Organisation | Person, duplicate: Organisation | Person) -> int:
    rows = list(_rows_named(link, duplicate))
    for row in rows:
        setattr(row, link.key, target.pk)
    return _change(rows, link.key)


def _move(
    field: ForeignKey[Any, Any], target: Organisation | Person, duplicate: Organisation | Person
) -> int:
    rows = cast("list[Audited]", list(field.model._base_manager.filter(**{field.name: duplicate})))
    for row in rows:
        setattr(row, field.name, target)
    return _change(rows, field.name)


def _change(rows: list[Audited], name: str) -> int:
    try:
        with transaction.atomic():
            return bulk_change(rows, [name])
    except IntegrityError as clash:
        raise MergeRefused(
            _(
                "Hai bản ghi đều có “%(kind)s” giống nhau nên chưa gộp được. Hãy xóa bản ghi trùng trước rồi gộp lại."
            )
            % {"kind": rows[0]._meta.verbose_name},
            code="alike",
        ) from clash


# ------------------------------------------------------------------------------------------ undoing


def last_merger(target: Organisation | Person) -> Merger | None:
    """The latest merger into this record that was not undone."""
    open_ones = Merger.objects.filter(
        model=target._meta.label_lower, target_id=target.pk, undone_on__isnull=True
    )
    return open_ones.order_by("-pk").first()


def returning_record(target: Organisation | Person, *, actor: Actor, on: date) -> str:
    """Which record the undoing brings back, in words."""
    merger = last_merger(target)
    if merger is None:
        return ""
    return _("Bản ghi “%(name)s” (gộp vào ngày %(day)s) trở lại cùng các bản ghi đã chuyển sang.") % {
        "name": merger.duplicate_label,
        "day": format_date(merger.merged_on),
    }


def survivor_of(model: type[Model], pk: int) -> int | None:
    """The record into which a removed one was merged, however often that went on; None for others."""
    name, passed = model._meta.label_lower, {pk}
    while (
        merger := Merger.objects.filter(model=name, duplicate_id=pk, undone_on__isnull=True)
        .order_by("-pk")
        .first()
    ) and merger.target_id not in passed:
        pk = merger.target_id
        passed.add(pk)
    return pk if len(passed) > 1 else None


def why_not_undo(target: Organisation | Person, *, actor: Actor, on: date) -> str:
    """Why there is nothing to set apart; "" when there is."""
    return "" if last_merger(target) else _("Chưa gộp bản ghi nào vào bản ghi này.")


def undo_merger(*, target: Organisation | Person, actor: Actor, on: date) -> Organisation | Person:
    """Set the latest merger back from the change log: the deleted record returns under its number, every link with it.

    Gives the record that has returned. Raises :class:`MergeRefused` when something that the merger changed was changed
    again since; nothing is undone then.
    """
    _check_may_merge(target, actor)
    merger = last_merger(target)
    if merger is None:
        raise MergeRefused(why_not_undo(target, actor=actor, on=on), code="nothing_to_undo")
    reason = _("Tách lại “%(duplicate)s” khỏi “%(target)s”") % {
        "duplicate": merger.duplicate_label,
        "target": target,
    }
    with transaction.atomic(), acting(actor, reason, new_batch=True) as act:
        entries = list(ChangeEntry.objects.filter(batch=merger.batch).order_by("-pk"))
        changes = [each for each in entries if each.action == LoggedAction.UPDATE and each.after]
        own = [each for each in changes if each.model == merger.model and _is_of(each, merger.target_id)]
        _set_back(own, actor)
        returned = _recreate(
            type(target), next(each for each in entries if each.action == LoggedAction.DELETE), merger
        )
        without_names = _("Tách lại %(kind)s số %(duplicate)s khỏi số %(target)s")
        with acting(actor, without_names % _numbers(target, merger.duplicate_id)):
            _set_back([each for each in changes if each not in own], actor)
        merger.undone_on = on
        merger.save()
        _keep_in_history(target, act)
    return returned


def _is_of(entry: ChangeEntry, pk: int) -> bool:
    return entry.object_id == str(pk)


def _recreate(
    model: type[Organisation | Person], entry: ChangeEntry, merger: Merger
) -> Organisation | Person:
    before = entry.before or {}
    gone = _erased_since(entry, merger)
    fields = {field.attname: field for field in model._meta.concrete_fields if field.attname not in gone}
    record = model(
        **{name: fields[name].to_python(value) for name, value in before.items() if name in fields}
    )
    record.pk = merger.duplicate_id
    record.save()
    return record


def _erased_since(entry: ChangeEntry, merger: Merger) -> set[str]:
    """Columns whose time was over after the merger, of the record itself or of the one that stood for it: they do not come back."""
    target = ChangeEntry(model=entry.model, object_id=str(merger.target_id))
    found = erased_columns([entry, target])
    return {name for columns in found.values() for name, erased in columns.items() if erased > entry.pk}


def _title_in(entry: ChangeEntry, record: Any, actor: Actor) -> str:
    """What the record of an entry is called, also one that is gone, as far as the actor may know it."""
    if record is not None:
        return title_of(record, actor)
    model = apps.get_model(entry.model)
    register = register_of(model).seen_by(actor) if has_register(model) else None
    if register is not None and (register.closed or not register.may("read", actor)):
        return numbered_title(register, entry.object_id)
    return entry.object_label


def _set_back(entries: Sequence[ChangeEntry], actor: Actor) -> None:
    """Give each record what it had before, if it still has what the merger gave it."""
    for entry in entries:
        model: Any = apps.get_model(entry.model)
        record = model._base_manager.filter(pk=entry.object_id).first()
        after, before = entry.after or {}, entry.before or {}
        now = snapshot(record) if record is not None else {}
        if any(now.get(name) != value for name, value in after.items()):
            raise MergeRefused(
                _("“%(name)s” đã được sửa sau khi gộp nên không tách lại được.")
                % {"name": _title_in(entry, record, actor)},
                code="changed_since",
            )
        fields = {field.attname: field for field in model._meta.concrete_fields}
        stored = copy(record)
        for name, value in before.items():
            setattr(record, name, fields[name].to_python(value))
        if papers := contradicted_papers([(record, stored)]):
            raise MergeRefused(
                _(
                    "Không tách lại được: “%(paper)s” cấp sau khi gộp đang có hiệu lực và đã in nội dung của “%(name)s”. Hãy lập "
                    "giấy thay thế hoặc thu hồi giấy này trước."
                )
                % {"paper": "; ".join(papers), "name": _title_in(entry, record, actor)},
                code="printed",
            )
        bulk_change([record], [fields[name].name for name in before])
