"""Rows in which the code stands in the place of the title and the title in that of the code: once written, the code is in each
paper. Somebody is asked before records are looked for by their codes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from khcn.kernel.intake.import_plan import AnswerAction, Option
from khcn.kernel.intake.matching.corrections import TITLE
from khcn.kernel.intake.matching.given_codes import has_title
from khcn.kernel.intake.matching.title_matching import CODE
from khcn.kernel.intake.named_places import first_named
from khcn.kernel.intake.questions.row_questions import skip_option_of
from khcn.kernel.registers.code_proposals import newest_codes

if TYPE_CHECKING:
    from khcn.kernel.actors import Actor
    from khcn.kernel.intake.questions.row_questions import RowQuestions
    from khcn.kernel.intake.rows.drafts import DraftSheet, RowDraft

_EXCHANGE, _AS_WRITTEN = "exchange", "as written"
_NAMED: Final = 5
_LETTERS: Final = re.compile(r"[^\W\d_]+")
_DIGITS: Final = re.compile(r"\d+")


def ask_of_exchanged_codes(draft_sheet: DraftSheet, asked: RowQuestions, actor: Actor) -> None:
    """Ask about the rows whose title has the form of the codes, on record or in the file, and whose code has not."""
    if (
        CODE not in draft_sheet.columns
        or TITLE not in draft_sheet.columns
        or not has_title(draft_sheet.register)
    ):
        return
    likely = [draft for draft in draft_sheet.remaining() if _form(draft.values.get(TITLE))]
    if not likely:
        return
    in_file = (draft.values.get(CODE) for draft in draft_sheet.remaining())
    forms = {form for code in (*newest_codes(draft_sheet.register, actor), *in_file) if (form := _form(code))}
    found = [
        draft
        for draft in likely
        if _form(draft.values[TITLE]) in forms
        and isinstance(code := draft.values.get(CODE), str)
        and _form(code) not in forms
    ]
    if not found:
        return
    answer = asked.ask_together(
        draft_sheet,
        found,
        "code and title",
        [(draft.row, draft.values[CODE], draft.values[TITLE]) for draft in found],
        _text(found),
        [
            Option(AnswerAction.USE, _EXCHANGE, _("Đổi chỗ mã và tên")),
            skip_option_of(len(found)),
            Option(AnswerAction.USE, _AS_WRITTEN, _("Đúng như trong tệp")),
        ],
    )
    if answer == _EXCHANGE:
        for draft in found:
            draft.values[CODE], draft.values[TITLE] = draft.values[TITLE], draft.values[CODE]


def _form(value: object) -> str:
    """ "9-a9" of "26-S12"; "" of what is no code with a number: of nothing, and of several words."""
    if not isinstance(value, str) or any(each.isspace() for each in value):
        return ""
    return _DIGITS.sub("9", _LETTERS.sub("a", value)) if _DIGITS.search(value) else ""


def _text(found: list[RowDraft]) -> str:
    rows = [
        _("dòng %(row)d: mã “%(code)s”, tên “%(title)s”")
        % {"row": draft.row, "code": draft.values[CODE], "title": draft.values[TITLE]}
        for draft in found
    ]
    return _("Có thể mã và tên ghi đổi chỗ cho nhau ở %(count)d dòng. %(rows)s.") % {
        "count": len(found),
        "rows": first_named(rows, _NAMED, "; "),
    }
