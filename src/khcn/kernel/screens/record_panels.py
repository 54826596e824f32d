"""Panels: lists of related records on a record's page."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from django.utils.translation import get_language

from khcn.kernel.access.scopes import CHOOSE, READ
from khcn.kernel.prepared_query import PreparedQuery, asked
from khcn.kernel.registers import list_pages
from khcn.kernel.registers.registry import panels_of
from khcn.kernel.screens import list_table
from khcn.kernel.screens.column_headings import ColumnHeading, chosen_headings
from khcn.kernel.screens.list_table import illustrative_table_cells

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from markupsafe import Markup

    from khcn.kernel.access.scopes import Reach
    from khcn.kernel.actors import Actor
    from khcn.kernel.registers.record_model import Record
    from khcn.kernel.registers.spec import Column, Register

SHOWN_IN_PANEL = 20


@dataclass(frozen=True, slots=True)
class PanelPage:
    """Related records as a small list on the record's page."""

    title: str
    register: Register
    link: str
    headings: tuple[ColumnHeading, ...]
    rows: tuple[list_pages.ListRow, ...]
    invented: dict[int, frozenset[int]]
    body: Markup
    more: bool
    may_add: bool


def panel_page(
    title: str,
    child: Register,
    link: str,
    record: Record,
    *,
    actor: Actor,
    on: date,
    only: Mapping[str, Any] | None = None,
    columns: Sequence[str] = (),
) -> PanelPage | None:
    """One panel, narrowed by the conditions ``only``; None when the actor may not read that register.

    ``columns`` names the columns to show; by itself those that the register shows at first.
    """
    if not child.may(READ, actor):
        return None
    child = child.seen_by(actor)
    chosen = tuple(columns)
    shown = _columns_of_panel(child, link, chosen, get_language() or "")
    query = _rows_of_panel(child, link, chosen, tuple((only or {}).items()), child.reach(READ, actor), on)
    found = query.records(record=record.pk)
    rows = tuple(shown.cells.row(each[0], each[1:]) for each in found[:SHOWN_IN_PANEL])
    marks = illustrative_table_cells(shown.pairs, rows)
    return PanelPage(
        title,
        child,
        link,
        shown.headings,
        rows,
        marks,
        list_table.table_body(rows, shown.headings, marks, child.list_url(), leading=0),
        more=len(found) > SHOWN_IN_PANEL,
        may_add=child.may("create", actor) and link in child.form_fields(),
    )


class _PanelColumns(NamedTuple):
    pairs: tuple[tuple[Column, ColumnHeading], ...]
    headings: tuple[ColumnHeading, ...]
    cells: list_pages.Cells


@lru_cache(maxsize=512)
def _columns_of_panel(child: Register, link: str, chosen: tuple[str, ...], language: str) -> _PanelColumns:
    """What a panel shows, in the language of now, which ``language`` names."""
    del language
    pairs = tuple(each for each in chosen_headings(child, chosen) if each[0].path.partition("__")[0] != link)
    cells = list_pages.Cells(child, [column for column, _heading in pairs])
    return _PanelColumns(pairs, tuple(heading for _column, heading in pairs), cells)


@lru_cache(maxsize=512)
def _rows_of_panel(
    child: Register,
    link: str,
    chosen: tuple[str, ...],
    only: tuple[tuple[str, Any], ...],
    reach: Reach,
    on: date,
) -> PreparedQuery:
    """The rows of a panel within reach; the record whose page it is on is asked for."""
    cells = _columns_of_panel(child, link, chosen, get_language() or "").cells
    records = child.rows_within(reach, on).filter(**{link: asked("record")}, **dict(only))
    order = _panel_order(child)
    return PreparedQuery(
        lambda: list_pages.first_rows(child, records, cells, order=order, size=SHOWN_IN_PANEL)
    )


def _panel_order(child: Register) -> tuple[str, ...]:
    return (child.date_field,) if child.date_field else child.order


def panels_of_record(register: Register, record: Record, *, actor: Actor, on: date) -> list[PanelPage]:
    """The lists of related records on a record's page, such as its milestones; those that the actor may read.

    An outside organisation sees no empty list to which it adds nothing: there may be records that are not its own to read.
    """
    found: Iterable[PanelPage | None] = (
        panel_page(str(panel.title), child, panel.link, record, actor=actor, on=on)
        for child, panel in panels_of(register.model)
    )
    pages = [each for each in found if each is not None]
    if not actor.is_outside:
        return pages
    if not register.may(CHOOSE, actor, record):  # nothing is added to what an organisation may not choose
        pages = [replace(each, may_add=False) for each in pages]
    return [each for each in pages if each.rows or each.may_add]
