"""What the parts of one answer ask in the same words is asked of the database once."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from khcn.trace.models import TraceParty
from khcn.trace.store.database import stores
from khcn.trace.store.database.sql import Sql
from khcn.trace.store.database.stores import all_stores, fetch_everywhere, looked_up_once, values_everywhere
from tests.trace.public_given import confirm
from tests.trace.rest_given import party
from tests.trace.test_recalls_in_walks import walked
from tests.trace.test_whose_lot_members import BOX, LOT, PALLET, TIES
from tests.trace.test_whose_making import parties
from tests.trace.test_whose_package import SET, says

__all__ = ["parties"]  # a fixture
pytestmark = [pytest.mark.django_db, pytest.mark.both]
GLNS = Sql("SELECT gln FROM trace_traceparty WHERE gln >= %s ORDER BY gln", ("9",))
QUESTIONS = {
    "statement": lambda: fetch_everywhere(GLNS),
    "query set": lambda: values_everywhere(TraceParty.objects.filter(gln__gte="9").order_by("gln"), "gln"),
    "looked up": lambda: looked_up_once("glns", lambda: fetch_everywhere(GLNS)),
}


def asked(question, times):
    with CaptureQueriesContext(connection) as queries:
        answers = [question() for _ in range(times)]
    assert all(answer == answers[0] for answer in answers)
    return len(queries), answers[0]


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_an_answer_asks_the_same_once_and_others_ask_again(question):
    one = party("9521234000006")
    rows = [(one.gln,)]
    with all_stores():
        assert asked(question, 3) == (1, rows)
        other = party("9521234500001")
        with all_stores():  # part of the same answer
            assert asked(question, 2) == (0, rows)
    rows.append((other.gln,))
    with all_stores():
        assert asked(question, 2) == (1, rows)
    assert asked(question, 2) == (2, rows)


def test_other_values_columns_and_numbers_of_rows_are_other_questions():
    for gln in ("9521234000006", "9521234500001"):
        party(gln)
    records = TraceParty.objects.order_by("gln")
    with all_stores():
        assert len(fetch_everywhere(GLNS)) == 2
        assert fetch_everywhere(Sql(GLNS.text, ("9521234500001",))) == [("9521234500001",)]
        assert values_everywhere(records, "gln", first=1) == [("9521234000006",)]
        assert values_everywhere(records, "gln") == [("9521234000006",), ("9521234500001",)]
        assert values_everywhere(records, "gln", "is_authority", first=1) == [("9521234000006", False)]
        assert values_everywhere(records.filter(gln__in=[]), "gln") == []


def test_what_a_caller_does_with_its_rows_changes_no_other_answer():
    party("9521234000006")
    with all_stores():
        for _ in range(2):
            fetch_everywhere(GLNS).append(("x",))
        assert fetch_everywhere(GLNS) == [("9521234000006",)]


def test_the_rows_of_a_flood_are_not_remembered(monkeypatch):
    monkeypatch.setattr(stores, "_MOST_REMEMBERED", 1)
    for gln in ("9521234000006", "9521234500001"):
        party(gln)
    with all_stores():
        assert asked(lambda: fetch_everywhere(GLNS), 2)[0] == 2


def test_pages_and_walks_ask_hardly_anything_twice(parties):
    confirm(parties.grower, "9521236")
    TIES["lot in a box"](parties.grower)
    says(20, 10, parties.grower, PALLET, **SET)
    client = Client()
    answers = {
        "page of a lot": lambda: client.get(LOT.removeprefix("https://id.gs1.org")),
        "page of a box": lambda: client.get(BOX.removeprefix("https://id.gs1.org")),
        "upstream": lambda: walked(parties.province, "upstream", LOT),
        "downstream": lambda: walked(parties.province, "downstream", LOT),
    }
    for name, answer in answers.items():
        with CaptureQueriesContext(connection) as queries:
            answer()
        texts = [each["sql"] for each in queries.captured_queries]
        # the identities of events, and whether there are records, are asked by other ways
        assert len(texts) <= 1.2 * len(set(texts)), name
