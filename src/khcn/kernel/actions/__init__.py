"""An action: what people do with a record by the department's rules, declared once and offered in every channel.

From one declaration follow the button, the dialog, the bulk action of the list, the JSON endpoint, the sheet of the
import (``importable``), the row in the permission page, the line in the history and the page in the data dictionary. All of them call
:func:`khcn.kernel.actions.running.run`, so none can skip a check.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from django.db.models import TextField
from django.utils.translation import gettext_lazy as _

from khcn.kernel.fields.sections import Section, field_names_of, kinds_of_sections

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import date

    from django.db import models
    from django_stubs_ext import StrOrPromise

    from khcn.kernel.access.predicates import Predicate
    from khcn.kernel.actors import Actor
    from khcn.kernel.fields.field_kind import FieldKind

REASON: Final = "reason"
ANY_FIELD: Final = "*"  # among the ``writes`` of an action


class Bulk(enum.Enum):
    """Whether an action can be taken on several selected records."""

    NONE = "none"
    EACH = "each"  # one record after the other, each in a transaction of its own, with a result for each
    TOGETHER = "together"  # one call of the operation, which gets the records as a list


@dataclass(frozen=True, kw_only=True, eq=False)
class Action:
    """One verb of a register.

    ``operation`` is keyword-only: the record under the name ``subject``, the inputs by their names, ``actor``, ``on``.
    ``guard`` gives "" or, in Vietnamese, why the action cannot be taken on this record now.
    The types of the inputs are those of the fields of ``source``, or of ``fields`` where an input has no such field.
    ``asks_reason`` is the title of a last section that asks for the ``reason``, which is in the log with every write.
    """

    name: str
    label: StrOrPromise
    operation: Callable[..., Any]
    subject: str
    who: Predicate | None = None
    guard: Callable[..., StrOrPromise] | None = None
    inputs: tuple[Section, ...] = ()
    source: type[models.Model] | None = None
    fields: Mapping[str, models.Field[Any, Any]] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    asks_reason: StrOrPromise = ""
    lock_first: Callable[[Any], None] | None = (
        None  # locks what the record belongs to, before the record itself
    )
    initial: Callable[..., Mapping[str, Any]] | None = (
        None  # (record, actor=, on=): what the dialog begins with, and over JSON the optional inputs that are not sent
    )
    choices: Callable[..., Mapping[str, Any]] | None = (
        None  # (record, actor=, on=): of a list input, by its name, the values that the dialog offers; of a link, the records
    )
    preview: Callable[..., Sequence[str]] | None = (
        None  # (record, inputs, actor=, on=): what would be done, in words
    )
    shows: Callable[..., Mapping[str, str]] | None = (
        None  # (record, actor=, on=): by name, what the dialog shows of that which is settled; with other content now it is not
    )
    not_done: Callable[..., str] | None = (
        None  # (record, actor=, on=), afterwards: what it was against the rules to do, in words; "" for nothing
    )
    bulk: Bulk = Bulk.NONE
    selectable: models.Q | None = None  # rows that the page for several records offers; None: all of the list
    described_by: tuple[str, ...] = ()  # of several records to choose from: the columns that tell them apart
    lead: StrOrPromise = (
        ""  # with Bulk.TOGETHER: what the record is called that comes first; the person chooses it
    )
    prints: Any = None  # the kind of paper that the action issues
    # Fields that an action owns, or that papers print, and that this one changes nevertheless: "held_on" of its own
    # record, "science.TaskMilestone.on" of others. It then answers for what follows from the change.
    writes: tuple[str, ...] = ()
    notice: Callable[..., str] | None = (
        None  # (record, actor=, on=): what the person who decides has to know; "" for nothing
    )
    importable: bool = False  # has a sheet of its own in the import; each row of it carries the action out
    shows_record: bool = False  # the dialog shows what is on record: what is decided about
    folds_record: bool = False  # ... folded away: what has to be known of it is in the notice
    made: Callable[[Any], str] | None = None  # what the message says of the result; None: its name
    opens_result: bool = (
        False  # what it has made is where the work goes on: the page of that follows the dialog
    )
    icon: str = "player-play"
    help_text: StrOrPromise = ""  # what the dialog says above the inputs
    danger: bool = False
    asks_again: bool = False  # decides something: only for a person who has proved lately who it is
    takes_person: bool = False  # decides something too: like what asks again, never by a program with a token

    def __post_init__(self) -> None:
        """Add the section that asks for the reason."""
        if self.asks_reason:
            object.__setattr__(self, "inputs", (*self.inputs, Section(self.asks_reason, REASON)))
            object.__setattr__(self, "fields", {**self.fields, REASON: TextField(_("lý do"))})

    def input_names(self) -> tuple[str, ...]:
        """Names of all inputs, in the order of the dialog."""
        return field_names_of(self.inputs)

    def kinds(self) -> dict[str, FieldKind]:
        """The kind of each input, by name."""
        return kinds_of_sections(self.inputs, model=self.source, inputs=self.fields)

    def shown(self, values: Mapping[str, Any]) -> Iterator[str]:
        """The inputs that apply when the inputs that sections depend on have these values."""
        for section in self.inputs:
            if section.when is None or section.applies_to(values.get(section.when[0])):
                yield from section.fields

    def needs(self, name: str, kind: FieldKind) -> bool:
        """Must this input have a value wherever its section applies?"""
        return name in self.required or (kind.required and not kind.field.has_default())


@dataclass(frozen=True, slots=True)
class OfferedAction:
    """An action on one record as a button: allowed, or greyed with the reason."""

    action: Action
    why_not: str = ""

    @property
    def allowed(self) -> bool:
        """Can it be taken now?"""
        return not self.why_not


def initial_from_stored_values(*names: str, **columns: str) -> Callable[..., dict[str, Any]]:
    """For ``initial`` of an action's declaration: its dialog begins with the stored values of these inputs, each of its own column or of the one named for it."""
    of_inputs = {**dict(zip(names, names, strict=True)), **columns}

    def initial(record: Any, *, actor: Actor, on: date) -> dict[str, Any]:
        return {name: record.serializable_value(column) for name, column in of_inputs.items()}

    return initial
