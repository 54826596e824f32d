"""Links to rows that are in force for some days only: the row has to be in force on the day of the record that names it.

A model says this once for each such link, in ``in_force_on``: ``{"grade": "meeting__held_on"}``. Both sides are asked: records
that are written, and rows whose own days are changed while records name them. A workbook may change both sides; what it has
come to is asked once more after it is written (:func:`judging_days`).
"""

from __future__ import annotations

from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import F, Q
from django.utils.translation import gettext as _

from khcn.kernel.fields.links import links_to
from khcn.kernel.fields.reference_targets import has_target, name_if_shown, target_name_column, target_of
from khcn.kernel.fields.written_rows import touches
from khcn.kernel.query_chunks import chunks
from khcn.kernel.refusals import Refused
from khcn.kernel.text.dates import format_date

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import date

    from django.db.models import Model

    from khcn.kernel.actors import Actor
    from khcn.kernel.dated.models import Version
    from khcn.kernel.fields.written_rows import WrittenRow


class DatedLink(NamedTuple):
    """A foreign key to a dated row, and the path from its record to the day on which that row has to be in force."""

    field: Any
    day: str

    @property
    def head(self) -> str:
        """The field of the record that says the day, or leads to the record that does."""
        return self.day.partition("__")[0]


class LinkByDay(NamedTuple):
    """A link whose day is a column of another record, and the foreign key from its record to that one."""

    owner: Any
    link: DatedLink

    @property
    def column(self) -> str:
        """Says the day, in the other record."""
        return self.link.day.removeprefix(f"{self.owner.name}__")


@cache
def dated_links(model: type[Model]) -> tuple[DatedLink, ...]:
    """The links of a model whose rows have to be in force on a day."""
    declared: dict[str, str] = getattr(model, "in_force_on", {})
    return tuple(DatedLink(model._meta.get_field(name), day) for name, day in declared.items())


def day_path(field: Any) -> str:
    """From the record of a foreign key the path to the day on which the row has to be in force; "" where there is none, as for
    an input of an action that is a field of no model.
    """
    model = getattr(field, "model", None)
    return str(getattr(model, "in_force_on", {}).get(field.name, ""))


@cache
def _links_to_dated(model: type[Model]) -> tuple[DatedLink, ...]:
    return tuple(DatedLink(field, day) for field in links_to(model) if (day := day_path(field)))


@cache
def _links_by_day_of(model: type[Model]) -> tuple[LinkByDay, ...]:
    """Links of other models whose day is a column of this one."""
    return tuple(
        LinkByDay(owner, link)
        for owner in links_to(model)
        for link in dated_links(owner.model)
        if link.day.startswith(f"{owner.name}__")
    )


def says_day(model: type[Model]) -> bool:
    """Do records of another model name rows that are in force on the day of a record of this one?"""
    return bool(_links_by_day_of(model))


def is_dated_or_says_day(model: type[Model]) -> bool:
    """Can a write of the model be against what :func:`refusals_by_day` asks?"""
    return bool(dated_links(model) or says_day(model) or _links_to_dated(model))


def refusals_by_day(
    model: type[Model], writes: Sequence[WrittenRow], actor: Actor, *, following: bool
) -> Iterator[tuple[int, Refused]]:
    """The writes after which a record would name a row that is not in force on its day: the position of each, and why.

    Only of what changes: a wrong row that is on record from before keeps nobody from mending a word. ``following``: records
    whose day moves will name the row of the same name that is in force then (:func:`versions_of_moved_days`).
    """
    for link in dated_links(model):
        touched = [place for place, write in enumerate(writes) if touches(write, link.field.name, link.head)]
        for place, refused in _not_in_force(link, [writes[each].record for each in touched]):
            yield touched[place], refused
    for by_day in _links_by_day_of(model):
        yield from _moved_away(by_day, writes, actor, following=following)
    if _links_to_dated(model):
        for place, write in enumerate(writes):
            if write.is_new or not touches(write, "valid_from", "valid_to"):
                continue
            if (why := refusal_of_new_days(write.before, write.record, actor=actor)) is not None:
                yield place, why


