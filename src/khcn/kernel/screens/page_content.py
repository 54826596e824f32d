"""What the pages of a register show, worked out as plain values: lists, facts of a record, panels, history."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.utils.text import capfirst
from django.utils.translation import get_language

from khcn.kernel.access.closed_registers import closed_link, name_if_any, numbered_title
from khcn.kernel.fields.paths import field_at
from khcn.kernel.fields.registry import field_kind_of, kind_at
from khcn.kernel.registers import list_pages
from khcn.kernel.registers.registry import has_register, panels_of, register_of
from khcn.kernel.screens import list_table
from khcn.kernel.screens.list_table import Head
from khcn.kernel.workflow import Category

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from django.db.models import ProtectedError, QuerySet
    from markupsafe import Markup

    from khcn.kernel.actors import Actor
    from khcn.kernel.registers.records import Record
    from khcn.kernel.registers.spec import Column, Register

SHOWN_IN_PANEL = 20
_LONG_TEXT = 60
NAMED_AT_MOST, LONGEST_NAME = 20, 120


@dataclass(frozen=True, slots=True)
class Datum:
    """One fact of a record."""

    name: str
    label: str
    text: str
    url: str = ""
    illustrative: bool = False
    wide: bool = False


def _look(register: Register, column: Column) -> str:
    if column.look in {"link", "badge"}:
        return "lead" if column.look == "link" else "mark"
    kind = kind_at(register.model, column.path)
    return (kind.look if kind else "") or ("num" if column.look == "money" else "")


def _sort_path(register: Register, column: Column) -> str:
    """What orders by a column: a name in the order of the Vietnamese alphabet where one is kept."""
    kind = kind_at(register.model, column.path)
    if kind is None or closed_link(register.model, column.path, register.closed):
        return ""
    parent, _dot, last = column.path.rpartition("__")
    model = field_at(register.model, parent).related_model if parent else register.model
    if last in getattr(model, "searched", ())[:1]:
        return f"{parent}__sort_key" if parent else "sort_key"
    return kind.sort_path(column.path)


@lru_cache(maxsize=512)
def _heads(register: Register, language: str) -> tuple[tuple[Column, Head], ...]:
    columns = list_pages.all_columns(register)
    looks = [_look(register, column) for column in columns]
    if "lead" not in looks and looks:
        looks[0] = "lead"
    return tuple(
        (column, Head(column.path, str(column.heading), look, _sort_path(register, column)))
        for column, look in zip(columns, looks, strict=True)
    )


def chosen_heads(register: Register, chosen: Sequence[str] = ()) -> tuple[tuple[Column, Head], ...]:
    """Columns and headings to show: those chosen, else those the register shows at first."""
    found = _heads(register, get_language() or "")
    shown = tuple(each for each in found if each[1].path in chosen) if chosen else ()
    return shown or tuple(each for each in found if not each[0].hidden)


def all_heads(register: Register) -> tuple[tuple[Column, Head], ...]:
    """All columns the register offers."""
    return _heads(register, get_language() or "")


def illustrative_cells(
    pairs: Sequence[tuple[Column, Head]], rows: Iterable[list_pages.ListRow]
) -> dict[int, frozenset[int]]:
    """Places of the invented cells, by row. A row that is invented as a whole is marked once, at its name."""
    lead = next((place for place, (_column, head) in enumerate(pairs) if head.look == "lead"), 0)
    return {
        row.pk: frozenset({lead})
        if "*" in row.invented
        else frozenset(
            place
            for place, (column, _h) in enumerate(pairs)
            if column.path.partition("__")[0] in row.invented
        )
        for row in rows
        if row.invented
    }


def fact_of(register: Register, record: Record, name: str, actor: Actor) -> Datum:
    """One field of a record as its page shows it; a related record is a link when the actor may read its register, and
    without a name when the register is closed to them.
    """
    kind = field_kind_of(register.model._meta.get_field(name))
    value = getattr(record, name)
    url = ""
    if kind.target and value is not None:
        # All there is to say of it; its own register shows more.
        text = name_if_any(value) if type(value) in register.closed else str(value)
        target = register_of(type(value))
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


def record_title(register: Register, record: Any) -> str:
    """What a record is called. Its own text may name a linked record; where that name is not told, only its own name is."""
    if not register.closed:
        return str(record)
    own = type(record).searched[:1]
    return str(getattr(record, own[0]) or "") if own else numbered_title(register, record.pk)


def computed_facts(register: Register, record: Record) -> list[Datum]:
    """Facts worked out as of the day asked for: the register's columns that are no fields. Of those that lists hide at first
    only what there is: few records have it.
    """
    found = []
    for column in list_pages.all_columns(register):
        if kind_at(register.model, column.path) is None and hasattr(record, column.path):
            _path, text = list_pages.cell_formatter(register, column)
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


def related_fields(register: Register) -> tuple[str, ...]:
    """Foreign keys that the record's page shows, to be fetched along with the record."""
    names = (*register.form_fields(), *(register.outcome.fields if register.outcome else ()))
    return tuple(name for name in names if register.model._meta.get_field(name).many_to_one)


