"""Facts that a paper prints of its record: those that papers in force have printed stay on record as they are until the paper is
replaced or withdrawn.

A replacement is drafted from the record as it is now, so the record opens for changes with the draft of the replacement
(or of the notice of withdrawal), not only with its issue.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import override as language

from khcn.kernel.papers.kinds import PrintedRows, all_paper_kinds
from khcn.kernel.papers.models import Paper
from khcn.kernel.prepared_query import PreparedQuerySets, asked
from khcn.kernel.query_chunks import CHUNK, chunks
from khcn.kernel.refusals import Refused
from khcn.kernel.text.language import SOURCE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from django.db.models import Model

    from khcn.kernel.papers.kinds import PaperKind

_Version = tuple[Any, Any]  # a row as it shall be and as it is; None for a new or a removed row


class _InForce(NamedTuple):
    """A paper in force, and whether the draft of a successor has opened its record; it opens no rows of the paper's ``own``."""

    paper: Paper
    is_opened: bool


def is_printed(model: type[Model]) -> bool:
    """Does some kind of paper print rows of this model?"""
    return any(each.model is model for kind in all_paper_kinds() for each in kind.printed)


def changes_of_printed(
    model: type[Model], versions: Sequence[_Version]
) -> Iterator[tuple[int, Paper, tuple[str, ...]]]:
    """Which of these changes a paper in force contradicts: the position of the change, the paper, and the columns."""
    rows = [each for pair in versions for each in pair if each is not None]
    for kind in all_paper_kinds():
        records = [(each, _records_of(each, rows)) for each in kind.printed if rows and each.model is model]
        keys = {key for _printed, by_row in records for found in by_row.values() for key in found}
        papers = _papers_in_force(kind, keys)
        for printed, by_row in records if papers else ():
            yield from _contradicted(printed, versions, by_row, papers)


def printed_keys(model: type[Model], keys: Collection[int]) -> set[int]:
    """Those of the stored rows that a paper in force has printed."""
    wanted = sorted(keys)
    rows: list[Any] = []
    for part in chunks(wanted):
        rows += model._base_manager.filter(pk__in=part)
    found = changes_of_printed(model, [(None, row) for row in rows])
    return {rows[place].pk for place, _paper, _names in found}


def refusal_of_change(paper: Paper, names: Iterable[str]) -> Refused:
    """The sentence for a person who changes what a paper has printed."""
    text = _(
        "“%(paper)s” đang có hiệu lực đã in nội dung này. Mở trang của giấy, bấm “Thay thế” hoặc “Thu hồi” để lập dự thảo; có "
        "dự thảo rồi thì sửa được ở đây, sau đó bấm “Lấy lại nội dung từ hồ sơ” trên dự thảo rồi cấp số."
    ) % {"paper": paper}
    return Refused.about(text, *names, code="printed")


def _contradicted(
    printed: PrintedRows,
    versions: Sequence[_Version],
    records: Mapping[int, set[int]],
    papers: Mapping[int, _InForce],
) -> Iterator[tuple[int, Paper, tuple[str, ...]]]:
    for place, (after, before) in enumerate(versions):
        if before is None and printed.stored_only:
            continue
        keys = records.get(id(after), set()) | records.get(id(before), set())
        for paper, is_opened in (papers[key] for key in sorted(keys) if key in papers):
            if is_opened and not printed.own:
                continue
            was = before is not None and printed.counts(before, paper)
            will_be = after is not None and printed.counts(after, paper)
            if was and will_be:
                if names := _different(printed, after, before):
                    yield place, paper, names
            elif (was or will_be) and not printed.changes_only:
                yield place, paper, ()


def _different(printed: PrintedRows, after: Any, before: Any) -> tuple[str, ...]:
    attnames = {name: after._meta.get_field(name).attname for name in printed.fields}
    return tuple(
        name
        for name, attname in attnames.items()
        if getattr(after, attname) != getattr(before, attname)
        and not (printed.fillable and getattr(before, attname) is None)
    )


def _records_of(printed: PrintedRows, rows: Sequence[Any]) -> dict[int, set[int]]:
    """By the identity of each row, the keys of the records that the path leads to."""
    reached: dict[Any, set[int]] = defaultdict(set)
    if printed.find is not None:
        for part in chunks(sorted({row.pk for row in rows if row.pk is not None})):
            for key, record in printed.find(part):
                reached[key].add(record)
        return {id(row): reached[row.pk] for row in rows if row.pk in reached}
    model, path = printed.model, printed.path
    start: type[Model] = model
    attname, rest = "pk", path
    head, _separator, tail = path.partition("__")
    if head and _is_own_column(model, head):
        field: Any = model._meta.get_field(head)
        start, attname, rest = field.related_model, field.attname, tail
    keys = {id(row): getattr(row, attname) for row in rows}
    if not rest:
        return {name: {key} for name, key in keys.items() if key is not None}
    wanted = sorted({key for key in keys.values() if key is not None})
    for part in chunks(wanted):
        found = start._base_manager.filter(pk__in=part)
        for key, record in found.values_list("pk", rest):
            if record is not None:
                reached[key].add(record)
    return {name: reached[key] for name, key in keys.items() if key in reached}


def _is_own_column(model: type[Model], name: str) -> bool:
    try:
        return bool(model._meta.get_field(name).concrete)
    except FieldDoesNotExist:
        return False


def _papers_in_force(kind: PaperKind, keys: set[int]) -> dict[int, _InForce]:
    """By their records, papers in force."""
    if kind.model is None or not keys:
        return {}
    if len(keys) == 1:
        papers: Any = _OF_ONE.rows((kind.model, kind.code), record=next(iter(keys)))
    else:
        papers = _of_kind(kind.model, kind.code)
        papers = papers.filter(object_id__in=keys) if len(keys) <= CHUNK else papers
    found = [_InForce(each, each.is_opened) for each in papers if each.object_id in keys]
    # Of two papers for one record, that which nothing has opened.
    return {each.paper.object_id: each for each in sorted(found, key=lambda each: not each.is_opened)}


def _of_kind(model: type[Model], code: str) -> Any:
    """Papers in force of a kind, each with whether the draft of a successor has opened its record."""
    successors = Paper.objects.filter(state="draft")
    is_opened = Exists(successors.filter(replaces=OuterRef("pk"))) | Exists(
        successors.filter(withdraws=OuterRef("pk"))
    )
    papers = Paper.objects.in_force_for(model).filter(kind=code).select_related("number")
    return papers.annotate(is_opened=is_opened)


_OF_ONE: Final = PreparedQuerySets[tuple[type["Model"], str], Any](
    lambda of_kind: _of_kind(*of_kind).filter(object_id=asked("record"))
)


def printed_context(paper: Paper, record: Model, on: date) -> dict[str, Any]:
    """What the paper prints of a record, in the language of papers."""
    with language(SOURCE):
        data = dict(paper.spec.context(record, on))
        if paper.withdraws is not None:
            withdrawn = paper.withdraws
            data["subject"] = withdrawn.spec.given_to(withdrawn.data) or withdrawn.title
        return data


def refuse_change_of_printed(record: Any, before: Any) -> None:
    """Raise :class:`Refused` when a paper in force has printed what a correction changes, adds or takes away."""
    for _place, paper, names in changes_of_printed(type(record or before), [(record, before)]):
        raise refusal_of_change(paper, names)
