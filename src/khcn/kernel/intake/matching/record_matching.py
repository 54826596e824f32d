"""Matches rows with stored records by natural key."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from khcn.kernel.fields.paths import verbose_name_at
from khcn.kernel.intake.matching.corrections import TITLE
from khcn.kernel.intake.matching.namesakes import Namesakes, records_alike
from khcn.kernel.intake.matching.numbered_rows import NumberedRows, is_to_be_numbered
from khcn.kernel.intake.matching.same_codes import unify_codes
from khcn.kernel.intake.names.name_matching import Candidate
from khcn.kernel.province import province_key
from khcn.kernel.query_chunks import chunks
from khcn.kernel.registers.look_alike_codes import code_fields
from khcn.kernel.text.fold import fold
from khcn.kernel.text.similar_names import is_duplicate_like

if TYPE_CHECKING:
    from collections.abc import Sequence

    from khcn.kernel.actors import Actor
    from khcn.kernel.intake.matching.keyed_rows import KeyedRows
    from khcn.kernel.intake.questions.row_questions import RowQuestions
    from khcn.kernel.intake.rows.drafts import DraftSheet, RowDraft

_TITLE_SHOWN: Final = 200  # characters


class DuplicateRows:
    """Natural keys found so far in the file, over all sheets of a register."""

    def __init__(self) -> None:
        self.seen: dict[tuple[Any, ...], tuple[DraftSheet, RowDraft]] = {}
        self.alike: dict[
            tuple[Any, ...], tuple[DraftSheet, RowDraft]
        ] = {}  # but for what tells namesakes apart
        self.numbered = NumberedRows()

    def check(self, draft_sheet: DraftSheet, draft: RowDraft, key: tuple[Any, ...]) -> None:
        """Add a problem to the second row with the same key. Two titles for one code are two records, of which none may be dropped."""
        first = self.seen.setdefault((draft_sheet.register.name, *key), (draft_sheet, draft))
        if first[1] is draft:
            return
        keys = [name for name in draft_sheet.register.natural_key if name in draft_sheet.columns]
        place = {
            "sheet": f"{first[0].sheet}, " if first[0] is not draft_sheet else "",
            "row": first[1].row,
            "headings": ", ".join(draft_sheet.columns[name].heading for name in keys),
        }
        titles = _two_titles(draft_sheet, first[1], draft)
        if titles is not None:
            message = _(
                "Hai bản ghi khác nhau mang cùng %(headings)s: %(sheet)sdòng %(row)s là “%(first)s”, dòng này là “%(second)s”."
            ) % {**place, "first": titles[0][:_TITLE_SHOWN], "second": titles[1][:_TITLE_SHOWN]}
            remedy = _("Sửa mã của một trong hai dòng trong tệp; nếu đúng là một bản ghi, giữ lại một dòng.")
        else:
            message = _("Trùng với %(sheet)sdòng %(row)s của tệp: cùng %(headings)s.") % place
            remedy = self._way_on(draft_sheet)
        draft_sheet.add_problem(draft, next(iter(keys), ""), message, remedy, code="twice_in_file")

    @staticmethod
    def _way_on(draft_sheet: DraftSheet) -> str:
        if apart := draft_sheet.register.distinguished_by:
            return _("Giữ lại một dòng; nếu là hai người cùng họ tên, ghi cột “%(heading)s” khác nhau.") % {
                "heading": verbose_name_at(draft_sheet.model, apart)
            }
        return _("Giữ lại một dòng.")


def _two_titles(draft_sheet: DraftSheet, one: RowDraft, other: RowDraft) -> tuple[str, str] | None:
    """The titles of two rows with one code, where they differ by more than a slip of the pen."""
    first, second = one.values.get(TITLE), other.values.get(TITLE)
    is_by_code = not {*code_fields(draft_sheet.register)}.isdisjoint(draft_sheet.register.natural_key)
    if not is_by_code or not isinstance(first, str) or not isinstance(second, str):
        return None
    return None if fold(first) == fold(second) or is_duplicate_like(first, second) else (first, second)


def _key_part(value: Any) -> Any:
    if isinstance(value, Candidate):
        if value.draft is not None:
            record = value.draft.instance
            return record.pk if record is not None and record.pk else ("new", id(value.draft))
        return value.pk
    return value


def match_records(
    draft_sheet: DraftSheet, duplicates: DuplicateRows, keyed: KeyedRows, asked: RowQuestions, actor: Actor
) -> dict[int, Any]:
    """Find the record on file of every row whose natural key is understood; by ``id`` of the draft.

    Of rows with one natural key the first is meant, the others are a problem; where they may be namesakes they are asked about.
    Rows that the register numbers have no key yet: ``DuplicateRows.numbered`` finds them once all of their cells are understood.
    """
    unify_codes(draft_sheet, keyed)
    keys = _rows_by_key(draft_sheet)
    if draft_sheet.register.numbered_by:
        numbered = {
            key: [draft for draft in drafts if not is_to_be_numbered(draft_sheet, draft, keyed)]
            for key, drafts in keys.items()
        }
        keys = {key: drafts for key, drafts in numbered.items() if drafts}
    apart = draft_sheet.register.distinguished_by
    for key, drafts in keys.items():
        for draft in drafts:
            if not apart or draft.values.get(apart) or keyed.record_of(draft) is not None:
                duplicates.check(draft_sheet, draft, key)
    if apart:
        rows = _rows_by_key(draft_sheet, but=apart)
        alike = records_alike(draft_sheet, list(rows), province_key())
        _fetch_linked(draft_sheet, [record for records in alike.values() for record in records])
        return Namesakes(draft_sheet, keyed, asked, actor).match(rows, alike, duplicates.alike)
    return {id(keys[key][0]): record for key, record in _on_file(draft_sheet, list(keys)).items()}


def records_of_rows(draft_sheet: DraftSheet) -> dict[int, Any]:
    """The record on file of every row; several rows may be about one record."""
    unify_codes(draft_sheet)
    keys = _rows_by_key(draft_sheet)
    found = _on_file(draft_sheet, list(keys))
    return {id(draft): record for key, record in found.items() for draft in keys[key]}


def _rows_by_key(draft_sheet: DraftSheet, but: str = "") -> dict[tuple[Any, ...], list[RowDraft]]:
    """The rows by natural key, in the order of the sheet; those whose key was not understood are left out. Of the key without ``but``."""
    keys: dict[tuple[Any, ...], list[RowDraft]] = defaultdict(list)
    register, model = draft_sheet.register, draft_sheet.model
    names = [name for name in register.natural_key if name != but]
    required = [name for name in names if not model._meta.get_field(name).blank]  # type: ignore[union-attr]
    for draft in draft_sheet.remaining():
        if all(draft.values.get(name) is not None for name in required):
            parts = [_key_part(draft.values.get(name)) for name in names]
            keys[
                tuple(
                    [
                        part or "" if name == register.distinguished_by else part
                        for name, part in zip(names, parts, strict=True)
                    ]
                )
            ].append(draft)
    return keys


def _on_file(draft_sheet: DraftSheet, keys: Sequence[tuple[Any, ...]]) -> dict[tuple[Any, ...], Any]:
    """Records by natural key: one query for each four hundred values of the most selective part of the key."""
    names = draft_sheet.register.natural_key
    keys = [
        key for key in keys if not any(isinstance(part, tuple) for part in key)
    ]  # none that names a new record
    if not keys:
        return {}
    places = [place for place in range(len(names)) if all(key[place] is not None for key in keys)]
    place = max(places, key=lambda each: len({key[each] for key in keys}))
    attnames = [draft_sheet.model._meta.get_field(name).attname for name in names]  # type: ignore[union-attr]
    wanted = set(keys)
    found: dict[tuple[Any, ...], Any] = {}
    for part in chunks(list({key[place] for key in keys})):
        records = draft_sheet.model._base_manager.filter(**{f"{attnames[place]}__in": part})
        for record in records:
            key = tuple(getattr(record, name) for name in attnames)
            # Of two records with one key, from before and after a merger of provinces, the present province's is used.
            if key in wanted and (key not in found or getattr(record, "province", "") == province_key()):
                found[key] = record
    _fetch_linked(draft_sheet, list(found.values()))
    return found


def _fetch_linked(draft_sheet: DraftSheet, records: list[Any]) -> None:
    foreign = [field.name for field in draft_sheet.model._meta.concrete_fields if field.related_model]
    if records and foreign:
        prefetch_related_objects(records, *foreign)
