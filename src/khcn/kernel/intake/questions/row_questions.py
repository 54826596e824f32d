"""Questions about rows of a file: which record a row is, whether what several of them say is meant. An answer holds for this file only and is never remembered for another."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from khcn.kernel.intake.import_plan import Answer, AnswerAction, Option, Question
from khcn.kernel.intake.layouts.sheet_layouts import row_key
from khcn.kernel.text.fold import name_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from khcn.kernel.intake.rows.drafts import DraftSheet, RowDraft

_DIGEST: Final = 16  # letters


class RowQuestions:
    """What was asked about rows, with the answers that people gave."""

    def __init__(self, answers: Mapping[str, Answer]) -> None:
        self._answers = answers
        self.found: dict[str, Question] = {}  # by key
        self.new: set[int] = set()  # by ``id`` the drafts of which somebody said that they are new records
        self.offered: dict[
            int, Question
        ] = {}  # by ``id`` of the draft: answered by a default, which may be revised

    def given(self, draft_sheet: DraftSheet, draft: RowDraft, about: str) -> Answer | None:
        """What somebody answered, whether or not it is asked again."""
        return self._answers.get(_key(draft_sheet, draft, about))

    def ask(
        self,
        draft_sheet: DraftSheet,
        draft: RowDraft,
        about: str,
        text: str,
        options: Sequence[Option],
        default: Answer | None = None,
        others: Sequence[RowDraft] = (),
    ) -> Answer | None:
        """The answer, or ``None`` while nobody gave one of these: then the row waits.

        ``about`` tells the questions of one row apart. ``default`` is taken without a question; the preview offers the
        other answers beside the row. ``others``: the other rows that the question is about, and that wait as well.
        """
        key = _key(draft_sheet, draft, about)
        given = self._answers.get(key)
        chosen = next((each for each in options if given == Answer(each.action, each.target)), None)
        question = Question(
            key=key,
            sheet=draft_sheet.sheet,
            column="",
            heading="",
            value=draft.label,
            name_key=name_key(draft.label),
            rows=tuple(sorted({draft.row, *(each.row for each in others)})),
            text=text,
            options=tuple(options),
            answer=chosen,
            of_file=True,
        )
        if chosen is None and default is not None:
            self.offered[id(draft)] = question
            return default
        self.found[key] = question
        if chosen is None:
            for each in (draft, *others):
                each.waits = True
            return None
        if chosen.action is AnswerAction.SKIP:
            for each in (draft, *others):
                each.skipped = True
        if chosen.action is AnswerAction.CREATE:
            self.new.add(id(draft))
        return Answer(chosen.action, chosen.target)

    def ask_together(
        self,
        draft_sheet: DraftSheet,
        drafts: Sequence[RowDraft],
        about: str,
        content: Sequence[object],
        text: str,
        options: Sequence[Option],
    ) -> str:
        """One answer for several rows: its target; "" where nobody gave one or the rows are left out.

        ``content`` is what is asked about: of more rows, or of other values, it is another question.
        """
        digest = hashlib.sha256(repr(content).encode()).hexdigest()[:_DIGEST]
        first, *others = drafts
        answer = self.ask(draft_sheet, first, f"{about} {digest}", text, options, others=others)
        return "" if answer is None else answer.target

    def questions(self) -> tuple[list[Question], list[Question]]:
        """Open questions, and those that were answered."""
        found = self.found.values()
        return [each for each in found if each.answer is None], [each for each in found if each.answer]

    def known(self) -> dict[str, Question]:
        """All that may be answered, by key."""
        return {**{each.key: each for each in self.offered.values()}, **self.found}


def _key(draft_sheet: DraftSheet, draft: RowDraft, about: str) -> str:
    return Question.key_of(f"row {about}", row_key(draft_sheet.sheet, draft.row))


def skip_option() -> Option:
    """The answer that leaves the row out."""
    return Option(AnswerAction.SKIP, "", _("Không đọc dòng này"))


def skip_option_of(count: int) -> Option:
    """The answer that leaves these rows out."""
    return skip_option() if count == 1 else Option(AnswerAction.SKIP, "", _("Không đọc các dòng này"))


def record_options(titles: Mapping[int, str], *, is_new_first: bool = False) -> list[Option]:
    """The answers to which record a row is: one of these, by key and title; a new one; none, for the row is left out.

    ``is_new_first`` where most likely it is none of them.
    """
    corrected = [
        Option(AnswerAction.USE, str(pk), _("Sửa của “%(name)s”") % {"name": title})
        for pk, title in titles.items()
    ]
    new = Option(AnswerAction.CREATE, "", _("Là bản ghi mới"))
    return [new, *corrected, skip_option()] if is_new_first else [*corrected, new, skip_option()]
