"""The rows of every register, made once for all tests of the register: lists, filters, search and names."""

import contextlib
import re

import pytest
from django.db import transaction

from khcn.kernel.access.scopes import READ
from khcn.kernel.actors import SYSTEM, Actor, acting
from khcn.kernel.fields.paths import field_at
from khcn.kernel.fields.registry import kind_at
from khcn.kernel.registers.list_pages import BadCursorError, Cells, Keyset, all_columns, list_page, page_rows
from khcn.kernel.screens.list_filters import apply_filters
from khcn.kernel.screens.whole_lists import page_of_all
from khcn.kernel.search.search_words import read_words
from khcn.kernel.text.fold import fold
from tests.conformance.given import DAY, NAMES, REGISTERS, business_fields, some_records, value_at
from tests.kernel.search_rule import occur_in


@pytest.fixture(scope="module", params=REGISTERS, ids=NAMES)
def filled(request, django_db_setup, django_db_blocker):
    """A register, and records of it with and without their optional values; no test changes them."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield request.param, some_records(request.param, plain=2, full=2)
        transaction.set_rollback(True)


def pks(records):
    return sorted(record.pk for record in records)


@pytest.mark.django_db
def test_list_shows_every_row_in_words(filled):
    register, made = filled
    shown = list_page(register, register.rows(SYSTEM, DAY), columns=all_columns(register))
    assert sorted(row.pk for row in shown.rows if row.pk in pks(made)) == pks(made)
    texts = [cell.text for row in shown.rows for cell in row.cells]
    assert all(type(text) is str for text in texts)
    assert not [text for text in texts if re.search(r"None|True|False|<|__|datetime", text)]


@pytest.mark.django_db
def test_pages_of_all_rows_are_those_of_the_ordinary_statement(filled):
    register, _made = filled
    columns, order, size = all_columns(register), tuple(register.order), 2
    given = {"columns": columns, "order": order, "size": size}
    records = register.rows(SYSTEM, DAY)
    usual = page_rows(Keyset(register, order), Cells(register, columns), records, size)
    place, pages = {}, []
    while True:
        prepared = [page_of_all(register, SYSTEM, on=DAY, **given, **place) for _time in range(2)]
        shown = list_page(register, records, **given, **place)
        for each in prepared:  # put together, and remembered
            assert list_page(register, records, **given, **place, prepared=each) == shown
        if not place:
            statements = [
                (sql, list(values))
                for sql, values in (one.query.sql_with_params() for one in (prepared[0], usual))
            ]
            assert statements[0] == statements[1]
        pages.append(shown)
        if not shown.older:
            break
        place = {"after": shown.older}
    assert len(pages) > 1
    back = {"before": pages[-1].newer}
    expected = list_page(register, records, **given, **back)
    assert (
        list_page(
            register,
            records,
            **given,
            **back,
            prepared=page_of_all(register, SYSTEM, on=DAY, **given, **back),
        )
        == expected
    )
    for wrong in (
        Keyset(register, order).cursor([2**64 - 1] * len(Keyset(register, order).parts)),
        "x",
        Keyset(register, order).cursor(["chữ", "", 1, 2][: len(Keyset(register, order).parts)]),
    ):
        with contextlib.suppress(BadCursorError):
            list(page_of_all(register, SYSTEM, on=DAY, **given, after=wrong) or ())
    nobody = Actor(None, "nobody", None)
    assert register.reach(READ, nobody) is not True
    assert page_of_all(register, nobody, on=DAY, **given) is None


def keys_by_kind():
    """By register, the columns of a kind that no register before it has: what a page begins after depends on the kind alone."""
    seen, found = set(), {}
    for register in REGISTERS:
        fields = [field for field in business_fields(register.model) if not field.related_model]
        kinds = {
            (type(field), field.null, bool(field.choices), getattr(field, "db_collation", None)): field.name
            for field in fields
        }
        found[register.name] = ["pk", *(name for kind, name in kinds.items() if kind not in seen)]
        seen |= set(kinds)
    return found


KEYS = keys_by_kind()


@pytest.mark.django_db
def test_walking_a_list_one_row_at_a_time_meets_every_row_once(filled):
    register, _made = filled
    rows = register.rows(SYSTEM, DAY)
    whole = set(rows.values_list("pk", flat=True))
    for order in (register.order, *((sign + key,) for key in KEYS[register.name] for sign in ("", "-"))):
        there, back = walked(register, rows, order, limit=len(whole))
        assert sorted(there) == sorted(whole), order
        assert back == there[::-1], order


def walked(register, rows, order, *, limit):
    """Primary keys met on pages of one row: from the first page on, and back from the last one."""
    columns = all_columns(register)[:1]
    there = []
    part = list_page(register, rows, columns=columns, order=order, size=1)
    while True:
        there += [row.pk for row in part.rows]
        assert len(there) <= limit, (order, there)
        if not part.older:
            break
        part = list_page(register, rows, columns=columns, order=order, after=part.older, size=1)
    back = [row.pk for row in part.rows]
    while part.newer:
        part = list_page(register, rows, columns=columns, order=order, before=part.newer, size=1)
        back += [row.pk for row in part.rows]
        assert len(back) <= limit, (order, back)
    return there, back


def typed(kind, value):
    """A filter's value as the address carries it: what is chosen by its key, all else as pages show it."""
    if kind.filter_choices():
        return {True: "1", False: "0"}.get(value, str(value))
    return f"#{value.pk}" if kind.target else kind.text(value)