def refuse_unless_in_force(record: Any) -> None:
    """Raise :class:`Refused` where a row that the record names is not in force on its day."""
    model: type[Model] = type(record)
    for link in dated_links(model):
        for _place, refused in _not_in_force(link, [record]):
            raise refused


# ------------------------------------------------------------------------------------------ records


def _linked(records: Sequence[Any], name: str) -> list[Any]:
    """What the foreign key of each record names; what is not in memory is read together."""
    if not records:
        return []
    field = type(records[0])._meta.get_field(name)
    unread = {getattr(each, field.attname) for each in records if not field.is_cached(each)} - {None}
    found: dict[Any, Any] = {}
    for part in chunks(sorted(unread)):
        found.update(field.related_model._base_manager.in_bulk(part))
    return [
        field.get_cached_value(each) if field.is_cached(each) else found.get(getattr(each, field.attname))
        for each in records
    ]


def _days(records: Sequence[Any], path: str) -> list[date | None]:
    head, _separator, rest = path.partition("__")
    if not rest:
        return [getattr(each, head) for each in records]
    owners = _linked(records, head)
    found = iter(_days([each for each in owners if each is not None], rest))
    return [None if owner is None else next(found) for owner in owners]


def _not_in_force(link: DatedLink, records: Sequence[Any]) -> Iterator[tuple[int, Refused]]:
    """The positions of those that name a row which is not in force on their day, and why."""
    name = link.field.name
    named = zip(_linked(records, name), _days(records, link.day), strict=True)
    for place, (row, day) in enumerate(named):
        if row is not None and day is not None and not row.is_valid(on=day):
            yield place, Refused.about(_why_not_in_force(row, day), name, code="not_in_force")


def _why_not_in_force(row: Any, day: date) -> str:
    values = {
        "name": name_if_shown(row),
        "day": format_date(day),
        "start": format_date(row.valid_from),
        "end": format_date(row.valid_to) if row.valid_to is not None else "",
    }
    if row.valid_to is None:
        text = _(
            "“%(name)s” có hiệu lực từ ngày %(start)s, chưa áp dụng vào ngày %(day)s. Hãy chọn mục đang áp dụng vào ngày đó."
        )
    else:
        text = _(
            "“%(name)s” có hiệu lực từ ngày %(start)s đến trước ngày %(end)s, không áp dụng vào ngày %(day)s. Hãy chọn mục đang "
            "áp dụng vào ngày đó."
        )
    return text % values


def put_versions_in_force(record: Any, changed: Collection[str] | None = None) -> None:
    """Where a row that the record names is not in force on its day, and one row of the same name is, let the record name that.

    With ``changed`` only where the link or the day is among these fields.
    """
    model: type[Model] = type(record)
    for link in dated_links(model):
        if changed is not None and {link.field.name, link.head}.isdisjoint(changed):
            continue
        row, day = _linked([record], link.field.name)[0], _days([record], link.day)[0]
        if row is None or day is None or row.is_valid(on=day):
            continue
        if (version := _version_of_day(link, row, day)) is not None:
            setattr(record, link.field.name, version)


def _version_of_day(link: DatedLink, row: Any, day: date) -> Any:
    """The one row of the same name that is in force on the day; None where there is none, or more than one."""
    column = target_name_column(target_of(type(row)))
    rows = type(row)._base_manager.filter(**{column: getattr(row, column)})
    if limit := link.field.get_limit_choices_to():
        rows = rows.complex_filter(limit)
    found = [each for each in rows if each.is_valid(on=day)]
    return found[0] if len(found) == 1 else None


# ------------------------------------------------------------------------------------------ days that move


def _outside(path: str, span: Version) -> Q:
    before = Q(**{f"{path}__lt": span.valid_from})
    return before if span.valid_to is None else before | Q(**{f"{path}__gte": span.valid_to})


def _moved_away(
    by_day: LinkByDay, writes: Sequence[WrittenRow], actor: Actor, *, following: bool
) -> Iterator[tuple[int, Refused]]:
    """Records whose day moves with the row that is written."""
    for place, write in enumerate(writes):
        for row, version, day in _outside_moved_day(by_day, write):
            if not following or _version_of_day(by_day.link, version, day) is None:
                yield place, _refusal_of_moved_day(row, version, day, by_day.column, actor)
                break


