"""How rows of a register are written: one path for form, JSON interface and import.

An ordinary register is written as it is typed, except for the fields that an action owns (:class:`~.owned_fields.OwnedFields`). A register
whose facts an operation owns declares a :class:`RowWriter` that validates each write by the department's rules and does
what follows from it; as every channel writes through it, none can leave the rules out.
"""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from django.db import transaction
from django.utils.translation import gettext as _

from khcn.kernel.access.scopes import CHANGE, DELETE
from khcn.kernel.actions.declared_writes import undeclared
from khcn.kernel.actions.dependents import refuse_removal_if_relied_on
from khcn.kernel.actors import acting
from khcn.kernel.audit.record_comparison import differing_columns
from khcn.kernel.audit.row_locks import locked
from khcn.kernel.fields.dated_link_locks import lock_versions_of_writes
from khcn.kernel.fields.dated_links import (
    put_versions_in_force,
    refusals_by_day,
    versions_of_moved_days,
)
from khcn.kernel.fields.reference_targets import has_target, target_of
from khcn.kernel.papers.printed_facts import changes_of_printed, refusal_of_change, refuse_change_of_printed
from khcn.kernel.query_chunks import chunks
from khcn.kernel.refusals import NotPermitted, Refused
from khcn.kernel.refusals.attempts import AttemptKind, note_attempt
from khcn.kernel.refusals.constraints import check_links
from khcn.kernel.registers.attached_files_check import file_refusals
from khcn.kernel.registers.history_from_paper import refuse_writing_history
from khcn.kernel.registers.look_alike_codes import look_alikes, wait_to_give_codes
from khcn.kernel.registers.owned_fields import OwnedFields, owned_changes

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from datetime import date

    from django.db.models import Model

    from khcn.kernel.actors import Actor
    from khcn.kernel.audit.change_checks import Change


@dataclass(frozen=True, slots=True, eq=False)
class Write:
    """One row as it shall be, and as it is stored. ``changed`` names the fields that differ."""

    record: Any
    before: Any = None
    changed: frozenset[str] = frozenset()

    @property
    def is_new(self) -> bool:
        """Is the row not on record yet?"""
        return self.before is None


@dataclass(slots=True)
class ValidationContext:
    """What the validation of many writes shares: who writes, and on which day.

    ``seen`` lets the writer of one register know what another one has accepted already. ``restoring``: what is on record from
    before is restored, and nothing follows from it.
    """

    actor: Actor
    on: date
    seen: dict[str, Any] = field(default_factory=dict)
    restoring: bool = False


