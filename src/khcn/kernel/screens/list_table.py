"""The body of a list as HTML.

A page of fifty rows is some five hundred cells; written cell by cell in a template they cost more than everything else
of the page together. Here each is one escaped text between two ready strings (docs/adr/0002).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from markupsafe import Markup, escape

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from khcn.kernel.registers.list_pages import ListRow


_BOX = (
    '<td data-label="{label}"><input class="form-check-input" type="checkbox" form="chosen" name="pk" '
    'value="{key}" aria-label="{label}: {name}"></td>'
)


@dataclass(frozen=True, slots=True)
class Head:
    """One heading of a list: its text, the class of its cells, and the path that sorts by it ("" when none does)."""

    path: str
    heading: str
    look: str
    sort: str


def table_body(
    rows: Sequence[ListRow],
    heads: Sequence[Head],
    invented: Mapping[int, Collection[int]],
    address: str,
    *,
    leading: int | None = None,
    numbered: bool = False,
    selectable: bool = False,
) -> Markup:
    """Table rows: each cell with its heading for narrow screens, the leading one a link to ``address`` + key.

    The leading cell is the column whose look says so, or the one at place ``leading``. ``numbered`` puts a running
    number first, ``selectable`` a box by which the row is chosen for an action on several records.
    """
    lead = (
        leading
        if leading is not None
        else next((i for i, head in enumerate(heads) if head.look == "lead"), -1)
    )
    badges = {place for place, head in enumerate(heads) if head.look == "mark"}
    # Plain strings from here on: every text has been through ``escape`` when it joins them.
    full = [f'<td class="{head.look}" data-label="{escape(head.heading)}">' for head in heads]
    void = [f'<td class="{head.look} void" data-label="{escape(head.heading)}">' for head in heads]
    mark = f'<abbr class="illus" title="{escape(_("dữ liệu minh họa"))}">mh</abbr>'
    unnamed, ordinal = str(escape(_("(chưa có tên)"))), f'<td class="num" data-label="{escape(_("TT"))}">'
    parts: list[str] = []
    choose = escape(_("Chọn"))
    for number, row in enumerate(rows, start=1):
        parts.append(f"<tr>{ordinal}{number}</td>" if numbered else "<tr>")
        if selectable:
            name = row.cells[lead].text if lead >= 0 else str(row.pk)
            parts.append(_BOX.format(label=choose, key=row.pk, name=escape(name)))
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
