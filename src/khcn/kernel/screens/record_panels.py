"""Panels: lists of related records on a record's page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from khcn.kernel.registers import list_pages
from khcn.kernel.registers.registry import panels_of
from khcn.kernel.screens import list_table
from khcn.kernel.screens.column_headings import ColumnHeading, chosen_headings
from khcn.kernel.screens.list_table import illustrative_table_cells

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from markupsafe import Markup

    from khcn.kernel.actors import Actor
    from khcn.kernel.registers.record_model import Record
    from khcn.kernel.registers.spec import Register

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
    if not child.may("read", actor):
        return None
    child = child.seen_by(actor)
    pairs = [each for each in chosen_headings(child, columns) if each[0].path.partition("__")[0] != link]
    shown_columns = [column for column, _h in pairs]
    rows = child.rows(actor, on).filter(**{link: record, **(only or {})})
    page = list_pages.list_page(
        child, rows, columns=shown_columns, order=_panel_order(child), size=SHOWN_IN_PANEL
    )
    marks = illustrative_table_cells(pairs, page.rows)
    shown = tuple(heading for _column, heading in pairs)
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


def panels_of_record(register: Register, record: Record, *, actor: Actor, on: date) -> list[PanelPage]:
    """The lists of related records on a record's page, such as its milestones; those that the actor may read."""
    found: Iterable[PanelPage | None] = (
        panel_page(str(panel.title), child, panel.link, record, actor=actor, on=on)
        for child, panel in panels_of(register.model)
    )
    return [each for each in found if each is not None]