class RowWriter:
    """Writes rows as they are. Subclasses say what the rules are against, and what follows."""

    rank: ClassVar[int] = 0  # of a workbook's sheets, those of lower rank are validated first
    # The right that undoing an import asks for; another than that to delete where ``refuse_taking_back`` says more.
    taken_back_with: ClassVar[str] = DELETE
    # The foreign key to the record that a row changes: the actor who writes the row needs the right to act on that record.
    acts_on_link: ClassVar[str] = ""

    def acts_on(self, write: Write) -> Any:
        """The record that the row changes, where that is another one."""
        return getattr(write.record, self.acts_on_link, None) if self.acts_on_link else None

    def lock(self, writes: Sequence[Write]) -> None:
        """Lock the records by which the rules decide, before they are validated for the last time."""

    def validate(
        self, writes: Sequence[Write], context: ValidationContext
    ) -> Iterator[tuple[Write, Refused]]:
        """The writes that the rules are against, each seen after those before it in the order of their dates."""
        return iter(())

    def after_write(self, writes: Sequence[Write], *, actor: Actor, on: date) -> None:
        """What follows from rows that have just been written."""

    def judging_outcome(
        self, writes: Sequence[Write], removed: Sequence[Any] = ()
    ) -> AbstractContextManager[None]:
        """Surrounds every writing and removal of rows, also that of a whole workbook and its undoing: raises :class:`Refused` on
        leaving, where what is stored then may not be.
        """
        return nullcontext()

    def before_removal(self, record: Any, *, actor: Actor, on: date) -> None:
        """Change what names a row that is going to be deleted; not asked when an import is undone, which restores all it changed."""

    def after_removal(self, record: Any, *, actor: Actor, on: date) -> None:
        """What follows from a row that has just been deleted; not asked when an import is undone, which restores all it changed."""

    def effects(self, writes: Sequence[Write]) -> Iterator[tuple[Write, str]]:
        """What :meth:`after_write` is going to change of other rows, in words."""
        return iter(())

    def effects_of_removal(self, record: Any) -> Iterator[str]:
        """What :meth:`after_removal` is going to change of other rows, in words."""
        return iter(())

    def refuse_removal(self, record: Any, *, actor: Actor, on: date) -> None:
        """Raise :class:`Refused` where a row may not simply be deleted."""

    def refuse_taking_back(self, record: Any, *, actor: Actor, on: date) -> None:
        """Raise :class:`Refused` where the import that brought the row may not be undone; asked besides :meth:`violations`.

        A row that only an action may take back answers here what that action asks of the actor.
        """
        self.refuse_removal(record, actor=actor, on=on)

    def consequences(self, removed: Sequence[Any]) -> set[tuple[str, int, str]]:
        """What goes back together with rows that are taken back: model, key and column of other records. A field that an
        action owns may go back with the row of that action.
        """
        return set()

    def taken_back(self, write: Write, *, actor: Actor, on: date) -> Collection[str]:
        """Fields of a stored row that an action owns, and that undoing the import which set them takes back as another action
        does. Raises :class:`Refused` where that action would refuse.
        """
        return ()

    def violations(self, removed: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Any, str]]:
        """Rows on record that the rules do not allow any more, with the reason, once rows with these column values have
        been removed or set back; asked when an import is undone.
        """
        return iter(())

    def contradictory(self, versions: Sequence[tuple[Any, Any]]) -> Iterator[tuple[Any, str]]:
        """Of stored rows as they would be and as they are, those that the rules would be against, with the reason; asked
        when two records become one and rows of both name it.
        """
        return iter(())


class RegisterWithWrites(Protocol):
    """A register, as far as writing knows it."""

    model: ClassVar[Any]
    natural_key: ClassVar[tuple[str, ...]]
    writer: ClassVar[RowWriter]
    owned: ClassVar[tuple[OwnedFields, ...]]

    def may(self, verb: str, actor: Actor, record: Any = None, /) -> bool:
        """May the actor do this?"""

    def fits(self, verb: str, actor: Actor, record: Any, /) -> bool:
        """Are the values that the record has in memory within reach?"""

    def visible(self, actor: Actor, verb: str = ..., /) -> Any:
        """The stored rows to which the actor may do this."""


def rule_violations(
    register: RegisterWithWrites, writes: Sequence[Write], context: ValidationContext
) -> Iterator[tuple[Write, Refused]]:
    """Everything the rules are against: rights on other records, codes that another record has in other letters, fields
    that an action owns, facts that a paper in force has printed, rows named on days when they are not in force, then what
    the writer says.
    """
    refused = set()
    for write in writes:
        if not _may_act(register, write, context):
            refused.add(id(write))
            note_attempt(AttemptKind.RIGHT)
            yield write, _not_permitted()
    left = [each for each in writes if id(each) not in refused]
    for write, why in look_alikes(register, left, context.actor, context.seen):
        refused.add(id(write))
        yield write, why
    for write, why in owned_changes(register, [each for each in writes if id(each) not in refused]):
        refused.add(id(write))
        note_attempt(AttemptKind.FIELD)
        yield write, why
    for write, why in _printed_changes(register, [each for each in writes if id(each) not in refused]):
        refused.add(id(write))
        yield write, why
    left = [each for each in writes if id(each) not in refused]
    for place, why in refusals_by_day(register.model, left, context.actor, following=not context.restoring):
        refused.add(id(left[place]))
        yield left[place], why
    yield from register.writer.validate([each for each in left if id(each) not in refused], context)


