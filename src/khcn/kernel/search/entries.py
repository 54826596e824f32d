"""Entries follow records: called in the transaction of every write of audited rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from django.db import connection

from khcn.kernel.audit.insert_and_update_statements import insert_or_replace
from khcn.kernel.jobs.enqueueing import enqueue
from khcn.kernel.prepared_query import PreparedQuerySets, asked
from khcn.kernel.query_chunks import chunks
from khcn.kernel.search.declarations import SearchDeclaration, find_declared, found_through
from khcn.kernel.search.models import LONGEST_LABEL, LONGEST_NAME, SearchEntry
from khcn.kernel.text.fold import fold
from khcn.kernel.text.language import vietnamese
from khcn.kernel.text.normal_forms import normal_form

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.models import Field, Model, QuerySet

CHUNK = 500
# A name that so many records are found by is changed in them at once; beyond it a job does, right after the commit.
REFRESHED_AT_ONCE = 500
# So many records are asked for in one statement together; of more, as after an import, most links are in use.
ASKED_AT_ONCE = 20
FOLLOWING = ("label", "spelling", "name", "text")  # columns that follow from the record


def update_entries(
    model: type[Model], written: Sequence[Model], removed: Sequence[Model], *, are_new: bool
) -> None:
    """Bring the entries of written and removed records up to date, and those that are found by their names."""
    searched = find_declared(model)
    if searched is None:
        return
    for part in chunks(removed):
        SearchEntry.objects.filter(pk__in=[searched.entry_id(each.pk) for each in part]).delete()
    renamed = [pk for part in chunks(written) for pk in _write_entries(searched, part, are_new=are_new)]
    if renamed:
        _refresh_linked(searched, renamed)


def _write_entries(
    searched: SearchDeclaration, records: Sequence[Model], *, are_new: bool = False
) -> list[int]:
    """Write entries that are missing or differ; returns the keys of records that had another entry before, of which new records
    have none.
    """
    entries = make_entries(searched, records)
    before = {} if are_new else SearchEntry.objects.in_bulk([each.pk for each in entries])
    differing = [each for each in entries if each.pk not in before or entries_differ(each, before[each.pk])]
    insert_or_replace(SearchEntry, differing, FOLLOWING)
    return [each.object_id for each in differing if each.pk in before]


def entries_differ(entry: SearchEntry, other: SearchEntry) -> bool:
    """Does the record lead to another entry now?"""
    return any(getattr(entry, name) != getattr(other, name) for name in FOLLOWING)


def make_entries(searched: SearchDeclaration, records: Sequence[Model]) -> list[SearchEntry]:
    """The entries that records should have."""
    related = [(link, _texts_of(searched, link, records)) for link in searched.links]
    return [
        _entry(searched, record, [texts.get(_linked(record, link), "") for link, texts in related])
        for record in records
    ]


def _entry(searched: SearchDeclaration, record: Any, related: Iterable[str]) -> SearchEntry:
    own = [str(getattr(record, column) or "") for column in searched.own]
    folded = [fold(each) for each in own]
    text = " ".join(each for each in (*folded, *related) if each)
    label = str(getattr(record, searched.shown)) if searched.shown else vietnamese(record)
    name, folded_name = (own[0], folded[0]) if own else ("", "")
    return SearchEntry(
        id=searched.entry_id(record.pk),
        model=searched.number,
        object_id=record.pk,
        label=label[:LONGEST_LABEL],
        spelling=normal_form("NFC", name).lower()[:LONGEST_NAME],
        name=folded_name[:LONGEST_NAME],
        text=f" {text}",
    )


def _linked(record: Any, link: str) -> int | None:
    found: int | None = getattr(record, record._meta.get_field(link).attname)
    return found


def _texts_of(searched: SearchDeclaration, link: str, records: Iterable[Model]) -> dict[int | None, str]:
    """Own texts of the records that ``link`` leads to, folded. Read from them, not from their entries: those may be missing
    while the table is filled.
    """
    target = searched.target(link)
    keys = sorted({key for record in records if (key := _linked(record, link)) is not None})
    return {
        pk: fold(" ".join(str(value or "") for value in values))
        for pk, *values in _own_texts(target.model, tuple(target.own), keys)
    }


def _own_texts(model: type[Model], own: tuple[str, ...], keys: Sequence[int]) -> Iterable[tuple[Any, ...]]:
    """Keys of records with these columns. Of a record that is saved each link asks for one."""
    if len(keys) == 1:
        return _ONE.rows((model, own), pk=keys[0])
    every = model._base_manager.values_list("pk", *own)
    return (row for part in chunks(keys) for row in every.filter(pk__in=part))


def _one_record(columns: tuple[type[Model], tuple[str, ...]]) -> QuerySet[Any, Any]:
    model, own = columns
    return model._base_manager.filter(pk=asked("pk")).values_list("pk", *own)


_ONE: Final = PreparedQuerySets(_one_record)


def _refresh_linked(searched: SearchDeclaration, pks: list[int]) -> None:
    """Records that are found by the names of these ones."""
    for other, link in _links_in_use(searched, pks):
        following = linked_records(other, link, pks)[: REFRESHED_AT_ONCE + 1]
        if len(following) <= REFRESHED_AT_ONCE:
            _write_entries(other, following)
        else:
            enqueue(
                "khcn.kernel.search.jobs.refresh_linked", model=other.model._meta.label, link=link, pks=pks
            )


def _links_in_use(searched: SearchDeclaration, pks: list[int]) -> list[tuple[SearchDeclaration, str]]:
    """Of the links through which others are found by these records, those that some record has. A person or an organisation may be named
    by dozens of registers, and is by few: one statement asks all of them.
    """
    links = list(found_through(searched.model))
    if not links or len(pks) > ASKED_AT_ONCE:
        return links
    quoted, keys = connection.ops.quote_name, ", ".join(["%s"] * len(pks))
    fields = [cast("Field[Any, Any]", other.model._meta.get_field(link)) for other, link in links]
    names = [(quoted(field.model._meta.db_table), quoted(str(field.column))) for field in fields]
    asked = " UNION ALL ".join(
        f"SELECT {number} WHERE EXISTS (SELECT 1 FROM {table} WHERE {column} IN ({keys}))"  # noqa: S608 -- names of our own tables
        for number, (table, column) in enumerate(names)
    )
    with connection.cursor() as cursor:
        cursor.execute(asked, pks * len(links))
        return [links[number] for (number,) in sorted(cursor.fetchall())]


def linked_records(searched: SearchDeclaration, link: str, pks: Sequence[int]) -> Any:
    """Records whose search entries name these ones by a link, with what their label may name."""
    records = searched.model._base_manager.filter(**{f"{link}__in": pks})
    return records.select_related(*searched.links).order_by("pk")