# How a state looks, by its category.
TONES = {
    Category.PREPARING: "",
    Category.OPEN: "info",
    Category.SUSPENDED: "warn",
    Category.DONE: "ok",
    Category.ENDED_EARLY: "bad",
}


def state_badge(register: Register, record: Record) -> tuple[str, str] | None:
    """Words and tone of the state in which a record with a stored workflow is now; None for others."""
    state = register.stored_state(record)
    return (str(register.label_of(state)), TONES[state.category]) if state is not None else None


@dataclass(frozen=True, slots=True)
class PanelPage:
    """Related records as a small list on the record's page."""

    title: str
    register: Register
    link: str
    heads: tuple[Head, ...]
    rows: tuple[list_pages.ListRow, ...]
    invented: dict[int, frozenset[int]]
    body: Markup
    more: bool
    may_add: bool


def blocking_records(refusal: ProtectedError, actor: Actor) -> list[tuple[str, str]]:
    """What prevents a deletion: kind and name; of a record that the actor may not see only the kind."""
    found = []
    for each in list(refusal.protected_objects)[:NAMED_AT_MOST]:
        kind = str(capfirst(str(each._meta.verbose_name)))
        register = register_of(type(each)) if has_register(type(each)) else None
        seen = register is not None and register.may("read", actor, each)
        name = record_title(register.seen_by(actor), each) if register is not None and seen else ""
        found.append((kind, name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"))
    return list(dict.fromkeys(found))


def panel_page(
    title: str,
    child: Register,
    link: str,
    record: Record,
    *,
    actor: Actor,
    on: date,
    only: Mapping[str, Any] | None = None,
) -> PanelPage | None:
    """One panel, narrowed by the conditions ``only``; None when the actor may not read that register."""
    if not child.may("read", actor):
        return None
    child = child.seen_by(actor)
    pairs = [each for each in chosen_heads(child) if each[0].path.partition("__")[0] != link]
    columns = [column for column, _h in pairs]
    rows = child.rows(actor, on).filter(**{link: record, **(only or {})})
    page = list_pages.list_page(child, rows, columns=columns, order=_panel_order(child), size=SHOWN_IN_PANEL)
    marks = illustrative_cells(pairs, page.rows)
    shown = tuple(head for _column, head in pairs)
    return PanelPage(
        title,
        child,
        link,
        shown,
        page.rows,
        marks,
        list_table.table_body(page.rows, shown, marks, child.list_url(), leading=0),
        more=bool(page.older),
        may_add=child.may("create", actor) and link in child.form_fields(),
    )


def _panel_order(child: Register) -> tuple[str, ...]:
    return (child.date_field,) if child.date_field else child.order


def panels(register: Register, record: Record, *, actor: Actor, on: date) -> list[PanelPage]:
    """The lists of related records on a record's page, such as its milestones; those that the actor may read."""
    found: Iterable[PanelPage | None] = (
        panel_page(str(panel.title), child, panel.link, record, actor=actor, on=on)
        for child, panel in panels_of(register.model)
    )
    return [each for each in found if each is not None]


def visible_rows(register: Register, actor: Actor, on: date, related: bool = False) -> QuerySet[Any]:  # noqa: FBT001, FBT002
    """What the actor may see, with related records of the form when a page will show them."""
    rows = register.rows(actor, on)
    return rows.select_related(*related_fields(register)) if related else rows