def do_what_follows(register: RegisterWithWrites, writes: Sequence[Write], *, actor: Actor, on: date) -> None:
    """What follows from rows that have just been written: records whose day they say name the rows in force on it, then what the
    writer does. Raises :class:`Refused` where a paper in force has printed such a record.
    """
    for row in versions_of_moved_days(register.model, writes):
        refuse_change_of_printed(row, type(row)._base_manager.get(pk=row.pk))
        row.save()
    register.writer.after_write(writes, actor=actor, on=on)


def _may_act(register: RegisterWithWrites, write: Write, context: ValidationContext) -> bool:
    """May the actor act on the record that the row changes? Asked once for all rows about one record."""
    changed = register.writer.acts_on(write)
    if changed is None:
        return True
    target, key = target_of(type(changed)), f"may act {changed._meta.label_lower} {changed.pk or id(changed)}"
    if key not in context.seen:
        context.seen[key] = target.may("act", context.actor, changed)
    return bool(context.seen[key])


def writing_right_violations(
    register: RegisterWithWrites, writes: Sequence[Write], actor: Actor
) -> Iterator[tuple[Write, Refused]]:
    """Of writes of a register's stored rows those to which the actor has no right: of the row as it is, or as it shall be."""
    allowed = _within_reach(register, CHANGE, [each.before.pk for each in writes], actor)
    for write in writes:
        if write.before.pk not in allowed or not register.fits(CHANGE, actor, write.record):
            yield (
                write,
                NotPermitted(_("Tài khoản của bạn không có quyền sửa bản ghi này."), code="not_permitted"),
            )


def removal_violations(
    register: RegisterWithWrites,
    records: Sequence[Any],
    context: ValidationContext,
    *,
    taking_back: bool = False,
) -> Iterator[tuple[Any, Refused]]:
    """Everything that is against the deletion of stored rows: rights, the register's rules, files that are on them.

    ``taking_back``: an import that brought them is undone. What refers to the rows, and papers and reports that depend on
    them, the caller asks as well.
    """
    keys = [each.pk for each in records]
    verb = register.writer.taken_back_with if taking_back else DELETE
    allowed = _within_reach(register, verb, keys, context.actor)
    with_files = file_refusals(register.model, keys)
    writer = register.writer
    ask = writer.refuse_taking_back if taking_back else writer.refuse_removal
    for record in records:
        if record.pk not in allowed:
            yield (
                record,
                NotPermitted(_("Tài khoản của bạn không có quyền xóa bản ghi này."), code="not_permitted"),
            )
            continue
        if not _may_act(register, Write(record, record), context):
            yield record, _not_permitted()
            continue
        try:
            ask(record, actor=context.actor, on=context.on)
        except Refused as refused:
            yield record, refused
        if record.pk in with_files:
            yield record, with_files[record.pk]


def _within_reach(register: RegisterWithWrites, verb: str, keys: Sequence[int], actor: Actor) -> set[int]:
    found: set[int] = set()
    rows = register.visible(actor, verb)
    for part in chunks(keys):
        found.update(rows.filter(pk__in=part).values_list("pk", flat=True))
    return found


def _not_permitted() -> NotPermitted:
    return NotPermitted(
        _("Tài khoản của bạn không có quyền thực hiện nghiệp vụ trên hồ sơ mà dòng này làm thay đổi."),
        code="not_permitted",
    )


def _printed_changes(
    register: RegisterWithWrites, writes: Sequence[Write]
) -> Iterator[tuple[Write, Refused]]:
    touched = [each for each in writes if each.is_new or each.changed]
    found = changes_of_printed(register.model, [(each.record, each.before) for each in touched])
    for place, paper, names in {place: (place, paper, names) for place, paper, names in found}.values():
        yield touched[place], refusal_of_change(paper, names)


