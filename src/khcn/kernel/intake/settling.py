"""What a person has to say, asked once for each column and word; what was said before is used again."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from khcn.kernel.fields.cells import Named, Unlisted
from khcn.kernel.intake.drafts import Draft, Work
from khcn.kernel.intake.matching import Candidate, Targets, choose, chunks
from khcn.kernel.intake.outcome import Action, Answer, Option, Question, question_key
from khcn.kernel.registers.sheet import SheetColumn, sheet_columns
from khcn.kernel.text.dates import format_date
from khcn.kernel.text.fold import fold
from khcn.kernel.text.numbers import short_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from khcn.kernel.actors import Actor
    from khcn.kernel.registers.spec import Register

# A record that has no key yet, because the same file brings it, is meant by its name.
BY_NAME = "name:"


@dataclass(slots=True)
class _Asked:
    work: Work
    column: SheetColumn
    text: str
    folded: str
    rows: list[int] = field(default_factory=list)
    candidates: list[tuple[Candidate, float]] = field(default_factory=list)
    choices: Unlisted | None = None
    answer: Answer | None = None
    several: bool = False
    allowed: bool | None = None  # may the answer's record stand in this column?


def column_path(register: Register, name: str) -> str:
    """The name under which decisions about a column are kept: "science.sciencetask.host"."""
    return f"{register.name}.{name}"


def can_create(register: Register) -> bool:
    """Can a record be made from its name alone? The register says yes, and no other column is required."""
    if not register.lookup_creates:
        return False
    return not any(
        column.required and column.name != register.lookup and not column.field.null
        for column in sheet_columns(register)
    )


class Settler:
    """Resolves words to stored values and records, and gathers what stays open."""

    def __init__(self, actor: Actor, answers: Mapping[str, Answer]) -> None:
        self.actor = actor
        self.answers = answers
        self.asked: dict[tuple[str, str], _Asked] = {}
        self.targets: dict[tuple[str, str], Targets] = {}
        self.made: dict[Register, Work] = {}
        self._made_drafts: dict[tuple[str, str], Draft] = {}
        self.instances: dict[tuple[str, int], Any] = {}
        self._planned: list[Work] = []
        self._indexed: set[int] = set()

    # ------------------------------------------------------------------------------- closed lists

    def settle_choices(self, work: Work) -> None:
        """Words outside a closed list become the value that was chosen for them, or a question."""
        for column in work.columns.values():
            if not column.field.choices:
                continue
            known = {str(value) for value, _label in column.field.flatchoices}
            for draft in work.drafts:
                value = draft.values.get(column.name)
                if not isinstance(value, Unlisted):
                    continue
                asked = self._ask(work, column, draft, value.text, value.folded)
                asked.choices = value
                draft.values[column.name] = None
                if asked.answer and asked.answer.action is Action.SKIP:
                    draft.skipped = True
                elif asked.answer and asked.answer.target in known:
                    draft.values[column.name] = asked.answer.target
                else:
                    asked.answer = None
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

    def plan_names(self, works: Iterable[Work]) -> None:
        """Let rows of this file be named by other rows of it."""
        self._planned = list(works)

    def _plan_for(self, targets: Targets) -> None:
        """Index the file's own rows of the register, once."""
        if id(targets) in self._indexed:
            return
        self._indexed.add(id(targets))
        for work in self._planned:
            if work.register is not targets.register:
                continue
            for draft in work.going_on():
                if not self._within(draft, targets):
                    continue
                period = draft.values.get("valid_from"), draft.values.get("valid_to")
                texts = [draft.values.get(name) for name in targets.names]
                named = [text for text in texts if isinstance(text, str)]
                for folded in {fold(text) for text in named}:
                    targets.planned[folded].append(Candidate(None, named[0], *period, draft))

    @staticmethod
    def _within(draft: Draft, targets: Targets) -> bool:
        limits = targets.limits if isinstance(targets.limits, dict) else {}
        return all(draft.values.get(name) == value for name, value in limits.items() if "__" not in name)

    def resolve(self, work: Work, names: Sequence[str], kept: Mapping[int, Any] | None = None) -> None:
        """Replace words by records in these columns; ``kept`` gives the record on file of a row, where there is one."""
        for name in names:
            column = work.columns[name]
            if column.target is None:
                continue
            targets = self.targets_of(column)
            drafts = [draft for draft in work.going_on() if isinstance(draft.values.get(name), Named)]
            targets.look_up(draft.values[name].text for draft in drafts)
            self._plan_for(targets)
            own = {id(draft) for draft in work.drafts}
            for draft in drafts:
                old = (kept or {}).get(id(draft))
                found = self._meant(work, column, targets, draft, old)
                if found is not None and _is_later(found, own):
                    work.blame(
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

    def _meant(
        self, work: Work, column: SheetColumn, targets: Targets, draft: Draft, old: Any
    ) -> Candidate | None:
        named: Named = draft.values[column.name]
        candidates = [each for each in targets.candidates(named) if each.draft is not draft]
        day = draft.values.get(work.register.date_field) if work.register.date_field else None
        kept_pk = getattr(old, column.field.attname) if old is not None else None
        if candidates and (found := choose(candidates, day if isinstance(day, date) else None, kept_pk)):
            return found
        asked = self._ask(work, column, draft, named.text, named.folded)
        if not asked.candidates:
            asked.several = len(candidates) > 1
            asked.candidates = [(each, 100.0) for each in candidates] or (
                targets.near(named.text) if asked.answer is None else []
            )
        return self._answered(asked, targets, draft)

    def _answered(self, asked: _Asked, targets: Targets, draft: Draft) -> Candidate | None:
        answer = asked.answer
        if answer is None:
            return None
        if answer.action is Action.SKIP:
            draft.skipped = True
            return None
        pk = short_number(answer.target)
        if answer.action is Action.USE and pk is not None:
            if asked.allowed is None:
                asked.allowed = targets.allows(pk)
            if asked.allowed:
                return Candidate(pk, asked.text)
        if answer.action is Action.USE and answer.target.startswith(BY_NAME):
            name = answer.target.removeprefix(BY_NAME)
            targets.look_up([name])
            meant = targets.candidates(Named(name, fold(name)))
            if len(meant) == 1:
                return meant[0]
        if answer.action is Action.CREATE and can_create(targets.register):
            return Candidate(None, asked.text, draft=self._make(targets.register, asked, draft.row))
        asked.answer = None  # the record is gone: ask again
        return None

    def _make(self, register: Register, asked: _Asked, row: int) -> Draft:
        """A record made from a name alone, once however often it is named."""
        key = (register.name, asked.folded)
        if key not in self._made_drafts:
            if register not in self.made:
                column = next(each for each in sheet_columns(register) if each.name == register.lookup)
                self.made[register] = Work(register, str(_("Tạo mới từ tên")), {column.name: column}, {})
            draft = Draft(row, asked.text, {register.lookup: asked.text}, instance=register.model())
            self._made_drafts[key] = draft
            self.made[register].drafts.append(draft)
        return self._made_drafts[key]

    # ------------------------------------------------------------------------------- questions

    def _ask(self, work: Work, column: SheetColumn, draft: Draft, text: str, folded: str) -> _Asked:
        path = column_path(work.register, column.name)
        key = (path, folded)
        if key not in self.asked:
            answer = self.answers.get(question_key(path, folded))
            self.asked[key] = _Asked(work, column, text, folded, answer=answer)
        self.asked[key].rows.append(draft.row)
        return self.asked[key]

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
        for (path, _folded), asked in self.asked.items():
            options = self._options(asked)
            chosen = next(
                (
                    option
                    for option in options
                    if asked.answer
                    and (option.action, option.target) == (asked.answer.action, asked.answer.target)
                ),
                None,
            )
            question = Question(
                key=question_key(path, asked.folded),
                sheet=asked.work.sheet,
                column=path,
                heading=asked.column.heading,
                value=asked.text,
                folded=asked.folded,
                rows=tuple(asked.rows),
                text=_sentence(asked),
                options=tuple(options),
                answer=chosen,
            )
            (settled if asked.answer else open_ones).append(question)
        return open_ones, settled

    def _fetch_offers(self) -> None:
        by_register: dict[Register, list[int]] = {}
        for asked in self.asked.values():
            register = asked.column.target
            if register is not None:
                pks = [each.pk for each, _score in asked.candidates if each.pk is not None]
                by_register.setdefault(register, []).extend(pks)
        for register, pks in by_register.items():
            self.fetch(register, pks)

    def _options(self, asked: _Asked) -> list[Option]:
        options = []
        if asked.choices is not None:
            options = [
                Option(Action.USE, value, label, score) for value, label, score in asked.choices.candidates
            ]
        register = asked.column.target
        pks = {str(each.pk) for each, _score in asked.candidates}
        answer = asked.answer
        if answer and answer.action is Action.USE and register and answer.target not in pks:
            by_name = answer.target.startswith(BY_NAME)
            meant = (
                answer.target.removeprefix(BY_NAME)
                if by_name
                else self.instance(register, int(answer.target))
            )
            options.append(Option(Action.USE, answer.target, str(meant), 100.0))
        for candidate, score in asked.candidates:
            if candidate.pk is not None and register is not None:
                options.append(Option(Action.USE, str(candidate.pk), self._label(register, candidate), score))
            elif register is not None and not asked.several:
                label = _("%(name)s (có trong tệp này)") % {"name": candidate.name}
                options.append(Option(Action.USE, BY_NAME + candidate.name, label, score))
        if register is not None and can_create(register):
            label = _("Tạo mới “%(name)s” trong sổ %(register)s") % {
                "name": asked.text,
                "register": register.title,
            }
            options.append(Option(Action.CREATE, "", label))
        options.append(Option(Action.SKIP, "", str(Action.SKIP.label)))
        return options

    def _label(self, register: Register, candidate: Candidate) -> str:
        record = self.instance(register, candidate.pk or 0)
        label = str(record) if record is not None else candidate.name
        if candidate.name and candidate.name not in label:
            label = f"{label} ({candidate.name})"
        if candidate.start is None:
            return label
        start, end = format_date(candidate.start), candidate.end and format_date(candidate.end)
        if end:
            return _("%(name)s (từ %(start)s, hết hiệu lực %(end)s)") % {
                "name": label,
                "start": start,
                "end": end,
            }
        return _("%(name)s (từ %(start)s)") % {"name": label, "start": start}


def _sentence(asked: _Asked) -> str:
    params = {"value": asked.text, "heading": asked.column.heading}
    register = asked.column.target
    if register is None:
        if asked.choices and asked.choices.mixed:
            return _("“%(value)s” nêu nhiều loại cùng lúc ở cột “%(heading)s”. Chọn một loại.") % params
        return _("“%(value)s” không có trong danh sách của cột “%(heading)s”. Chọn một giá trị.") % params
    params["register"] = capfirst(str(register.title))
    if asked.several:
        return _("Có nhiều bản ghi cùng tên “%(value)s” trong sổ %(register)s. Chọn đúng bản ghi.") % params
    if can_create(register):
        return _("“%(value)s” chưa có trong sổ %(register)s. Chọn bản ghi đã có hoặc tạo mới.") % params
    return (
        _(
            "“%(value)s” chưa có trong sổ %(register)s. Chọn bản ghi đã có, hoặc thêm vào sổ đó rồi tải lại tệp."
        )
        % params
    )


def _is_later(candidate: Candidate, own: set[int]) -> bool:
    """Does the record come from a sheet that is worked on after this one, because it refers to this one?"""
    return candidate.draft is not None and candidate.draft.instance is None and id(candidate.draft) not in own
