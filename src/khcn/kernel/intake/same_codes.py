"""Codes that are one code written in two ways ("24-q01", "24 - Q01", "24–Q01"): rows take the form that is on record."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from khcn.kernel.intake.import_plan import ImportSeverity
from khcn.kernel.query_chunks import chunks
from khcn.kernel.registers.look_alike_codes import code_fields
from khcn.kernel.text.codes import plain_code
from khcn.kernel.text.fold import fold

if TYPE_CHECKING:
    from khcn.kernel.actors import Actor
    from khcn.kernel.intake.drafts import DraftSheet, RowDraft

_READ_AT_ONCE: Final = 2000
_SHORTEST_TITLE: Final = 12  # letters; shorter ones are often words, not titles


def folded_code(text: str) -> str:
    """The same for all ways to write one code: kinds of letters and dashes, spaces and unseen characters do not count."""
    return "".join(
        each for each in plain_code(text) if not each.isspace() and unicodedata.category(each) != "Cf"
    )


def unify_codes(draft_sheet: DraftSheet) -> None:
    """Rows whose code is on record, or in an earlier row, in another form take that form, with a warning. Where several
    forms are on record nothing is chosen.
    """
    for name in code_fields(draft_sheet.register):
        rows: dict[str, list[RowDraft]] = defaultdict(list)
        for draft in draft_sheet.remaining():
            if isinstance(value := draft.values.get(name), str) and value:
                rows[value].append(draft)
        stored = draft_sheet.model._base_manager
        exact = {
            code
            for part in chunks(list(rows))
            for code in stored.filter(**{f"{name}__in": part}).values_list(name, flat=True)
        }
        unknown = [code for code in rows if code not in exact]
        if not unknown:
            continue
        wanted = {folded_code(code) for code in unknown}
        alike: dict[str, set[str]] = defaultdict(set)
        for code in stored.order_by().values_list(name, flat=True).iterator(chunk_size=_READ_AT_ONCE):
            if code and (folded := folded_code(code)) in wanted:
                alike[folded].add(code)
        for code in unknown:
            forms = alike[folded_code(code)]
            if not forms:
                forms.add(code)  # the first row of the file that has it
            elif len(forms) == 1 and code not in forms:
                for draft in rows[code]:
                    _take(draft_sheet, draft, name, next(iter(forms)))


def _take(draft_sheet: DraftSheet, draft: RowDraft, name: str, code: str) -> None:
    typed = draft.values[name]
    draft.values[name] = code
    draft_sheet.add_problem(
        draft,
        name,
        _("“%(typed)s” được hiểu là “%(code)s”, chỉ khác cách viết.") % {"typed": typed, "code": code},
        _("Nếu là hai bản ghi khác nhau, đặt mã khác hẳn."),
        value=typed,
        code="same_code",
        severity=ImportSeverity.WARNING,
    )


def warn_of_same_titles(draft_sheet: DraftSheet, actor: Actor) -> None:
    """New rows with a code of their own whose full title another record, or an earlier row, has already."""
    names = [
        each
        for each in draft_sheet.register.lookup_aliases
        if each == "title" and each in draft_sheet.columns
    ]
    fresh = [draft for draft in draft_sheet.remaining() if draft.action == "create"]
    if not names or not fresh:
        return
    (name,) = names
    titles = {
        fold(title): draft for draft in reversed(fresh) if isinstance(title := draft.values.get(name), str)
    }
    known: dict[str, str] = {}
    rows = draft_sheet.register.visible(actor).order_by("-pk").values_list(draft_sheet.register.lookup, name)
    for code, title in rows.iterator(chunk_size=_READ_AT_ONCE):
        if (folded := fold(title)) in titles:
            known[folded] = str(code)
    for draft in fresh:
        title = draft.values.get(name)
        folded = fold(title) if isinstance(title, str) else ""
        if len(folded) < _SHORTEST_TITLE:
            continue
        first = titles[folded]
        other = known.get(folded) or (
            _("dòng %(row)d của tệp") % {"row": first.row} if first is not draft else ""
        )
        if other:
            draft_sheet.add_problem(
                draft,
                name,
                _("Tên này đã có ở %(other)s, với mã khác.") % {"other": other},
                _("Nếu là một, sửa mã trong tệp cho đúng; nếu là hai bản ghi cùng tên, có thể ghi vào sổ."),
                code="same_title",
                severity=ImportSeverity.WARNING,
            )
