"""The rows of registers, made once for all tests of a register: lists, access, filters, search and names.

The code below a list and a scope is the same for all registers; it is asked over rows of those that together have everything it branches
on (shapes.py). Every register shows a row in words, and says who reads it.
"""

import contextlib
import re

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from khcn.kernel.access.scopes import READ, VERBS
from khcn.kernel.actors import PUBLIC, SYSTEM, Actor, ActorKind, Role, acting
from khcn.kernel.fields.paths import field_at
from khcn.kernel.fields.registry import kind_at
from khcn.kernel.registers.list_pages import BadCursorError, Cells, Keyset, all_columns, list_page, page_rows
from khcn.kernel.screens.list_filters import apply_filters
from khcn.kernel.screens.whole_lists import page_of_all
from khcn.kernel.search.search_words import read_words
from khcn.kernel.text.fold import fold
from khcn.parties.models import Organisation
from tests.conformance.access_given import ROLES
from tests.conformance.given import DAY, REGISTERS, business_fields, some_records, value_at
from tests.conformance.shapes import covering, features_of_lists, features_of_scopes
from tests.factories.base import OUTSIDER, an_actor
from tests.factories.parties import OrganisationFactory, OrgUnitFactory
from tests.factories.registry import factory_of
from tests.kernel.search_rule import occur_in
from tests.of_areas import merged

LISTED = covering(REGISTERS, features_of_lists)
SCOPED = covering(REGISTERS, features_of_scopes)


@pytest.fixture(scope="module", params=LISTED, ids=str)
def filled(request, django_db_setup, django_db_blocker):
    """A register, and records of it with and without their optional values; no test changes them."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield request.param, some_records(request.param, plain=2, full=2)
        transaction.set_rollback(True)


@pytest.fixture(scope="module", params=SCOPED, ids=str)
def scoped(request, django_db_setup, django_db_blocker):
    """The same of a register whose scope stands for others."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield request.param, some_records(request.param, plain=2, full=2)
        transaction.set_rollback(True)


def pks(records):
    return sorted(record.pk for record in records)


def queries_of_list(register, rows):
    with CaptureQueriesContext(connection) as asked:
        list_page(register, rows, columns=all_columns(register))
    return len(asked)


@pytest.mark.django_db
def test_list_costs_the_same_for_one_and_four_rows(filled):
    register, made = filled
    rows = register.rows(SYSTEM, DAY)
    one = queries_of_list(register, rows.filter(pk=made[-1].pk))
    assert queries_of_list(register, rows) == one <= 3


@pytest.mark.django_db
def test_rows_read_once_are_read_anew_the_next_time(filled):
    register, made = filled
    for _time in range(2):
        with CaptureQueriesContext(connection) as asked:
            assert len(register.rows(SYSTEM, DAY)) >= len(made)
        assert len(asked) > 0


# ------------------------------------------------------------------------------------------- access


READERS = merged("rights", "READERS")


EVERY_ROLE = {(role, "TTRA") for role in ROLES}


def test_staff_read_every_register_and_others_none():
    """But for registers about persons, which only those read who have to do with them."""
    for register in REGISTERS:
        readers = READERS.get(register.name, EVERY_ROLE)
        for place in EVERY_ROLE | readers:
            assert register.may("read", an_actor(*place)) == (place in readers), (register.name, place)
        assert not register.may("read", OUTSIDER), register.name


@pytest.mark.django_db
def test_who_reads_a_register_sees_every_row_and_others_none(scoped):
    register, records = scoped
    made = set(pks(records))
    readers = READERS.get(register.name, EVERY_ROLE)
    for role, unit in EVERY_ROLE | readers:
        actor, reads = an_actor(role, unit), (role, unit) in readers
        seen = set(register.rows(actor, DAY).values_list("pk", flat=True))
        assert made & seen == (made if reads else set())
    assert list(register.rows(OUTSIDER, DAY)) == []
    shown = list_page(register, register.rows(OUTSIDER, DAY), columns=all_columns(register))
    assert (shown.rows, shown.count) == ((), 0)


def outsider(organisation):
    return Actor(77, "Tài khoản ngoài", None, kind=ActorKind.ORGANISATION, organisation_id=organisation)