def _outside_moved_day(by_day: LinkByDay, write: WrittenRow) -> Iterator[tuple[Any, Any, date]]:
    """The records whose day moves with the row, each with what it names, in force on the day before only, and the new day."""
    day = getattr(write.record, by_day.column)
    if not _moves_day(by_day, write) or day is None:
        return
    was, name, owner = getattr(write.before, by_day.column), by_day.link.field.name, by_day.owner
    rows = owner.model._base_manager.filter(**{owner.name: write.record.pk, f"{name}__isnull": False})
    for row in rows.select_related(name).order_by("pk"):
        version = getattr(row, name)
        if not version.is_valid(on=day) and (was is None or version.is_valid(on=was)):
            yield row, version, day


def versions_of_moved_days(model: type[Model], writes: Sequence[WrittenRow]) -> Iterator[Any]:
    """The stored records whose day moves with these writes, naming the row of the same name that is in force on the new day."""
    for by_day in _links_by_day_of(model):
        for row, version, day in (each for write in writes for each in _outside_moved_day(by_day, write)):
            if (of_day := _version_of_day(by_day.link, version, day)) is not None:
                setattr(row, by_day.link.field.name, of_day)
                yield row


def _refusal_of_moved_day(row: Any, version: Any, day: date, column: str, actor: Actor) -> Refused:
    text = _(
        "“%(record)s” ghi “%(name)s”, mục này không áp dụng vào ngày %(day)s. Chọn ngày khác, hoặc xóa “%(name)s” ở "
        "bản ghi đó, sửa ngày rồi chọn mục đang áp dụng."
    ) % {"record": _title(row, actor), "name": name_if_shown(version), "day": format_date(day)}
    return Refused.about(text, column, code="not_in_force")


def _inside(path: str, span: Version) -> Q:
    since = Q(**{f"{path}__gte": span.valid_from})
    return since if span.valid_to is None else since & Q(**{f"{path}__lt": span.valid_to})


def records_on_days(row: Any, span: Version) -> Iterator[tuple[str, list[Any]]]:
    """The stored records that name the row and whose day is one of these, by the name of their foreign key."""
    model: type[Model] = type(row)
    for link in _links_to_dated(model):
        rows = link.field.model._base_manager.filter(_inside(link.day, span), **{link.field.name: row.pk})
        yield link.field.name, list(rows.order_by("pk"))


def refusal_of_new_days(
    stored: Any, span: Version, *, actor: Actor, successors: Sequence[Version] | None = None
) -> Refused | None:
    """Why the stored row may not be in force on these days only: records name it whose day would be outside.

    ``successors``: the row ends because another one begins; records on the days of these are moved to them. One query for each
    foreign key that leads to the row.
    """
    found: list[tuple[date, Any, int]] = []
    model: type[Model] = type(stored)
    for link in _links_to_dated(model):
        rows = link.field.model._base_manager.filter(
            _outside(link.day, span), **{link.field.name: stored.pk, f"{link.day}__gte": stored.valid_from}
        )
        if stored.valid_to is not None:  # what was outside before stays as it is
            rows = rows.filter(**{f"{link.day}__lt": stored.valid_to})
        for each in successors or ():
            rows = rows.exclude(_inside(link.day, each))
        found.extend((day, link.field.model, pk) for day, pk in rows.values_list(link.day, "pk"))
    if not found:
        return None
    found.sort(key=lambda each: (each[0], each[1]._meta.label, each[2]))
    first, last = found[0], found[-1]
    record = first[1]._base_manager.get(pk=first[2])
    begins_later = first[0] < span.valid_from
    values = {
        "count": len(found),
        "name": name_if_shown(stored),
        "record": _title(record, actor),
        "first": format_date(first[0]),
        "last": format_date(last[0]),
    }
    if successors is not None:
        text = _(
            "%(count)d bản ghi dùng “%(name)s” vào những ngày mà mục này sẽ không còn áp dụng; bản ghi đầu tiên là “%(record)s” "
            "(ngày %(first)s). Mục mới giữ nguyên tên, đạt hay không đạt thì các bản ghi này tự chuyển sang mục mới. Nếu khác thì "
            "thêm mục mới với mã khác, sửa các bản ghi này sang mục mới, rồi ghi ngày hết hiệu lực của “%(name)s”."
        )
    elif begins_later:
        text = _(
            "%(count)d bản ghi dùng “%(name)s” vào những ngày mà mục này sẽ không áp dụng; bản ghi đầu tiên là “%(record)s” "
            "(ngày %(first)s). Gõ ngày có hiệu lực không muộn hơn ngày %(first)s. Nếu các bản ghi này đã tự chuyển sang từ mục trước "
            "cùng tên thì xóa mục này (các bản ghi trở về mục trước), rồi thêm lại với ngày đúng; nếu không thì sửa chúng trước."
        )
    else:
        text = _(
            "%(count)d bản ghi dùng “%(name)s” vào những ngày mà mục này sẽ không còn áp dụng; bản ghi đầu tiên là “%(record)s” "
            "(ngày %(first)s). Gõ ngày hết hiệu lực sau ngày %(last)s hoặc để trống, hoặc sửa những bản ghi đó trước."
        )
    name = "valid_from" if successors is not None or begins_later else "valid_to"
    return Refused.about(text % values, name, code="in_use_on_days")


