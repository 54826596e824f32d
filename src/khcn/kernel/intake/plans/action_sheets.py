"""Sheets whose rows are actions: each row carries out one action on a record that is on file.

The preview carries the rows out in transactions that it takes back: rights, guard, inputs and operation are asked as the
button asks them, each row after the effect of the rows of its record before it, and every refusal is known at once. On
SQLite such a transaction holds the write lock of the database, so it takes the few rows of one record and not the file.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from khcn.kernel.actions.offered_actions import is_permitted
from khcn.kernel.actions.running import record_to_act_on, run
from khcn.kernel.actors import acting
from khcn.kernel.fields.reference_input import input_key
from khcn.kernel.intake.checks.failed_rules import noting_failure
from khcn.kernel.intake.checks.refused_rows import add_refusal
from khcn.kernel.intake.matching.done_before import inputs_of_row, pass_over_done
from khcn.kernel.intake.matching.record_matching import records_of_rows
from khcn.kernel.intake.names.name_matching import Candidate
from khcn.kernel.query_chunks import chunks
from khcn.kernel.refusals import NotPermitted, Refused
from khcn.kernel.registers.record_titles import short_title
from khcn.kernel.screens.action_forms import action_form, initial_values
from khcn.kernel.screens.bulk_actions import CAP
from khcn.kernel.screens.record_page_content import record_facts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from khcn.kernel.actions import Action
    from khcn.kernel.actions.running import ActionOutcome
    from khcn.kernel.actors import Actor
    from khcn.kernel.fields.field_kind import FieldKind
    from khcn.kernel.intake.matching.done_before import Done
    from khcn.kernel.intake.rows.drafts import DraftSheet, RowDraft

MOST_ROWS: Final = (
    CAP  # of one file, as of the page for several records: each is carried out, in the preview as well
)

MOST_TOGETHER: Final = (
    40  # rows of one record, or of a file with sheets of several actions: one transaction each
)


def _action_of(draft_sheet: DraftSheet) -> Action:
    """The action that the rows of the sheet are."""
    action = draft_sheet.kind.action
    assert action is not None  # noqa: S101 -- only sheets of actions come here
    return action


def refuse_action_sheet(draft_sheet: DraftSheet, actor: Actor, *, taken_over: bool) -> bool:
    """Whether nobody needs to look at the rows; the problem of the whole sheet is noted."""
    if not is_permitted(_action_of(draft_sheet), draft_sheet.register, actor):
        draft_sheet.add_sheet_problem(
            _("Tài khoản của bạn không được thực hiện “%(title)s”.") % {"title": draft_sheet.kind.title},
            _("Bỏ trang tính này, hoặc để người có quyền nhập."),
            code="permission",
        )
    elif taken_over:
        draft_sheet.add_sheet_problem(
            _("Việc thực hiện trên bản ghi đã có không phải hồ sơ chuyển từ bản giấy."),
            _("Nhập trang tính này bằng một tệp riêng, không chọn “Chuyển từ hồ sơ giấy”."),
            code="taken_over",
        )
    elif missing := [each.heading for each in draft_sheet.table.missing] if draft_sheet.table else []:
        draft_sheet.add_sheet_problem(
            _("Không thấy cột: %(headings)s.") % {"headings": ", ".join(f"“{each}”" for each in missing)},
            _("Đặt đúng tên cột như trong mẫu; dòng tên cột nằm trong 30 dòng đầu."),
            code="missing_column",
        )
    else:
        return False
    return True


def refuse_too_many(draft_sheets: Sequence[DraftSheet]) -> bool:
    """Whether the file asks for more than can be carried out at once; noted at the first row too many."""
    most = MOST_ROWS if len(draft_sheets) == 1 else MOST_TOGETHER
    rows = [(draft_sheet, draft) for draft_sheet in draft_sheets for draft in draft_sheet.drafts]
    if len(rows) <= most:
        return False
    draft_sheet, draft = rows[most]
    if len(draft_sheets) == 1:
        text = _("Một tệp thực hiện được nhiều nhất %(most)d việc; từ dòng này trở đi là quá số đó.")
    else:
        text = _(
            "Một tệp có nhiều loại việc thực hiện được nhiều nhất %(most)d dòng; từ dòng này trở đi là quá số đó."
        )
    draft_sheet.add_problem(
        draft, "", text % {"most": most}, _("Tách thành nhiều tệp."), code="too_many_actions"
    )
    return True


def find_records_of_actions(draft_sheet: DraftSheet, actor: Actor) -> None:
    """Find the record of each row. One that the actor may not see is as unknown as one that is not there."""
    found = records_of_rows(draft_sheet)
    keys = list({record.pk for record in found.values()})
    rows = draft_sheet.register.visible(actor)
    seen = {pk for part in chunks(keys) for pk in rows.filter(pk__in=part).values_list("pk", flat=True)}
    first_key = next(name for name in draft_sheet.register.natural_key if name in draft_sheet.columns)
    known: dict[tuple[Any, ...], RowDraft] = {}
    for draft in draft_sheet.remaining():
        if not draft.is_whole:
            continue
        record = found.get(id(draft))
        if record is None or record.pk not in seen:
            draft_sheet.add_problem(
                draft,
                first_key,
                _("Không có bản ghi này trong sổ “%(title)s”.") % {"title": draft_sheet.register.title},
                _("Xem lại các cột nêu bản ghi; bản ghi mới thì ghi vào sổ trước, rồi mới nhập tệp này."),
                code="not_on_record",
            )
            continue
        draft.instance, draft.label = record, short_title(draft_sheet.register.seen_by(actor), record)
        _refuse_repetition(draft_sheet, draft, known)
        _refuse_planned(draft_sheet, draft)
    pass_over_done(draft_sheet)


def _refuse_repetition(
    draft_sheet: DraftSheet, draft: RowDraft, known: dict[tuple[Any, ...], RowDraft]
) -> None:
    """The same action with the same inputs on the same record is a row that was copied once too often."""
    key = (draft.instance.pk, *inputs_of_row(_action_of(draft_sheet), draft).items())
    first = known.setdefault(key, draft)
    if first is not draft:
        draft_sheet.add_problem(
            draft,
            "",
            _("Giống hệt dòng %(row)s của trang tính.") % {"row": first.row},
            _("Giữ lại một dòng."),
            code="twice_in_file",
        )


def _refuse_planned(draft_sheet: DraftSheet, draft: RowDraft) -> None:
    """An input that names a record which another sheet of the file is only about to create."""
    for name, value in draft.values.items():
        if isinstance(value, Candidate) and value.draft is not None:
            if getattr(value.draft.instance, "pk", None) is None:
                draft_sheet.add_problem(
                    draft,
                    name,
                    _("“%(name)s” mới có trong tệp này, chưa có trong sổ.") % {"name": value.name},
                    _("Nhập trang tính có bản ghi đó bằng một tệp trước."),
                    value=value.name,
                    code="not_on_record",
                )
            else:
                draft.values[name] = Candidate(value.draft.instance.pk, value.name)


# ------------------------------------------------------------------------------------------ carrying out


def try_rows(draft_sheets: Sequence[DraftSheet], *, actor: Actor, on: date) -> None:
    """Carry out all rows and take everything back; notes what each would do, or why it is refused."""
    for rows in _together(draft_sheets):
        for draft_sheet, draft in rows[MOST_TOGETHER:]:
            draft_sheet.add_problem(
                draft,
                "",
                _("Một tệp thực hiện được nhiều nhất %(most)d việc trên một bản ghi.")
                % {"most": MOST_TOGETHER},
                _("Tách thành nhiều tệp."),
                code="too_many_actions",
            )
        with transaction.atomic(), acting(actor, on=on):
            for draft_sheet, draft in rows[:MOST_TOGETHER]:
                try:
                    with noting_failure(draft_sheet, draft):
                        draft.effects, _outcome = _carry_out(draft_sheet, draft, actor=actor, on=on)
                        draft.action = "change"
                        draft.facts = _facts(draft_sheet, draft, actor)
                except Refused as refused:
                    add_refusal(draft_sheet, draft, refused)
            transaction.set_rollback(True)


def _facts(draft_sheet: DraftSheet, draft: RowDraft, actor: Actor) -> tuple[tuple[str, str], ...]:
    """What is on record of the record that the row decides about, where the dialog shows it as well; what the cells say
    already is left out.
    """
    if not _action_of(draft_sheet).shows_record:
        return ()
    in_cells = {draft_sheet.columns[name].heading for name in draft_sheet.register.natural_key}
    shown = record_facts(draft_sheet.register.seen_by(actor), draft.instance, actor)
    return tuple(
        (fact.label, fact.text)
        for _title, facts in shown
        for fact in facts
        if fact.text and fact.label not in in_cells
    )


def _together(draft_sheets: Sequence[DraftSheet]) -> list[list[tuple[DraftSheet, RowDraft]]]:
    """Rows that may depend on each other: those of one record, and all where several actions are asked for."""
    if len(draft_sheets) != 1:
        return [list(_in_order(draft_sheets))]
    found: dict[Any, list[tuple[DraftSheet, RowDraft]]] = {}
    for draft_sheet, draft in _in_order(draft_sheets):
        found.setdefault(draft.instance.pk, []).append((draft_sheet, draft))
    return list(found.values())


def carry_out_rows(draft_sheets: Sequence[DraftSheet], *, actor: Actor, on: date) -> Iterator[Done]:
    """Carry out all rows. Raises :class:`Refused` with the place of the first row that is refused."""
    for draft_sheet, draft in _in_order(draft_sheets):
        try:
            _effects, outcome = _carry_out(draft_sheet, draft, actor=actor, on=on)
        except Refused as refused:
            text = _("Trang tính “%(sheet)s”, dòng %(row)d: %(why)s")
            place = {"sheet": draft_sheet.sheet, "row": draft.row, "why": refused}
            raise Refused(text % place, code=refused.code) from refused
        yield draft_sheet, draft, outcome


def _in_order(draft_sheets: Sequence[DraftSheet]) -> Iterator[tuple[DraftSheet, RowDraft]]:
    """Rows by their days, those of one day and those without a day in the order of the file."""
    rows = [
        (sheet, draft)
        for sheet in draft_sheets
        for draft in sheet.remaining()
        if draft.is_whole and draft.action != "same"
    ]
    yield from sorted(rows, key=lambda row: _day(*row))


def _day(draft_sheet: DraftSheet, draft: RowDraft) -> date:
    day = draft.values.get(draft_sheet.kind.day_field)
    return day if isinstance(day, date) else date.max


def _carry_out(
    draft_sheet: DraftSheet, draft: RowDraft, *, actor: Actor, on: date
) -> tuple[tuple[str, ...], ActionOutcome]:
    """What the dialog of the action does with what is typed; gives what it shows beforehand, and what came of it."""
    action, register = _action_of(draft_sheet), draft_sheet.register
    record = record_to_act_on(register, draft.instance.pk, actor=actor, on=on)
    if not is_permitted(action, register, actor, record):
        raise NotPermitted(_("Tài khoản của bạn không có quyền thực hiện việc này."), code="not_permitted")
    described = [action.notice(record, actor=actor, on=on)] if action.notice else []
    begun = initial_values(action, record, actor=actor, on=on)
    form = action_form(action)(_typed(action, draft.values, begun), begun=begun)
    if not form.is_valid():
        errors = {name: [str(each) for each in texts] for name, texts in form.errors.items()}
        raise Refused(
            " ".join(text for texts in errors.values() for text in texts), code="invalid", fields=errors
        )
    if action.preview is not None:
        described += action.preview(record, **form.values(), actor=actor, on=on)
    with transaction.atomic():
        outcome = run(action, register, record.pk, form.values(), actor=actor, on=on)
    return tuple(text for text in described if text), outcome


def _typed(action: Action, values: Mapping[str, Any], begun: Mapping[str, Any]) -> dict[str, str]:
    """The cells as they would be typed into the dialog. An empty cell holds what the dialog begins with, where the action
    does not need a value.
    """
    typed = {}
    for name, kind in action.kinds().items():
        value = values.get(name)
        if value is None and not action.needs(name, kind):
            value = begun.get(name)
        typed[name] = _as_typed(kind, value)
    return typed


def _as_typed(kind: FieldKind, value: Any) -> str:
    if value is None or isinstance(value, bool):
        return "on" if value else ""
    if kind.target is not None:  # a record, or its key where the dialog begins with one
        return input_key(getattr(value, "pk", value))
    return kind.from_json(str(kind.to_json(value)))
