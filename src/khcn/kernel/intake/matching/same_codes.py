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

if TYPE_CHECKING:
    from khcn.kernel.intake.matching.keyed_rows import KeyedRows
    from khcn.kernel.intake.rows.drafts import DraftSheet, RowDraft

_READ_AT_ONCE: Final = 2000


def folded_code(text: str) -> str:
    """The same for all ways to write one code: kinds of letters and dashes, spaces and unseen characters do not count."""
    return "".join(
        each for each in plain_code(text) if not each.isspace() and unicodedata.category(each) != "Cf"
    )


def unify_codes(draft_sheet: DraftSheet, keyed: KeyedRows | None = None) -> None:
    """Rows whose code is on record, or in an earlier row, in another form take that form, with a warning. Where several
    forms are on record nothing is chosen. A row with the key of that very record corrects the form.
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
                    own = keyed.record_of(draft) if keyed is not None else None
                    if own is not None and getattr(own, name) in forms:
                        continue
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