def refuse_undeclared_writing(model: type[Model], changes: Sequence[Change]) -> None:
    """Raise :class:`Refused` when what an operation of an action is writing changes what another action owns, or what a paper in force
    has printed, and its declaration does not say so (``Action.writes``).

    Asked before every change of an audited record; outside actions the channel has asked :func:`rule_violations`.
    """
    writes = [Write(each.record, each.before, undeclared(model, each.names)) for each in changes]
    if not (writes := [each for each in writes if each.changed]):
        return
    if has_target(model):
        register: Any = target_of(model)
        for _write, refused in owned_changes(register, writes):
            raise refused
    versions = [(each.record, each.before) for each in writes]
    for place, paper, names in changes_of_printed(model, versions):
        if not names or writes[place].changed & set(names):
            raise refusal_of_change(paper, names)


def save_row(register: RegisterWithWrites, record: Any, *, actor: Actor, on: date) -> list[str]:
    """Write one new or changed row, like :func:`save_rows`."""
    return save_rows(register, [record], actor=actor, on=on)


def save_rows(register: RegisterWithWrites, records: Sequence[Any], *, actor: Actor, on: date) -> list[str]:
    """Write new or changed rows by the rules, all or none; gives what this changed of other rows, in words. Raises :class:`Refused`.

    Checking the values of single fields (``full_clean``) is the caller's part: a form has done it already.
    """
    with transaction.atomic(), acting(actor, on=on):
        if any(each.taken_over and each.pk is None for each in records):
            refuse_writing_history(register, actor)
        writer = register.writer
        writer.lock([Write(each) for each in records])  # parents before the rows themselves, like everywhere
        writes = [_compared(register, each) for each in records]
        wait_to_give_codes(register, writes)
        for _write, refused in rule_violations(register, writes, ValidationContext(actor, on)):
            raise refused
        effects = [text for _write, text in writer.effects(writes)]
        with writer.judging_outcome(writes):
            for each in records:
                each.save()
            do_what_follows(register, writes, actor=actor, on=on)
        check_links()
    return effects


def _compared(register: RegisterWithWrites, record: Any) -> Write:
    """The row with the versions of its day; what it writes is compared with what is stored."""
    before = locked(register.model, record.pk) if record.pk is not None else None
    write = Write(record, before, differing_columns(record, before) if before is not None else frozenset())
    lock_versions_of_writes(register.model, [write])
    put_versions_in_force(record, None if before is None else write.changed)
    return replace(write, changed=differing_columns(record, before)) if before is not None else write


def locked_to_write(register: RegisterWithWrites, pk: int) -> Any:
    """The stored row of a register under lock, after the rows by which its rules decide, in the order in which all writers lock.
    Raises ``DoesNotExist``.
    """
    seen = None
    if type(register.writer).lock is not RowWriter.lock:
        seen = register.model._base_manager.get(pk=pk)
    return _locked_after_parents(register, pk, seen)


def _locked_after_parents(register: RegisterWithWrites, pk: int, seen: Any) -> Any:
    if seen is not None:
        register.writer.lock([Write(seen, seen)])
    return locked(register.model, pk)


def remove_row(register: RegisterWithWrites, record: Any, *, actor: Actor, on: date) -> list[str]:
    """Delete one row by the rules; gives what this changed of other rows, in words. Raises :class:`Refused`, or ``ProtectedError``
    where other rows refer to it.
    """
    with transaction.atomic(), acting(actor, on=on):
        stored = _locked_after_parents(register, record.pk, record)
        for _record, refused in removal_violations(register, [stored], ValidationContext(actor, on)):
            raise refused
        register.writer.before_removal(stored, actor=actor, on=on)
        refuse_removal_if_relied_on(stored)
        effects = list(register.writer.effects_of_removal(stored))
        with register.writer.judging_outcome([], [stored]):
            stored.delete()
            register.writer.after_removal(record, actor=actor, on=on)
        check_links()
    return effects
