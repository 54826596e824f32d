"""Checks rows whose names are resolved: finds all problems at once, with few queries."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.utils.translation import gettext as _

from khcn.kernel.fields.paths import verbose_name_at
from khcn.kernel.fields.sections import kinds_of_sections, section_condition
from khcn.kernel.fields.workbook_cells import cell_is_required
from khcn.kernel.intake.checks.constraint_evaluation import value_of, violated
from khcn.kernel.intake.checks.failed_rules import noting_failure
from khcn.kernel.intake.checks.refused_rows import add_refusal, with_missing_columns
from khcn.kernel.intake.import_plan import ImportSeverity
from khcn.kernel.query_chunks import chunks
from khcn.kernel.refusals import Refused
from khcn.kernel.refusals.attempts import AttemptKind, note_attempt
from khcn.kernel.refusals.constraints import fields_of_constraint
from khcn.kernel.registers.owned_refusals import owned_refusal
from khcn.kernel.text.fold import fold, name_key
from khcn.kernel.text.similar_names import is_duplicate_like, nearest_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from khcn.kernel.actors import Actor
    from khcn.kernel.intake.rows.drafts import DraftSheet, RowDraft

# So many new names are compared with all stored names for typing errors; more would take too long, and the first
# import into an empty register has nothing to compare with.
_COMPARED = 300
_MOST_MISSING = (
    3  # required cells that are empty in one row: as many, and most of them, and it is hardly a record
)


def check_required(draft_sheet: DraftSheet) -> None:
    """Empty cells that must be filled; of an action, those that say which record is meant: its form asks for the others."""
    names = [
        name
        for name, column in draft_sheet.columns.items()
        if cell_is_required(column.field)
        and (draft_sheet.kind.action is None or name in draft_sheet.register.natural_key)
    ]
    for draft in draft_sheet.remaining():
        is_known = draft.action in {"change", "same"}  # an empty cell of a record on file says nothing
        missing = [
            name
            for name in names
            if not (is_known and name not in draft.cleared)
            and draft.values.get(name) is None
            and not draft.waits
            and not _has_problem(draft_sheet, draft, name)
        ]
        if len(missing) >= _MOST_MISSING and 2 * len(missing) > len(names):
            _add_nearly_empty(draft_sheet, draft, missing)
            continue
        for name in missing:
            heading = draft_sheet.columns[name].heading
            draft_sheet.add_problem(
                draft,
                name,
                _("Thiếu “%(heading)s”.") % {"heading": heading},
                _("Điền vào ô này.")
                if name in draft_sheet.places
                else _("Bảng không có cột này: điền ô mà giá trị được lấy từ đó, hoặc thêm cột vào tệp."),
                code="required",
            )


def _add_nearly_empty(draft_sheet: DraftSheet, draft: RowDraft, missing: Sequence[str]) -> None:
    """One problem for a row that lacks most of what a record needs: it is rather a sum, a note or a title that goes on from the row above."""
    headings = ", ".join(f"“{draft_sheet.columns[name].heading}”" for name in missing)
    draft_sheet.add_problem(
        draft,
        "",
        _("Thiếu %(headings)s: có vẻ là dòng cộng, ghi chú hoặc phần viết tiếp của dòng trên.")
        % {"headings": headings},
        _(
            "Phần viết tiếp thì gộp vào dòng trên trong tệp; dòng cộng, ghi chú thì chọn “Không đọc dòng này”; bản ghi thì điền các ô còn thiếu."
        ),
        code="required",
    )


def _has_problem(draft_sheet: DraftSheet, draft: RowDraft, name: str) -> bool:
    heading = draft_sheet.columns[name].heading
    return any(problem.column == heading for problem in draft.problems)


def check_records(draft_sheet: DraftSheet, actor: Actor) -> None:
    """What the model itself says about each new or changed record, its check constraints, and the right to write."""
    foreign = _not_within_reach(draft_sheet, actor)
    for draft in draft_sheet.remaining():
        if not draft.is_whole or draft.action == "same":
            continue
        instance = draft.instance
        with noting_failure(draft_sheet, draft):
            _check_record(draft_sheet, draft)
        _check_sections(draft_sheet, draft)
        if draft in foreign or not draft_sheet.register.fits(str(draft.action), actor, instance):
            draft_sheet.add_problem(
                draft,
                "",
                _("Tài khoản của bạn không được ghi bản ghi này."),
                _("Bản ghi thuộc đơn vị khác; để đơn vị đó nhập, hoặc bỏ dòng này."),
                code="permission",
            )


def _check_record(draft_sheet: DraftSheet, draft: RowDraft) -> None:
    """The checks of the model. What is against values that only an action writes is said by naming the action."""
    problem: ValidationError | None = None
    try:
        draft.instance.clean()
    except ValidationError as error:
        problem = error
    broken = list(violated(draft.instance))
    if problem is None and not broken:
        return
    if refused := owned_refusal(draft_sheet.register, draft.instance):
        add_refusal(draft_sheet, draft, refused)
        return
    if problem is not None:
        _add_problems(draft_sheet, draft, problem)
    for constraint in broken:
        draft_sheet.add_problem(
            draft, "", *_broken_constraint(draft_sheet, draft, constraint), code="constraint"
        )


def _broken_constraint(
    draft_sheet: DraftSheet, draft: RowDraft, constraint: models.CheckConstraint
) -> tuple[str, str]:
    """What a row breaks and what to do, with the values on record that the file does not give: nobody sees them in the file."""
    message = str(constraint.get_violation_error_message())
    if draft.action != "change":
        return message, ""
    compared = fields_of_constraint(constraint)
    stored = {
        column.heading: text
        for column in draft_sheet.kind.columns()
        if column.name in compared
        and column.target is None
        and draft.values.get(column.name) is None
        and column.name not in draft.cleared
        and (text := column.preview(getattr(draft.instance, column.name)))
    }
    if not stored:
        return message, ""
    values = "; ".join(f"“{heading}” {text}" for heading, text in stored.items())
    return (
        _("%(problem)s Trong sổ đang có: %(values)s.") % {"problem": message, "values": values},
        _("Sửa trong tệp; hoặc ghi cả %(headings)s vào tệp rồi tải lên lại.")
        % {"headings": ", ".join(f"“{heading}”" for heading in stored)},
    )


def _check_sections(draft_sheet: DraftSheet, draft: RowDraft) -> None:
    """A cell whose section does not apply to the record (a new end for a change of investigator) may hold nothing."""
    changed = {each.column for each in draft.changed}
    for section in draft_sheet.register.form:
        if section.when is None or section.applies_to(getattr(draft.instance, section.when[0])):
            continue
        for name in section.fields:
            # What is on record and stays as it was may have come from paper; the form leaves it alone as well.
            touched = draft.action == "create" or {name, section.when[0]} & changed
            if touched and draft.values.get(name) not in (None, "", False):
                draft_sheet.add_problem(
                    draft,
                    name,
                    section_condition(
                        kinds_of_sections(draft_sheet.register.form, model=draft_sheet.model), section
                    ),
                    _("Để trống ô này, hoặc sửa ô “%(field)s”.")
                    % {"field": verbose_name_at(draft_sheet.model, section.when[0])},
                    code="section",
                )


def _not_within_reach(draft_sheet: DraftSheet, actor: Actor) -> list[RowDraft]:
    """Rows that would change a stored record which the actor may not change, whatever the file says."""
    changing = [draft for draft in draft_sheet.remaining() if draft.action == "change"]
    if isinstance(draft_sheet.register.reach("change", actor), bool):
        return [] if draft_sheet.register.may("change", actor) else changing
    within: set[int] = set()
    for part in chunks([draft.instance.pk for draft in changing]):
        within |= set(
            draft_sheet.register.visible(actor, "change").filter(pk__in=part).values_list("pk", flat=True)
        )
    return [draft for draft in changing if draft.instance.pk not in within]


def _add_problems(draft_sheet: DraftSheet, draft: RowDraft, error: ValidationError) -> None:
    by_field = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
    for name, messages in by_field.items():
        for message in messages:
            sentence, _dot, advice = message.partition(". ")
            known = name if name in draft_sheet.columns else ""
            advice = with_missing_columns(draft_sheet, [name], advice)
            draft_sheet.add_problem(draft, known, sentence.rstrip(".") + ".", advice, code="model")


# ------------------------------------------------------------------------------------------ uniqueness


def check_unique(draft_sheet: DraftSheet) -> None:
    """Values that must be unique beside the natural key: against each other, and against the records on file.

    Of masked values the preview does not tell which are on record (:func:`refuse_taken_masked`).
    """
    for names, message, rows in _rows_by_unique_set(draft_sheet):
        taken = {} if _is_masked(draft_sheet, names) else _taken(draft_sheet.model, names, list(rows))
        for key, drafts in rows.items():
            for draft in drafts[0 if _others(taken, key, drafts) else 1 :]:
                draft_sheet.add_problem(
                    draft,
                    next((name for name in names if name in draft_sheet.columns), ""),
                    message,
                    code="unique",
                )


def refuse_taken_masked(draft_sheets: Sequence[DraftSheet]) -> None:
    """Raise ``Refused`` for the first row with a masked value that another record has. It is asked when the file is written, for one row
    at a time and noted for the log: a preview of many numbers would say of each whether it is on record.
    """
    for draft_sheet in draft_sheets:
        for names, message, rows in _rows_by_unique_set(draft_sheet):
            taken = _taken(draft_sheet.model, names, list(rows)) if _is_masked(draft_sheet, names) else {}
            for key, drafts in rows.items():
                if _others(taken, key, drafts):
                    note_attempt(AttemptKind.RECORD)
                    place = {"sheet": draft_sheet.sheet, "row": drafts[0].row, "why": message}
                    text = _("Trang tính “%(sheet)s”, dòng %(row)d: %(why)s") % place
                    raise Refused(text, code="taken")


def _is_masked(draft_sheet: DraftSheet, names: Sequence[str]) -> bool:
    return not set(names).isdisjoint(getattr(draft_sheet.model, "masked", ()))


def _others(
    taken: Mapping[tuple[Any, ...], set[int]], key: tuple[Any, ...], drafts: Sequence[RowDraft]
) -> set[int]:
    return taken.get(key, set()) - {draft.instance.pk for draft in drafts if draft.instance.pk}


def _rows_by_unique_set(
    draft_sheet: DraftSheet,
) -> Iterator[tuple[tuple[str, ...], str, dict[tuple[Any, ...], list[RowDraft]]]]:
    for names, message in _unique_sets(draft_sheet.model):
        own = set(names) - {"province"}
        if own == set(draft_sheet.register.natural_key):
            continue  # the natural key was matched already; two rows of one key have been reported
        rows: dict[tuple[Any, ...], list[RowDraft]] = defaultdict(list)
        for draft in draft_sheet.remaining():
            if draft.is_whole and draft.action in {"create", "change"}:
                key = tuple(value_of(draft.instance, name) for name in names)
                if None not in key:
                    rows[key].append(draft)
        yield names, message, rows


def _unique_sets(model: type[models.Model]) -> list[tuple[tuple[str, ...], str]]:
    found = [
        (tuple(constraint.fields), str(constraint.get_violation_error_message()))
        for constraint in model._meta.constraints
        if isinstance(constraint, models.UniqueConstraint)
        and constraint.fields
        and constraint.condition is None
    ]
    for field in model._meta.concrete_fields:
        if field.unique and not field.primary_key:
            heading = verbose_name_at(model, field.name)
            found.append(((field.name,), _("“%(heading)s” này đã có ở bản ghi khác.") % {"heading": heading}))
    return found


def _taken(
    model: type[models.Model], names: Sequence[str], keys: Sequence[tuple[Any, ...]]
) -> dict[tuple[Any, ...], set[int]]:
    stored = [key for key in keys if not any(hasattr(value, "record") for value in key)]
    if not stored:
        return {}
    place = max(range(len(names)), key=lambda each: len({key[each] for key in stored}))
    found: dict[tuple[Any, ...], set[int]] = defaultdict(set)
    values = list({key[place] for key in stored})
    attnames = [model._meta.get_field(name).attname for name in names]  # type: ignore[union-attr]
    for part in chunks(values):
        for pk, *key in model._base_manager.filter(**{f"{names[place]}__in": part}).values_list(
            "pk", *attnames
        ):
            found[tuple(key)].add(pk)
    return found


# ------------------------------------------------------------------------------------------ likely duplicates


def warn_of_duplicates(draft_sheet: DraftSheet) -> None:
    """New records whose name differs from a stored one only by diacritics, case, an abbreviation or a typing error."""
    name = draft_sheet.register.lookup
    if name not in draft_sheet.register.natural_key or not draft_sheet.register.lookup_creates:
        return
    fresh = [
        draft
        for draft in draft_sheet.remaining()
        if draft.action == "create" and not draft.waits and isinstance(draft.values.get(name), str)
    ]
    if not fresh:
        return
    records = draft_sheet.model._base_manager.all()
    on_file = list(records.order_by("pk").values_list(name, flat=True))
    by_fold: dict[str, str] = {}
    for each in on_file:
        by_fold.setdefault(fold(each), each)
    for number, draft in enumerate(fresh):
        typed = draft.values[name]
        twin = by_fold.get(fold(typed))
        if twin is None and number < _COMPARED:
            offers = [each.candidate for each in nearest_names(typed, on_file)]
            twin = next((each for each in offers if is_duplicate_like(typed, each)), None)
        if twin is not None:
            _warn_of_twin(draft_sheet, draft, name, twin)
        by_fold.setdefault(fold(typed), typed)


def _warn_of_twin(draft_sheet: DraftSheet, draft: RowDraft, name: str, twin: str) -> None:
    typed = draft.values[name]
    register = draft_sheet.register
    apart = [each for each in register.natural_key if each not in {name, register.distinguished_by}]
    if apart and name_key(typed) == name_key(twin):
        message = _("“%(typed)s” đã có ở một bản ghi khác, cùng tên.")
        remedy = _("Nếu là một, ghi %(headings)s như trong sổ; nếu là hai, có thể ghi vào sổ.")
    else:
        message = _("“%(typed)s” gần giống “%(twin)s” đã có trong sổ.")
        remedy = _("Nếu là một, sửa ô này cho đúng như trong sổ; nếu không, có thể ghi vào sổ.")
    headings = ", ".join(f"“{verbose_name_at(draft_sheet.model, each)}”" for each in apart)
    draft_sheet.add_problem(
        draft,
        name,
        message % {"typed": typed, "twin": twin},
        remedy % {"headings": headings},
        value=typed,
        code="duplicate_like",
        severity=ImportSeverity.WARNING,
    )
