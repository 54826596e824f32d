"""Every figure of states and cohorts counts what it says in worlds of many states, which are built once for all of them."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from khcn.kernel.indicators import Basis, Measure, registry
from tests.conformance.counted import noise
from tests.conformance.worlds import WINDOW, WORLDS

IN_WORLDS = {code for _build, world in WORLDS.values() for codes in world.values() for code in codes}
OF_STATES = [figure for figure in registry if figure.basis is Basis.STOCK or figure.code in IN_WORLDS]


@pytest.fixture(scope="module")
def built(django_db_setup, django_db_blocker):
    """Of the worlds of each model the name of each record by its key."""
    with django_db_blocker.unblock(), transaction.atomic():
        names = {model: build() for model, (build, _meant) in WORLDS.items()}
        noise()
        yield names
        transaction.set_rollback(True)


STATEMENTS = {"NT-07": 2, "TH-01": 2, "TH-02": 2, "TH-03": 2, "KHTC-09": 7, "KHTC-11": 3}
"""Where not one: of terms of a past day stored rows are asked first, and those that have changed since are computed (`MissedTerm`)."""


@pytest.mark.parametrize("figure", OF_STATES, ids=[figure.code for figure in OF_STATES])
@pytest.mark.django_db
def test_counts_exactly_the_states_and_cohorts_it_says(figure, built):
    model = figure.model._meta.label_lower
    names, (_build, meant) = built[model], WORLDS[model]
    expected = sorted(name for name, codes in meant.items() if figure.code in codes)
    if not expected:
        pytest.fail(
            f"figure {figure.code} counts nothing in tests/<area>/worlds.py: add something that it counts"
        )
    read = figure.counted(WINDOW)
    assert sorted(names[pk] for pk in read.ids if pk in names) == expected
    assert figure.value(WINDOW) == read.value == len(read.ids) == len(read.lines)
    number, first = figure.number_and_first(WINDOW, 2)
    assert (number, tuple(row.pk for row in first)) == (read.value, read.ids[:2])
    with CaptureQueriesContext(connection) as asked:
        figure.counted(WINDOW)
        figure.value(WINDOW)
        figure.number_and_first(WINDOW, 2)
    # A sum is asked for apart from the first records that it adds up.
    apart = 0 if figure.measure == Measure() else 1
    assert len(asked) == 3 * STATEMENTS.get(figure.code, 1) + apart
