"""What the page of a record shows: its title, its facts, its state; and all of it as the context of the
template.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from khcn.kernel.access.shown_names import name_in_closed_register
from khcn.kernel.deadlines.queries import deadlines_of
from khcn.kernel.fields.dated_names import with_start_if_shared
from khcn.kernel.fields.reference_targets import target_name_column
from khcn.kernel.fields.registry import field_kind_of, kind_at
from khcn.kernel.registers import list_pages
from khcn.kernel.registers.attachments import listed_attachments
from khcn.kernel.registers.record_titles import record_title
from khcn.kernel.registers.registry import register_of
from khcn.kernel.screens import record_panels
from khcn.kernel.screens.action_buttons import record_buttons
from khcn.kernel.screens.attachments import may_read_files
from khcn.kernel.screens.papers import papers_of
from khcn.kernel.screens.record_warnings import warning_on_record
from khcn.kernel.screens.requested_record import requested_day
from khcn.kernel.workflow import Category

if TYPE_CHECKING:
    from khcn.kernel.actors import Actor
    from khcn.kernel.registers.record_model import Record
    from khcn.kernel.registers.spec import Register
    from khcn.kernel.ui.http import Request

_LONG_TEXT = 60


@dataclass(frozen=True, slots=True)
class Datum:
    """One fact of a record."""

    name: str
    label: str
    text: str
    url: str = ""
    illustrative: bool = False
    wide: bool = False


def fact_of(register: Register, record: Record, name: str, actor: Actor) -> Datum:
    """One field of a record as its page shows it; a related record is a link when the actor may read its register, and
    without a name when the register is closed to them.
    """
    kind = field_kind_of(register.model._meta.get_field(name))
    value = getattr(record, name)
    url = ""
    if kind.target and value is not None:
        # All there is to say of it; its own register shows more.
        target = register_of(type(value)).seen_by(actor)
        text = name_in_closed_register(value) if type(value) in register.closed else _name_of(target, value)
        if target.may("read", actor, value):
            url = target.detail_url(value.pk)
    else:
        text = kind.text(value)
    return Datum(
        name,
        kind.label,
        text,
        url,
        illustrative=bool(text) and record.is_illustrative(name),
        wide=kind.takes_lines or len(text) > _LONG_TEXT,
    )


def _name_of(register: Register, record: Record) -> str:
    return with_start_if_shared(record, record_title(register, record), target_name_column(register))


def _computed_facts(register: Register, record: Record) -> list[Datum]:
    """Facts worked out as of the day asked for: the register's columns that are no fields. Of those that lists hide at first
    only what there is: few records have it.
    """
    found = []
    for column in list_pages.all_columns(register):
        if kind_at(register.model, column.path) is None and hasattr(record, column.path):
            _path, text = list_pages.list_column_text(register, column)
            shown = text(getattr(record, column.path))
            if shown or not column.hidden:
                found.append(Datum(column.path, str(column.heading), shown))
    return found


def record_facts(register: Register, record: Record, actor: Actor) -> list[tuple[str, list[Datum]]]:
    """The record by the sections of its form, of one that does not apply only what is on record all the same; and what
    actions wrote.
    """
    found = []
    for section in register.form:
        data = [fact_of(register, record, name, actor) for name in section.fields]
        if section.when is None or section.applies_to(getattr(record, section.when[0])):
            found.append((str(section.title), data))
        elif any(each.text for each in data):
            found.append((str(section.title), [each for each in data if each.text]))
    if register.outcome is not None:
        data = [fact_of(register, record, name, actor) for name in register.outcome.fields]
        found.append((str(register.outcome.title), data))
    return found


# How a state looks, by its category.
TONES = {
    Category.PREPARING: "",
    Category.OPEN: "info",
    Category.SUSPENDED: "warn",
    Category.DONE: "ok",
    Category.FAILED: "bad",
    Category.ENDED_EARLY: "bad",
}


def _state_badge(register: Register, record: Record) -> tuple[str, str] | None:
    """Words and tone of the state in which a record with a stored workflow is now; None for others."""
    state = register.stored_state(record)
    return (str(register.label_of(state)), TONES[state.category]) if state is not None else None


def detail_context(request: Request, register: Register, record: Record) -> dict[str, Any]:
    """What every record page shows; hand-made pages add to it."""
    on = requested_day(request, register)
    return {
        **page_of_record(request, register, record),
        "warning": warning_on_record(record, request.today),
        "sections": record_facts(register, record, request.actor),
        "derived": _computed_facts(register, record),
        "panels": record_panels.panels_of_record(register, record, actor=request.actor, on=on),
        "attachments": listed_attachments(record)
        if may_read_files(register, record, request.actor)
        else None,
        "buttons": record_buttons(register, record, actor=request.actor, on=request.today),
        "deadlines": deadlines_of(register.name, record.pk, on=on, today=request.today)
        if register.deadlines and request.actor.is_of_department
        else [],
        **papers_of(request, record),
        "on": on,
    }


def page_of_record(request: Request, register: Register, record: Record) -> dict[str, Any]:
    """The head shared by the tabs of a record."""
    return {
        "register": register,
        "record": record,
        "title": record_title(register, record),
        "badge": _state_badge(register, record),
        "is_illustrative": bool(record.illustrative),
        "may_edit": bool(register.form) and register.may("change", request.actor, record),
        "may_delete": bool(register.form) and register.may("delete", request.actor, record),
        "may_attach": register.may("attach", request.actor, record),
    }
