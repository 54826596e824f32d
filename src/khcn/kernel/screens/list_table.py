"""The body of a list as HTML, and which of its cells are marked as invented.

A page of fifty rows is some five hundred cells; written cell by cell in a template they cost more than everything else
of the page together. Here each is one escaped text between two ready strings (docs/adr/0002).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from markupsafe import Markup, escape

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from khcn.kernel.registers.list_pages import ListRow
    from khcn.kernel.registers.spec import Column
    from khcn.kernel.screens.column_headings import ColumnHeading


_BOX = (
    '<td class="choose" data-label="{label}"><input class="form-check-input" type="checkbox" form="chosen" name="pk" '
    'value="{key}"{checked} aria-label="{label}: {name}"></td>'
)


def table_body(
    rows: Sequence[ListRow],
    headings: Sequence[ColumnHeading],
    invented: Mapping[int, Collection[int]],
    address: str,
    *,
    leading: int | None = None,
    numbered: bool = False,
    ticked: Collection[int] | None = None,
) -> Markup:
    """Table rows: each cell with its heading for narrow screens, the leading one a link to ``address`` + key.

    The leading cell is the column whose look says so, or the one at place ``leading``. ``numbered`` puts a running
    number first, ``ticked`` a box by which the row is chosen for an action on several records; it holds the keys of those that are.
    """
    lead = (
        leading
        if leading is not None
        else next((i for i, column in enumerate(headings) if column.look == "lead"), -1)
    )
    badges = {place for place, column in enumerate(headings) if column.look == "mark"}
    # Plain strings from here on: every text has been through ``escape`` when it joins them.
    full = [f'<td class="{column.look}" data-label="{escape(column.heading)}">' for column in headings]
    void = [f'<td class="{column.look} void" data-label="{escape(column.heading)}">' for column in headings]
    mark = f'<abbr class="illus" title="{escape(_("dữ liệu minh họa"))}">mh</abbr>'
    unnamed, ordinal = str(escape(_("(chưa có tên)"))), f'<td class="num" data-label="{escape(_("TT"))}">'
    parts: list[str] = []
    choose = escape(_("Chọn"))
    for number, row in enumerate(rows, start=1):
        parts.append(f"<tr>{ordinal}{number}</td>" if numbered else "<tr>")
        if ticked is not None:
            name = row.cells[lead].text if lead >= 0 else str(row.pk)
            checked = " checked" if row.pk in ticked else ""
            parts.append(_BOX.format(label=choose, key=row.pk, checked=checked, name=escape(name)))
        marked = invented.get(row.pk, ())
        for place, cell in enumerate(row.cells):
            text = str(escape(cell.text))
            if place == lead:
                text = f'<a href="{address}{row.pk}/">{text or unnamed}</a>'
            elif text and place in badges:
                text = f'<span class="badge">{text}</span>'
            parts.append(full[place] if text else void[place])
            parts.append(text)
            parts.append(f"{mark}</td>" if marked and cell.text and place in marked else "</td>")
        parts.append("</tr>\n")
    return Markup("".join(parts))  # noqa: S704 -- see above


def illustrative_table_cells(
    pairs: Sequence[tuple[Column, ColumnHeading]], rows: Iterable[ListRow]
) -> dict[int, frozenset[int]]:
    """Places of the invented cells in the table of a list, by row. A row that is invented as a whole is marked once, at its name."""
    lead = next((place for place, (_column, heading) in enumerate(pairs) if heading.look == "lead"), 0)
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
