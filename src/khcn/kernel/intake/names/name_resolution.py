"""Resolves names in cells to records; asks a person once for each unknown name, and remembers earlier answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from khcn.kernel.fields.choice_names import choice_name
from khcn.kernel.fields.dated_links import day_path
from khcn.kernel.fields.dated_names import name_with_start
from khcn.kernel.fields.workbook_cells import NamedRecord, UnlistedValue
from khcn.kernel.intake.import_plan import Answer, AnswerAction, Option, Question
from khcn.kernel.intake.names.name_matching import Candidate, Targets, choose_candidate
from khcn.kernel.intake.names.pending_questions import PendingQuestion, question_sentence
from khcn.kernel.intake.names.stored_links import link_left_as_it_is, stands_for_closed_name, stored_candidate
from khcn.kernel.intake.rows.drafts import DraftSheet, RowDraft
from khcn.kernel.intake.sheet_kinds import SheetKind
from khcn.kernel.query_chunks import chunks
from khcn.kernel.screens.namesakes import name_among_namesakes
from khcn.kernel.text.dates import format_date
from khcn.kernel.text.fold import name_key
from khcn.kernel.text.numbers import short_number
from khcn.kernel.workbooks.workbook_sheet import SheetColumn, sheet_columns

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from khcn.kernel.actors import Actor
    from khcn.kernel.registers.spec import Register

# A record of the same file has no key yet, so it is identified by its name.
BY_NAME = "name:"


class NameResolver:
    """Resolves words to stored values and records, and collects open questions."""

    def __init__(self, actor: Actor, answers: Mapping[str, Answer]) -> None:
        self.actor = actor
        self.answers = answers
        self.pending: dict[tuple[str, str], PendingQuestion] = {}
        self.targets: dict[tuple[str, str], Targets] = {}
        self.made: dict[Register, DraftSheet] = {}
        self._made_drafts: dict[tuple[str, str], RowDraft] = {}
        self.instances: dict[tuple[str, int], Any] = {}
        self._planned: list[DraftSheet] = []
        self._indexed: set[int] = set()

    # ------------------------------------------------------------------------------- closed lists

    def resolve_choices(self, draft_sheet: DraftSheet) -> None:
        """Replace words outside a closed list by the value that a person chose, or add a question."""
        for column in draft_sheet.columns.values():
            if not column.field.choices:
                continue
            known = {str(value) for value, _label in column.field.flatchoices}
            for draft in draft_sheet.drafts:
                value = draft.values.get(column.name)
                if not isinstance(value, UnlistedValue):
                    continue
                pending = self._ask(draft_sheet, column, draft, value.text, value.key)
                pending.choices = value
                draft.values[column.name] = None
                if pending.answer and pending.answer.action is AnswerAction.SKIP:
                    draft.skipped = True
                elif pending.answer and pending.answer.target in known:
                    draft.values[column.name] = pending.answer.target
                else:
                    pending.answer = None
                    draft.waits = True

    # ------------------------------------------------------------------------------- references

    def targets_of(self, column: SheetColumn) -> Targets:
        """The records a column may name."""
        register = column.target
        assert register is not None  # noqa: S101 -- only record columns come here
        limits = column.field.get_limit_choices_to()
        key = (register.name, repr(limits))
        if key not in self.targets:
            self.targets[key] = Targets(register, limits, self.actor)
        return self.targets[key]

    def prepare_lookups(self, draft_sheets: Iterable[DraftSheet]) -> None:
        """Let rows of this file refer to other rows of it by name."""
        self._planned = list(draft_sheets)

    def _plan_for(self, targets: Targets) -> None:
        """Index the file's own rows of the register, once."""
        if id(targets) in self._indexed:
            return
        self._indexed.add(id(targets))
        for draft_sheet in self._planned:
            if draft_sheet.register is not targets.register:
                continue
            for draft in draft_sheet.remaining():
                if not self._within(draft, targets):
                    continue
                period = draft.values.get("valid_from"), draft.values.get("valid_to")
                texts = [draft.values.get(name) for name in targets.names]
                named = [text for text in texts if isinstance(text, str)]
                for key in {name_key(text) for text in named}:
                    targets.planned[key].append(Candidate(None, named[0], *period, draft))

    @staticmethod
    def _within(draft: RowDraft, targets: Targets) -> bool:
        limits = targets.limits if isinstance(targets.limits, dict) else {}
        return all(draft.values.get(name) == value for name, value in limits.items() if "__" not in name)

    def resolve(
        self, draft_sheet: DraftSheet, names: Sequence[str], stored: Mapping[int, Any] | None = None
    ) -> None:
        """Replace names by records in these columns; ``stored`` gives the stored record of a row, where there is one."""
        for name in names:
            column = draft_sheet.columns[name]
            if column.target is None:
                continue
            targets = self.targets_of(column)
            drafts = [
                draft for draft in draft_sheet.remaining() if isinstance(draft.values.get(name), NamedRecord)
            ]
            targets.look_up(draft.values[name].text for draft in drafts)
            self._plan_for(targets)
            self._fetch_stored(targets, column, (stored or {}).values())
            self._fetch_owners(draft_sheet, day_path(column.field).partition("__")[0], drafts)
            own = {id(draft) for draft in draft_sheet.drafts}
            for draft in drafts:
                old = (stored or {}).get(id(draft))
                if stands_for_closed_name(draft.values[name]):
                    draft.values[name] = link_left_as_it_is(draft_sheet, column, draft, old)
                    continue
                found = self._resolved_candidate(draft_sheet, column, targets, draft, old)
                if found is not None and _is_later(found, own):
                    draft_sheet.add_problem(
                        draft,
                        name,
                        _("Hai trang tính tham chiếu vòng tròn lẫn nhau ở “%(value)s”.")
                        % {"value": found.name},
                        _("Nhập một trang tính trước, trang tính kia sau."),
                        value=found.name,
                        code="circle",
                    )
                draft.values[name] = found
                draft.waits = draft.waits or (found is None and not draft.skipped)

    def _fetch_owners(self, draft_sheet: DraftSheet, name: str, drafts: Sequence[RowDraft]) -> None:
        """Read the records whose day counts for rows that name them in this column together."""
        owners = [draft.values.get(name) for draft in drafts]
        if name in draft_sheet.columns and (register := draft_sheet.columns[name].target) is not None:
            self.fetch(register, [each.pk for each in owners if isinstance(each, Candidate) and each.pk])

    def _fetch_stored(self, targets: Targets, column: SheetColumn, stored: Iterable[Any]) -> None:
        """Read together which of the records that the rows store the actor may choose, where not all or none are."""
        if not isinstance(targets.reach, bool):
            keys = (getattr(each, column.field.attname) for each in stored)
            self.fetch(targets.register, [key for key in keys if key is not None])

    def _is_locked(self, targets: Targets, pk: int) -> bool:
        """Is it a record that the actor may not choose?"""
        if isinstance(targets.reach, bool):
            return not targets.reach
        return self.instance(targets.register, pk) is None

    def _resolved_candidate(
        self, draft_sheet: DraftSheet, column: SheetColumn, targets: Targets, draft: RowDraft, old: Any
    ) -> Candidate | None:
        named: NamedRecord = draft.values[column.name]
        candidates = [each for each in targets.candidates(named) if each.draft is not draft]
        day = self._day_of(draft_sheet, column, draft, old)
        stored_pk = getattr(old, column.field.attname) if old is not None else None
        meant = list(candidates)
        if stored_pk is not None and self._is_locked(targets, stored_pk):
            stored = stored_candidate(named, column, targets, getattr(old, column.name))
            meant += [stored] if stored is not None else []
        if meant and (found := choose_candidate(meant, day, stored_pk)):
            return found
        pending = self._ask(draft_sheet, column, draft, named.text, named.key)
        if not pending.candidates:
            pending.several = len(candidates) > 1
            pending.candidates = [(each, 100.0) for each in candidates] or (
                targets.near(named.text) if pending.answer is None else []
            )
        found = self._answered(pending, targets, draft)
        return targets.version_on(found, day) if found is not None and day is not None else found

    def _day_of(self, draft_sheet: DraftSheet, column: SheetColumn, draft: RowDraft, old: Any) -> date | None:
        """The day on which the record that the cell names has to be in force, else the day of the row."""
        head, _separator, rest = day_path(column.field).partition("__")
        value = draft.values.get(head) or getattr(old, head, None)
        if rest and isinstance(value, Candidate):
            owner = draft_sheet.columns[head].target
            assert owner is not None  # noqa: S101 -- a candidate stands in record columns only
            if value.draft is not None:
                value = value.draft.values.get(rest)
            else:
                found = self.instance(owner, value.pk or 0)
                if found is None and value.pk == getattr(old, f"{head}_id", None):
                    found = getattr(old, head)  # the actor may not choose it
                value = getattr(found, rest, None)
        elif rest:
            value = getattr(value, rest, None)
        value = value or draft.values.get(draft_sheet.kind.day_field)
        return value if isinstance(value, date) else None

    def _answered(self, pending: PendingQuestion, targets: Targets, draft: RowDraft) -> Candidate | None:
        answer = pending.answer
        if answer is None:
            return None
        if answer.action is AnswerAction.SKIP:
            draft.skipped = True
            return None
        if (meant := self._meant(pending, targets)) is not None:
            return meant
        if answer.action is AnswerAction.CREATE and pending.may_create:
            return Candidate(None, pending.text, draft=self._make(targets.register, pending, draft.row))
        pending.answer = None  # the record was deleted: ask again
        return None

    @staticmethod
    def _meant(pending: PendingQuestion, targets: Targets) -> Candidate | None:
        """The record that the answer names, when this column may hold it."""
        answer = pending.answer
        if answer is None:
            return None
        pk = short_number(answer.target)
        if answer.action is AnswerAction.USE and pk is not None:
            if pending.allowed is None:
                pending.allowed = targets.allows(pk)
            if pending.allowed:
                return Candidate(pk, pending.text)
        if answer.action is AnswerAction.USE and answer.target.startswith(BY_NAME):
            name = answer.target.removeprefix(BY_NAME)
            targets.look_up([name])
            meant = targets.candidates(NamedRecord(name, name_key(name)))
            if len(meant) == 1:
                return meant[0]
        return None

    def _make(self, register: Register, pending: PendingQuestion, row: int) -> RowDraft:
        """A record made from a name alone, once for all rows that name it."""
        key = (register.name, pending.name_key)
        if key not in self._made_drafts:
            if register not in self.made:
                column = next(each for each in sheet_columns(register) if each.name == register.lookup)
                self.made[register] = DraftSheet(
                    SheetKind(register), str(_("Tạo mới từ tên")), {column.name: column}, {}
                )
            draft = RowDraft(row, pending.text, {register.lookup: pending.text}, instance=register.model())
            self._made_drafts[key] = draft
            self.made[register].drafts.append(draft)
        return self._made_drafts[key]

    # ------------------------------------------------------------------------------- questions

    def _ask(
        self, draft_sheet: DraftSheet, column: SheetColumn, draft: RowDraft, text: str, word: str
    ) -> PendingQuestion:
        path = draft_sheet.kind.column_path(column.name)
        key = (path, word)
        if key not in self.pending:
            answer = self.answers.get(Question.key_of(path, word))
            self.pending[key] = PendingQuestion(draft_sheet, column, text, word, answer=answer)
        self.pending[key].rows.append(draft.row)
        return self.pending[key]

    def instance(self, register: Register, pk: int) -> Any:
        """A record by key, fetched once; ``None`` when it does not exist (any more)."""
        key = (register.name, pk)
        if key not in self.instances:
            self.fetch(register, [pk])
        return self.instances.get(key)

    def fetch(self, register: Register, pks: Iterable[int]) -> None:
        """Fetch many records at once."""
        wanted = [pk for pk in dict.fromkeys(pks) if (register.name, pk) not in self.instances]
        for part in chunks(wanted):
            found = register.visible(self.actor, "choose").in_bulk(part)
            for pk in part:
                self.instances[register.name, pk] = found.get(pk)

    def questions(self) -> tuple[list[Question], list[Question]]:
        """Open questions, and those that were answered."""
        self._fetch_offers()
        open_ones: list[Question] = []
        settled: list[Question] = []
        for pending in self.pending.values():
            (settled if pending.answer else open_ones).append(self._question(pending))
        return open_ones, settled

    def _question(self, pending: PendingQuestion) -> Question:
        path = pending.draft_sheet.kind.column_path(pending.column.name)
        options = self._options(pending)
        chosen = (each for each in options if pending.answer == Answer(each.action, each.target))
        return Question(
            key=Question.key_of(path, pending.name_key),
            sheet=pending.draft_sheet.sheet,
            column=path,
            heading=pending.column.heading,
            value=pending.text,
            name_key=pending.name_key,
            rows=tuple(pending.rows),
            text=question_sentence(pending),
            options=tuple(options),
            answer=next(chosen, None),
            register=pending.column.target.name if pending.column.target is not None else "",
            choices=tuple(
                (str(value), str(label)) for value, label in pending.column.field.flatchoices or ()
            ),
        )

    def questions_of(self, answers: Mapping[str, Answer]) -> tuple[list[Question], list[Question]]:
        """Of the questions of these keys, those that the answers leave open, and those that they settle."""
        found: tuple[list[Question], list[Question]] = ([], [])
        for (path, word), pending in self.pending.items():
            if answer := answers.get(Question.key_of(path, word)):
                answered = replace(pending, answer=answer, allowed=None)
                found[self._is_settled(answered)].append(self._question(answered))
        return found

    def _is_settled(self, pending: PendingQuestion) -> bool:
        column, answer = pending.column, pending.answer
        if answer is None or answer.action is AnswerAction.SKIP:
            return answer is not None
        if column.target is None:
            return answer.target in {str(value) for value, _label in column.field.flatchoices}
        if answer.action is AnswerAction.CREATE:
            return pending.may_create
        return self._meant(pending, self.targets_of(column)) is not None

    def _fetch_offers(self) -> None:
        by_register: dict[Register, list[int]] = {}
        for pending in self.pending.values():
            register = pending.column.target
            if register is not None:
                pks = [each.pk for each, _score in pending.candidates if each.pk is not None]
                by_register.setdefault(register, []).extend(pks)
        for register, pks in by_register.items():
            self.fetch(register, pks)

    def _options(self, pending: PendingQuestion) -> list[Option]:
        options = []
        if pending.choices is not None:
            options = [
                Option(AnswerAction.USE, value, label, score)
                for value, label, score in pending.choices.candidates
            ]
        register = pending.column.target
        pks = {str(each.pk) for each, _score in pending.candidates}
        answer = pending.answer
        if answer and answer.action is AnswerAction.USE and register and answer.target not in pks:
            by_name = answer.target.startswith(BY_NAME)
            meant = (
                answer.target.removeprefix(BY_NAME)
                if by_name
                else self._label(register, Candidate(int(answer.target), ""))
            )
            options.append(Option(AnswerAction.USE, answer.target, meant, 100.0))
        for candidate, score in pending.candidates:
            if candidate.pk is not None and register is not None:
                label = self._label(register, candidate, among_namesakes=pending.several)
                options.append(Option(AnswerAction.USE, str(candidate.pk), label, score))
            elif register is not None and not pending.several:
                label = _("%(name)s (có trong tệp này)") % {"name": candidate.name}
                options.append(Option(AnswerAction.USE, BY_NAME + candidate.name, label, score))
        if register is not None and pending.may_create:
            label = _("Tạo mới “%(name)s” trong sổ %(register)s") % {
                "name": pending.text,
                "register": register.title,
            }
            options.append(Option(AnswerAction.CREATE, "", label))
        options.append(Option(AnswerAction.SKIP, "", str(AnswerAction.SKIP.label)))
        return options

    def _label(self, register: Register, candidate: Candidate, *, among_namesakes: bool = False) -> str:
        record = self.instance(register, candidate.pk or 0)
        label = register.title_for(self.actor, record) if record is not None else candidate.name
        if record is not None and among_namesakes and register.chosen_with:
            label = choice_name(record, self.actor)
        elif record is not None and among_namesakes and register.distinguished_by:
            label = name_among_namesakes(register, record, self.actor)
        if candidate.name and candidate.name not in label:
            label = f"{label} ({candidate.name})"
        if candidate.start is None:
            return label
        if candidate.end is None:
            return name_with_start(label, candidate.start)
        return _("%(name)s (từ %(start)s, hết hiệu lực %(end)s)") % {
            "name": label,
            "start": format_date(candidate.start),
            "end": format_date(candidate.end),
        }


def _is_later(candidate: Candidate, own: set[int]) -> bool:
    """Whether the record comes from a sheet that is processed after this one, because it refers to this one."""
    return candidate.draft is not None and candidate.draft.instance is None and id(candidate.draft) not in own