def rows_and_actors(register):
    """Rows of two owners beside those there are, and one actor of every kind."""
    mine, other = OrganisationFactory(), OrganisationFactory()
    unit, other_unit = OrgUnitFactory(code="QLKH"), OrgUnitFactory(code="QLCN")
    for path in register.scope.paths():
        last = register.model
        for step in path.split("__"):
            field = last._meta.pk if step == "pk" else last._meta.get_field(step)
            last = field.related_model or last
        if not (field.is_relation or field.primary_key):
            continue  # a state, of which tests of the scope itself make rows
        for owner in (mine, other) if last is Organisation else (unit, other_unit):
            if path != "pk":
                factory_of(register.model)(**{path: owner})
    actors = [
        PUBLIC,
        SYSTEM,
        outsider(mine.pk),
        outsider(other.pk),
        outsider(None),
        an_actor(None, "QLKH", unit_id=unit.pk),
        *(
            an_actor(role, place.code, unit_id=place.pk)
            for role in Role
            if role is not Role.SYSTEM
            for place in (unit, other_unit)
        ),
        an_actor(Role.OFFICER, "VP"),
    ]
    return list(register.model.objects.all()), actors, (mine, other)


@pytest.mark.django_db
def test_row_filter_object_check_and_check_in_memory_agree(scoped):
    """One declaration, three answers that must agree: which rows, may I do this to that row, does this row fit.

    Asked of each reach that any kind of actor has for any verb, over rows of one's own, rows of others, and rows without an owner; two
    organisations share no row but those that anybody may choose.
    """
    register, _made = scoped
    rows, actors, owners = rows_and_actors(register)
    assert len(rows) > 2
    reached = {}
    for actor in actors:
        for verb in VERBS:
            reach = register.reach(verb, actor)
            assert register.may(verb, actor) == bool(reach), (actor, verb)
            if reach not in reached:
                reached[reach] = set(register.visible(actor, verb).values_list("pk", flat=True))
                asked = {row.pk for row in rows if register.may(verb, actor, row)}
                fitting = {row.pk for row in rows if register.fits(verb, actor, row)}
                assert reached[reach] == asked == fitting, (actor, verb)
    assert not reached[False]
    for verb in VERBS:
        mine, other = (register.reach(verb, outsider(each.pk)) for each in owners)
        if mine is not True:
            assert not reached[mine] & reached[other], verb
        else:
            assert verb == "choose"


# -------------------------------------------------------------------------------------------- pages


@pytest.mark.django_db
def test_every_register_shows_a_row_in_words_and_names_it():
    for register in REGISTERS:
        with transaction.atomic():
            (record,) = some_records(register, plain=0, full=1)
            in_words(register, [record])
            transaction.set_rollback(True)


@pytest.mark.django_db
def test_list_shows_every_row_in_words(filled):
    in_words(*filled)


def in_words(register, made):
    shown = list_page(register, register.rows(SYSTEM, DAY), columns=all_columns(register))
    assert sorted(row.pk for row in shown.rows if row.pk in pks(made)) == pks(made)
    texts = [cell.text for row in shown.rows for cell in row.cells]
    assert all(type(text) is str for text in texts)
    assert not [text for text in texts if re.search(r"None|True|False|<|__|datetime", text)], register.name
    for record in made:
        assert str(record).strip(), register.name
        assert "None" not in str(record), register.name


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
    for register in LISTED:
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


def filters_by_kind():
    """By register, the filters of a kind that no register before it has: they are asked for every value that there is, the
    others for one. The kind makes the condition, whatever the path.
    """
    seen, found = set(), {}
    for register in LISTED:
        own = {}
        for path, lookups in register.filters.items():
            field, kind = field_at(register.model, path), kind_at(register.model, path)
            own[path] = (
                type(field),
                type(kind),
                field.null,
                bool(field.choices),
                tuple(lookups),
                path.count("__"),
            )
        found[register.name] = {path for path, kind in own.items() if kind not in seen}
        seen |= set(own.values())
    return found


WHOLE_FILTERS = filters_by_kind()
_TESTS = {
    "exact": lambda value, bound: value == bound,
    "gte": lambda value, bound: value is not None and value >= bound,
    "lt": lambda value, bound: value is not None and value < bound,
}


@pytest.mark.django_db
def test_each_filter_keeps_exactly_the_rows_it_says(filled):
    register, _made = filled
    everything = list(register.model.objects.all())
    without = set()
    for path, lookups in register.filters.items():
        kind = kind_at(register.model, path)
        bounds = {value_at(record, path) for record in everything} - {None, ""}
        without |= set() if bounds else {path}
        for bound in bounds if path in WHOLE_FILTERS[register.name] else sorted(bounds, key=str)[:1]:
            for lookup in lookups:
                name = path if lookup == "exact" else f"{path}__{lookup}"
                with acting(SYSTEM):  # who asks decides which records a filter may name
                    found = apply_filters(register, register.rows(SYSTEM, DAY), {name: typed(kind, bound)})
                expected = [each for each in everything if _TESTS[lookup](value_at(each, path), bound)]
                assert found.errors == {}, name
                assert pks(found.records) == pks(expected), (name, bound)
    assert not register.filters or without < set(register.filters)


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
    register, made = filled
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
        for record in (made[0], made[-1]):
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