_TESTS = {
    "exact": lambda value, bound: value == bound,
    "gte": lambda value, bound: value is not None and value >= bound,
    "lt": lambda value, bound: value is not None and value < bound,
}


@pytest.mark.django_db
def test_each_filter_keeps_exactly_the_rows_it_says(filled):
    register, _made = filled
    everything = list(register.model.objects.all())
    tried = 0
    for path, lookups in register.filters.items():
        kind = kind_at(register.model, path)
        for bound in {value_at(record, path) for record in everything} - {None, ""}:
            for lookup in lookups:
                name = path if lookup == "exact" else f"{path}__{lookup}"
                with acting(SYSTEM):  # who asks decides which records a filter may name
                    found = apply_filters(register, register.rows(SYSTEM, DAY), {name: typed(kind, bound)})
                expected = [each for each in everything if _TESTS[lookup](value_at(each, path), bound)]
                assert found.errors == {}, name
                assert pks(found.records) == pks(expected), (name, bound)
                tried += 1
    assert tried >= sum(map(len, register.filters.values()))


@pytest.mark.django_db
def test_each_derived_filter_divides_the_rows(filled):
    register, _made = filled
    rows = register.rows(SYSTEM, DAY)
    for name, (_label, choices) in register.derived_filters.items():
        found = [
            record
            for value, _text in choices
            for record in apply_filters(register, rows, {name: value}).records
        ]
        assert pks(found) == pks(rows)
        assert {getattr(record, name) for record in found} <= {value for value, _text in choices}


@pytest.mark.django_db
def test_search_finds_by_every_searched_column_without_marks(filled):
    register, _made = filled
    everything = list(register.model.objects.all())
    own = getattr(register.model, "searched", ())
    linked = [
        f"{link}__{name}"
        for link in register.search
        for name in field_at(register.model, link).related_model.searched
    ]
    paths = [*own, *linked]
    tried = 0
    for path in paths:
        for record in everything:
            words = fold(str(value_at(record, path) or "")).split()
            if not words:
                continue
            word = max(words, key=len)
            expected = [
                each
                for each in everything
                if occur_in(fold(" ".join(str(value_at(each, p) or "") for p in paths)), read_words(word))
            ]
            assert pks(
                apply_filters(register, register.rows(SYSTEM, DAY), {"q": word.upper()}).records
            ) == pks(expected)
            tried += 1
    assert tried >= len(register.search)
    assert list(apply_filters(register, register.rows(SYSTEM, DAY), {"q": "khôngcóởđâucả"}).records) == []


@pytest.mark.django_db
def test_records_name_themselves(filled):
    _register, made = filled
    for record in made:
        assert str(record).strip()
        assert "None" not in str(record)
