"""The walk in SQL against the walk in plain Python, over graphs that nobody thought of, in every order of arrival."""

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from khcn.trace.queries import downstream, lineage_step_back, lineage_step_forward, upstream
from khcn.trace.store.visibility import EVERYTHING
from tests.trace.lineage_cases import (
    CONTAINMENT,
    EMPTYING,
    MEMBERSHIP,
    REMOVAL,
    TRANSFORMATION,
    Reported,
    clear,
    plain,
    slow,
    store,
)

pytestmark = pytest.mark.django_db

LOTS = ["https://id.gs1.org/01/09521234000013/10/A", "https://id.gs1.org/01/09521234000013/10/B"]
KIND = "https://id.gs1.org/01/09521234000013"
GOODS = st.sampled_from(["a", "b", "c", *LOTS])
CONTAINERS = st.sampled_from(["P", "Q", "R"])
THINGS = st.one_of(GOODS, CONTAINERS)
TIMES = st.integers(0, 12)
VOIDED = st.sampled_from([False, False, False, True])


def some(of, *, least=1):
    return st.lists(of, min_size=least, max_size=3, unique=True).map(tuple)


EVENTS = st.one_of(
    st.builds(Reported, st.just(TRANSFORMATION), TIMES, some(THINGS), some(THINGS), voided=VOIDED),
    st.builds(
        Reported, st.just(CONTAINMENT), TIMES, some(THINGS), CONTAINERS.map(lambda one: (one,)), voided=VOIDED
    ),
    st.builds(
        Reported,
        st.just(REMOVAL),
        TIMES,
        some(THINGS),
        CONTAINERS.map(lambda one: (one,)),
        voided=VOIDED,
    ),
    st.builds(
        Reported, st.just(EMPTYING), TIMES, st.just(()), CONTAINERS.map(lambda one: (one,)), voided=VOIDED
    ),
    st.builds(Reported, st.just(MEMBERSHIP), TIMES, GOODS.map(lambda one: (one,)), some(GOODS)),
)
CHAINS = st.lists(EVENTS, max_size=14, unique=True)
ORDERS = 4
"""In which each chain arrives: over 500 in all."""
ON_THE_OTHER_DATABASE = 40
"""Chains, the first of those on SQLite: what differs there is how the same statement is written."""
relaxed = settings(
    max_examples=130 if connection.vendor == "sqlite" else ON_THE_OTHER_DATABASE,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@relaxed
@given(reported=CHAINS, thing=THINGS, again=st.randoms(use_true_random=False))
def test_the_walk_agrees_with_the_slow_one_in_every_order(reported, thing, again):
    asked = {
        upstream: slow(reported, thing, upstream=True),
        downstream: slow(reported, thing, upstream=False),
        lineage_step_back: slow(reported, thing, upstream=True, one_step=True),
        lineage_step_forward: slow(reported, thing, upstream=False, one_step=True),
    }
    answers = []
    for _order in range(ORDERS):
        store(reported)
        answers.append([ask(thing, EVERYTHING) for ask in asked])
        clear()
        reported = list(reported)
        again.shuffle(reported)
    assert [plain(found) for found in answers[0]] == list(asked.values())
    assert answers == answers[:1] * ORDERS