# ------------------------------------------------------------------------------------------ many registers at once


@contextmanager
def judging_days(written: Sequence[tuple[type[Model], Sequence[WrittenRow]]], actor: Actor) -> Iterator[None]:
    """Raise :class:`Refused` on leaving, where a record that was written inside, or one whose day moved, names a row that is not
    in force on its day.

    Asked of what is stored: :func:`refusals_by_day` sees the other side as it was before, also where the same writing
    changes it. A record whose day moved and that was outside before stays as it is.
    """
    moved = [
        (by_day, _by_key(of_days))
        for model, writes in written
        for by_day in _links_by_day_of(model)
        if (of_days := [each for each in writes if _moves_day(by_day, each)])
    ]
    before = [
        {row.pk for row in _outside_days(by_day.link, by_day.owner.name, records)}
        for by_day, records in moved
    ]
    yield
    for model, writes in written:
        for link in dated_links(model):
            touched = [each for each in writes if touches(each, link.field.name, link.head)]
            records = _by_key(
                [each for each in touched if getattr(each.record, link.field.attname) is not None]
            )
            for row in _outside_days(link, "pk", records):
                day: Any = _days([row], link.day)[0]
                why = _why_not_in_force(getattr(row, link.field.name), day)
                refused = Refused.about(why, link.field.name, code="not_in_force")
                raise refused.at(records[row.pk])
    for (by_day, records), known in zip(moved, before, strict=True):
        for row in _outside_days(by_day.link, by_day.owner.name, records):
            if row.pk not in known:
                record = records[getattr(row, by_day.owner.attname)]
                version, day = getattr(row, by_day.link.field.name), getattr(record, by_day.column)
                raise _refusal_of_moved_day(row, version, day, by_day.column, actor).at(record)


def _moves_day(by_day: LinkByDay, write: WrittenRow) -> bool:
    return not write.is_new and by_day.column in write.changed


def _by_key(writes: Sequence[WrittenRow]) -> dict[Any, Any]:
    return {each.record.pk: each.record for each in writes}


def _outside_days(link: DatedLink, path: str, keys: Collection[Any]) -> Iterator[Any]:
    """Of the stored records whose ``path`` is one of these keys those that name a row which is not in force on their day."""
    name = link.field.name
    outside = Q(**{f"{link.day}__lt": F(f"{name}__valid_from")}) | Q(
        **{f"{link.day}__gte": F(f"{name}__valid_to")}
    )
    rows = link.field.model._base_manager.filter(outside).select_related(name).order_by("pk")
    for part in chunks(sorted(keys)):
        yield from rows.filter(**{f"{path}__in": part})


# ------------------------------------------------------------------------------------------ words


def _title(record: Any, actor: Actor) -> str:
    model = type(record)
    if has_target(model):
        return target_of(model).title_for(actor, record)
    return _("bản ghi số %(number)s") % {"number": record.pk}
