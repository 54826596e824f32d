"""Rows of action sheets that are on record already: the same action with the same inputs on the same record.

Known by the rows of files that were written, and by the facts that the action would write. Such a row is like a row of a
register that changes nothing: it is counted, named in the preview and not carried out again.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

import orjson
from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.utils.translation import gettext as _

from khcn.kernel.actions import REASON
from khcn.kernel.intake.import_plan import ImportProblem, ImportSeverity
from khcn.kernel.intake.models import Batch, CarriedOutRow
from khcn.kernel.intake.names.name_matching import Candidate
from khcn.kernel.query_chunks import chunks
from khcn.kernel.registers.registry import has_register, register_of
from khcn.kernel.text.dates import format_date

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.models import Field, Model

    from khcn.kernel.actions import Action
    from khcn.kernel.actions.running import ActionOutcome
    from khcn.kernel.intake.rows.drafts import DraftSheet, RowDraft

WRITTEN_BEFORE: Final = "written_before"  # code of what is said of the whole file

Done = tuple["DraftSheet", "RowDraft", "ActionOutcome"]


def inputs_of_row(action: Action, draft: RowDraft) -> dict[str, str]:
    """The inputs that the row gives, each as a text that two rows can be compared by."""
    return {
        name: str(value.pk if isinstance(value, Candidate) else value)
        for name in action.input_names()
        if (value := draft.values.get(name)) is not None
    }


def _fingerprint(draft_sheet: DraftSheet, draft: RowDraft) -> str:
    assert draft_sheet.kind.action is not None  # noqa: S101 -- only sheets of actions come here
    inputs = sorted(inputs_of_row(draft_sheet.kind.action, draft).items())
    content = orjson.dumps([draft_sheet.kind.key, draft.instance.pk, inputs])
    return hashlib.sha256(content).hexdigest()


def remember_rows(batch: Batch, done: Iterable[Done]) -> None:
    """Note the rows of a file that have just been carried out, in the transaction that did it."""
    CarriedOutRow.objects.bulk_create(
        CarriedOutRow(
            batch=batch,
            fingerprint=_fingerprint(draft_sheet, draft),
            row=draft.row,
            result_model=outcome.result_model,
            result_pk=outcome.result_pk,
        )
        for draft_sheet, draft, outcome in done
    )


def note_of_earlier_batch(sha256: str) -> list[ImportProblem]:
    """What the preview says of a file whose bytes were written before, and not taken back since."""
    batch = Batch.objects.filter(sha256=sha256, state="committed").newest().first()
    if batch is None or batch.committed_on is None:
        return []
    named = {
        "name": batch.name,
        "who": batch.uploaded_by_label,
        "day": format_date(batch.committed_on),
    }
    return [
        ImportProblem(
            sheet="",
            message=_("Tệp này đã được ghi vào sổ ngày %(day)s (tệp “%(name)s”, %(who)s gửi).") % named,
            remedy=_("Chỉ những chỗ khác với sổ hiện nay được ghi; nếu tải lên nhầm thì hủy tệp này."),
            severity=ImportSeverity.WARNING,
            code=WRITTEN_BEFORE,
        )
    ]


def pass_over_done(draft_sheet: DraftSheet) -> None:
    """Mark the rows that are on record already, and say so at each."""
    rows = [draft for draft in draft_sheet.remaining() if draft.is_whole]
    by_file = _rows_of_files({_fingerprint(draft_sheet, draft) for draft in rows})
    facts = _facts(draft_sheet, rows)
    for draft in rows:
        earlier = by_file.get(_fingerprint(draft_sheet, draft))
        if earlier is not None and earlier.batch.committed_on is not None:
            text = _("Việc này đã ghi ngày %(day)s: dòng %(row)d của tệp “%(name)s”, %(who)s gửi.") % {
                "day": format_date(earlier.batch.committed_on),
                "row": earlier.row,
                "name": earlier.batch.name,
                "who": earlier.batch.uploaded_by_label,
            }
        elif any(_says(draft_sheet, draft, fact) for fact in facts.get(draft.instance.pk, ())):
            text = _("Việc này đã có trong sổ, với đúng nội dung của dòng.")
        else:
            continue
        draft.action = "same"
        draft_sheet.add_problem(
            draft,
            "",
            text,
            _("Dòng này không được thực hiện lại. Nếu là một việc khác, sửa ô cho đúng rồi tải lên lại."),
            code="done_before",
            severity=ImportSeverity.WARNING,
        )


def _rows_of_files(fingerprints: set[str]) -> dict[str, CarriedOutRow]:
    """The rows of written files, without those whose result has been removed since."""
    rows = CarriedOutRow.objects.filter(batch__state="committed").select_related("batch").order_by("pk")
    found = [
        row for part in chunks(sorted(fingerprints)) for row in rows.filter(fingerprint__in=part).iterator()
    ]
    results: dict[str, set[int]] = defaultdict(set)
    for row in found:
        if row.result_pk is not None:
            results[row.result_model].add(row.result_pk)
    left = {
        (name, pk)
        for name, keys in results.items()
        for part in chunks(sorted(keys))
        for pk in apps.get_model(name)._base_manager.filter(pk__in=part).values_list("pk", flat=True)
    }
    return {
        row.fingerprint: row
        for row in found
        if row.result_pk is None or (row.result_model, row.result_pk) in left
    }


# ------------------------------------------------------------------------------------------ facts


def _facts(draft_sheet: DraftSheet, rows: Sequence[RowDraft]) -> dict[int, list[Model]]:
    """By the key of the record what the action may have written: the record itself, or rows that belong to it."""
    action, model = draft_sheet.kind.action, draft_sheet.model
    records = {draft.instance.pk: draft.instance for draft in rows}
    if action is None or action.source is None or not records:
        return {}
    if action.source is model:
        return {pk: [record] for pk, record in records.items()}
    links = [each for each in action.source._meta.concrete_fields if each.related_model is model]
    if len(links) != 1 or not has_register(action.source):
        return {}
    found: dict[int, list[Model]] = defaultdict(list)
    for part in chunks(list(records)):
        for fact in action.source._base_manager.filter(**{f"{links[0].attname}__in": part}):
            found[getattr(fact, links[0].attname)].append(fact)
    return found


def _says(draft_sheet: DraftSheet, draft: RowDraft, fact: Model) -> bool:
    """Does the fact hold everything that the row gives? Never so for a row that lacks what the action needs, or that
    gives nothing which a fact could hold.
    """
    action = draft_sheet.kind.action
    assert action is not None  # noqa: S101 -- only sheets of actions come here
    kinds = action.kinds()
    compared = 0
    for name, kind in kinds.items():
        value = draft.values.get(name)
        if name == REASON and action.asks_reason:
            continue  # is in the log
        if value is None:
            if name in draft_sheet.columns and draft_sheet.columns[name].required:
                return False
            continue
        column = _column(fact, name, is_day=kind.is_day)
        if column is None:
            return False
        stored = getattr(fact, column.attname)
        if stored != value.pk if isinstance(value, Candidate) else not kind.is_same(stored, value):
            return False
        compared += 1
    return compared > 0


def _column(fact: Model, name: str, *, is_day: bool) -> Field[Any, Any] | None:
    """The column of a fact in which an input is kept: of its name, or the day of the fact."""
    try:
        return fact._meta.get_field(name)  # type: ignore[return-value]
    except FieldDoesNotExist:
        day = register_of(type(fact)).date_field
        return fact._meta.get_field(day) if is_day and day else None  # type: ignore[return-value]
