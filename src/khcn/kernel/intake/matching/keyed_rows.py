"""Rows with the hidden key of an export: they are the record that they were made from, whatever was changed in their cells.

A key never reaches a record which the actor may not read, nor one of another register, and gives no right to change
anything: the row is judged like every other. What is not sure is asked (docs/adr/0049).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from khcn.kernel.audit.models import ChangeEntry
from khcn.kernel.audit.record_versions import version_of
from khcn.kernel.intake.import_plan import Answer, AnswerAction, ImportSeverity, Option
from khcn.kernel.intake.matching.corrections import is_other_record, name_in_preview, note_correction
from khcn.kernel.intake.named_places import first_named
from khcn.kernel.intake.questions.row_questions import record_options, skip_option
from khcn.kernel.query_chunks import chunks
from khcn.kernel.workbooks.record_keys import read_key_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from khcn.kernel.actors import Actor
    from khcn.kernel.intake.questions.row_questions import RowQuestions
    from khcn.kernel.intake.rows.drafts import DraftSheet, RowDraft
    from khcn.kernel.workbooks.record_keys import RecordKey

_ROWS_NAMED: Final = 20
_CORRECTION, _COPY, _OTHER, _GONE, _STALE = "correction", "copy", "other", "gone", "stale"
_KEYS_MOVED, _BY_CODES, _ONE_BY_ONE = "keys moved", "codes", "each"
_MOVED: Final = 3  # rows; two may be codes that somebody has exchanged


@dataclass(slots=True)
class KeyedRow:
    """The record that the key of a row names, as it is on file."""

    draft: RowDraft
    record: Any
    key: RecordKey
    title: str  # of the record before the row changes it
    is_stale: bool  # somebody has changed the record since the workbook was made
    corrects: bool = False  # the record was found by its key, and not by its code or date


class KeyedRows:
    """The rows of one sheet whose keys name records."""

    def __init__(self, draft_sheet: DraftSheet, actor: Actor) -> None:
        self._draft_sheet, self._actor = draft_sheet, actor
        self.rows: dict[int, KeyedRow] = {}  # by ``id`` of the draft
        self._gone: list[RowDraft] = []
        self._find()

    def record_of(self, draft: RowDraft) -> Any:
        """The record that the key names; ``None`` without one."""
        found = self.rows.get(id(draft))
        return None if found is None else found.record

    def records(self) -> dict[int, Any]:
        """The records that keys name, by ``id`` of the draft, with what their natural key links to."""
        found = {key: row.record for key, row in self.rows.items()}
        model = self._draft_sheet.model
        links = [
            name
            for name in self._draft_sheet.register.natural_key
            if model._meta.get_field(name).related_model
        ]
        if found and links:
            prefetch_related_objects(list(found.values()), *links)
        return found

    def leave_out_skipped(self) -> None:
        """Forget rows that somebody has chosen not to read since they were looked for."""
        self.rows = {key: row for key, row in self.rows.items() if not row.draft.skipped}
        self._gone = [draft for draft in self._gone if not draft.skipped]

    def corrected(self) -> set[int]:
        """The rows, by ``id`` of the draft, whose record was found by the key and not by code or date."""
        return {key for key, row in self.rows.items() if row.corrects}

    def _find(self) -> None:
        register = self._draft_sheet.register
        keys: dict[int, RecordKey] = {}
        unusable: list[int] = []
        drafts = [draft for draft in self._draft_sheet.remaining() if draft.key]
        for draft in drafts:
            key = read_key_of(register, draft.key)
            if key is None:
                unusable.append(draft.row)
            else:
                keys[id(draft)] = key
        pks = list({key.pk for key in keys.values()})
        seen: dict[int, Any] = {}
        there: set[int] = set()
        for part in chunks(pks):
            seen.update(register.visible(self._actor).in_bulk(part))
            there.update(
                self._draft_sheet.model._base_manager.filter(pk__in=part).values_list("pk", flat=True)
            )
        for draft in drafts:
            if (key := keys.get(id(draft))) is None:
                continue
            record = seen.get(key.pk)
            if record is not None and record.province == key.province:
                is_stale = version_of(record) != key.version
                self.rows[id(draft)] = KeyedRow(
                    draft, record, key, name_in_preview(register, record), is_stale
                )
            elif key.pk in there:
                unusable.append(draft.row)
            else:
                self._gone.append(draft)
        if unusable:
            self._report_unusable(sorted(unusable))

    def _report_unusable(self, rows: Sequence[int]) -> None:
        self._draft_sheet.add_sheet_problem(
            _(
                "%(count)d dòng có khóa ẩn không dùng được (đã bị sửa, hoặc của sổ, hệ thống khác): dòng %(rows)s."
            )
            % {"count": len(rows), "rows": first_named([str(each) for each in rows], _ROWS_NAMED)},
            _(
                "Các dòng này được tìm theo mã, tên như dòng gõ tay. Nếu sửa mã, xuất lại sổ rồi sửa trong tệp mới."
            ),
            code="unusable_key",
            severity=ImportSeverity.WARNING,
        )

    # --------------------------------------------------------------------------------- which record a row is

    def match(self, on_file: dict[int, Any], asked: RowQuestions) -> None:
        """Add the records that keys name to those that were found by code or date, by ``id`` of the draft."""
        self._settle_moved_keys(on_file, asked)
        by_record: dict[int, list[KeyedRow]] = defaultdict(list)
        for row in self.rows.values():
            by_record[row.record.pk].append(row)
        found = {record.pk for record in on_file.values()}
        for pk, rows in by_record.items():
            for row in rows:
                other = on_file.get(id(row.draft))
                if other is not None and other.pk == pk:
                    row.record = other  # the one that takes the values of the row
                elif other is not None:
                    self._ask_which(row, other, on_file, asked)
                elif len(rows) > 1 or pk in found:
                    self._ask_of_copy(row, rows, on_file, asked)
                else:
                    self._correct(row, on_file, asked)
        for draft in self._gone:
            if id(draft) not in on_file:
                self._ask_of_gone(draft, asked)
        self._refuse_two_rows(on_file)

    def _settle_moved_keys(self, on_file: dict[int, Any], asked: RowQuestions) -> None:
        """Where several keys name other records than the codes, the cells were pasted or sorted without the hidden column: then no key
        of the sheet that its row's code does not confirm says anything. Asked once for the sheet.
        """
        moved = [
            row
            for row in self.rows.values()
            if (other := on_file.get(id(row.draft))) is not None and other.pk != row.record.pk
        ]
        if len(moved) < _MOVED:
            return
        unconfirmed = [*moved, *(row for row in self.rows.values() if id(row.draft) not in on_file)]
        drafts = sorted([*(row.draft for row in unconfirmed), *self._gone], key=lambda each: each.row)
        answer = asked.ask(
            self._draft_sheet,
            drafts[0],
            _KEYS_MOVED,
            _(
                "%(count)d dòng ghi mã, ngày của bản ghi khác với bản ghi mà dòng được xuất ra: có lẽ nội dung đã được dán hoặc sắp xếp "
                "lại mà cột ẩn đứng yên. Đọc các dòng này thế nào?"
            )
            % {"count": len(moved)},
            [
                Option(AnswerAction.USE, _BY_CODES, _("Tất cả theo mã, ngày ghi ở dòng")),
                Option(AnswerAction.USE, _ONE_BY_ONE, _("Hỏi từng dòng")),
            ],
            others=drafts[1:],
        )
        if answer == Answer(AnswerAction.USE, _ONE_BY_ONE):
            return
        for row in unconfirmed:
            del self.rows[id(row.draft)]
            if answer is None:
                on_file.pop(id(row.draft), None)
        self._gone = []

    def _ask_which(self, row: KeyedRow, other: Any, on_file: dict[int, Any], asked: RowQuestions) -> None:
        """The key names one record, the code another: sorted without its neighbours, or one code typed over another."""
        register = self._draft_sheet.register
        is_seen = register.visible(self._actor).filter(pk=other.pk).exists()
        name = name_in_preview(register, other) if is_seen else row.draft.label
        text = _("Dòng này xuất từ “%(first)s” nhưng nay ghi mã, ngày của “%(second)s”. Dòng là bản ghi nào?")
        answer = asked.ask(
            self._draft_sheet,
            row.draft,
            f"{_OTHER} {row.record.pk}",
            text % {"first": row.title, "second": name},
            [
                Option(AnswerAction.USE, str(other.pk), _("Là “%(name)s”, theo mã ở dòng") % {"name": name}),
                skip_option(),
            ],
        )
        del self.rows[id(row.draft)]  # the version of the other record is not the one in the key
        if answer is None:
            on_file.pop(id(row.draft))

    def _ask_of_copy(
        self, row: KeyedRow, rows: Sequence[KeyedRow], on_file: dict[int, Any], asked: RowQuestions
    ) -> None:
        """The key stands in several rows: somebody copied a row, to enter a new record or by mistake."""
        if row.draft.problems:
            return  # of two rows with the same code the second is refused already
        # of thousands of copies the first are named
        others = [str(each.draft.row) for each in rows[: _ROWS_NAMED + 2] if each is not row]
        place = {"rows": first_named(others, _ROWS_NAMED), "name": row.title}
        if others:
            text = _("Dòng này là bản sao của dòng %(rows)s (cùng xuất từ “%(name)s”). Dòng là bản ghi nào?")
        else:
            text = _("Dòng này xuất từ “%(name)s”, nhưng một dòng khác của tệp cũng ghi mã của bản ghi đó.")
        answer = asked.ask(
            self._draft_sheet, row.draft, _COPY, text % place, record_options({row.record.pk: row.title})
        )
        self._follow(row, answer, on_file)

    def _correct(self, row: KeyedRow, on_file: dict[int, Any], asked: RowQuestions) -> None:
        if asked.given(self._draft_sheet, row.draft, _CORRECTION) in (
            Answer(AnswerAction.CREATE),
            Answer(AnswerAction.SKIP),
        ):
            self._follow(row, self._ask_of_correction(row, asked, is_sure=True), on_file)
        else:
            on_file[id(row.draft)] = row.record
            row.corrects = True

    def _ask_of_correction(
        self, row: KeyedRow, asked: RowQuestions, *, is_sure: bool, is_other: bool = False
    ) -> Answer | None:
        if is_other:
            text = _(
                "Dòng này xuất từ “%(name)s”, nhưng nay ghi mã, tên, năm hoặc ngày của một bản ghi khác. Dòng là bản ghi nào?"
            )
        else:
            text = _(
                "Dòng này xuất từ “%(name)s”, nhưng mã, ngày và phần lớn nội dung đã khác. Dòng là bản ghi nào?"
            )
        return asked.ask(
            self._draft_sheet,
            row.draft,
            _CORRECTION,
            text % {"name": row.title},
            record_options({row.record.pk: row.title}, is_new_first=is_other),
            Answer(AnswerAction.USE, str(row.record.pk)) if is_sure else None,
        )

    def _follow(self, row: KeyedRow, answer: Answer | None, on_file: dict[int, Any]) -> None:
        if answer is not None and answer.action is AnswerAction.USE:
            on_file[id(row.draft)] = row.record
            row.corrects = True
        else:
            del self.rows[id(row.draft)]

    def _ask_of_gone(self, draft: RowDraft, asked: RowQuestions) -> None:
        """The record was deleted after the export: the row must not bring it back unasked."""
        asked.ask(
            self._draft_sheet,
            draft,
            _GONE,
            (
                _("Bản ghi của dòng này (“%(name)s”) đã bị xóa sau khi mở trang sửa. Có thêm lại không?")
                if self._draft_sheet.is_typed
                else _("Bản ghi của dòng này (“%(name)s”) đã bị xóa sau khi xuất tệp. Có thêm lại không?")
            )
            % {"name": draft.label},
            [Option(AnswerAction.CREATE, "", _("Thêm lại như bản ghi mới")), skip_option()],
        )

    def _refuse_two_rows(self, on_file: dict[int, Any]) -> None:
        """Two rows of a sheet must not write one record."""
        first: dict[int, RowDraft] = {}
        for draft in self._draft_sheet.remaining():
            if (record := on_file.get(id(draft))) is None:
                continue
            other = first.setdefault(record.pk, draft)
            if other is not draft:
                self._draft_sheet.add_problem(
                    draft,
                    "",
                    _("Dòng này và dòng %(row)d cùng là một bản ghi.") % {"row": other.row},
                    _("Giữ lại một dòng."),
                    code="twice_in_file",
                )

    # --------------------------------------------------------------------------------- what the row then changes

    def judge_changes(self, asked: RowQuestions) -> None:
        """Look at what the rows change, once that is known: which are corrections, and of what others have changed since."""
        for row in self.rows.values():
            draft = row.draft
            if draft.skipped or draft.action != "change" or draft.instance is not row.record:
                continue
            if row.corrects and note_correction(self._draft_sheet, draft, row.title):
                is_other = is_other_record(self._draft_sheet, draft)
                is_sure = not is_other and self._keeps_most(draft)
                self._ask_of_correction(row, asked, is_sure=is_sure, is_other=is_other)
            if row.is_stale and not draft.skipped:
                self._ask_of_stale(row, asked)

    def _keeps_most(self, draft: RowDraft) -> bool:
        """Are at least half of the other filled cells as on record? Else somebody may have typed a new record over an old row."""
        changed = {each.column for each in draft.changed}
        filled = [
            name
            for name in self._draft_sheet.columns
            if draft.values.get(name) is not None and name not in self._draft_sheet.register.natural_key
        ]
        return 2 * sum(1 for name in filled if name in changed) <= len(filled)

    def _ask_of_stale(self, row: KeyedRow, asked: RowQuestions) -> None:
        """As a form that was open meanwhile: nothing is overwritten before somebody has seen both."""
        entries = ChangeEntry.objects.filter(
            model=self._draft_sheet.model._meta.label_lower, object_id=str(row.record.pk)
        )
        last = entries.order_by("-pk").first()
        if self._draft_sheet.is_typed:
            both = _("%(heading)s: sổ “%(old)s”, đã gõ “%(new)s”")
            text = _(
                "“%(name)s” đã được %(who)s sửa lúc %(when)s, sau khi trang sửa này được mở. %(fields)s."
            )
            as_written = _("Ghi giá trị đã gõ")
        else:
            both = _("%(heading)s: sổ “%(old)s”, tệp “%(new)s”")
            text = _("“%(name)s” đã được %(who)s sửa lúc %(when)s, sau khi tệp này được xuất. %(fields)s.")
            as_written = _("Ghi theo tệp")
        fields = "; ".join(
            both % {"heading": each.heading, "old": each.old, "new": each.new}
            for each in row.draft.changed
            if each.heading
        )
        about = {
            "name": row.title,
            "who": last.who if last else "",
            "when": f"{timezone.localtime(last.at):%H:%M %d/%m/%Y}" if last else "",
            "fields": fields,
        }
        asked.ask(
            self._draft_sheet,
            row.draft,
            f"{_STALE} {version_of(row.record)}",
            text % about,
            [
                Option(AnswerAction.USE, str(row.record.pk), as_written),
                Option(AnswerAction.SKIP, "", _("Giữ như trong sổ")),
            ],
        )
        if row.draft.skipped:
            row.record.refresh_from_db()  # rows of other sheets may look at it
