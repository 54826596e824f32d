"""Public pages while the database is away: the last good answer with its time, in no other case and for nobody else."""

import re

import pytest
from django.db import OperationalError, connection

from khcn.trace.views import last_answers
from khcn.trace.views.last_answers import LastAnswers
from tests.trace.public_given import NOODLES_GTIN, named, noodles, page, parties, text, visitor
from tests.trace.rest_given import problem_of

__all__ = ["parties", "visitor"]  # fixtures

LOT = f"/01/{NOODLES_GTIN}/10/MIEN-1"
STALE = "Máy chủ dữ liệu đang tạm ngừng. Thông tin dưới đây đúng lúc"


class CancelledError(Exception):
    sqlstate = "57014"


@pytest.fixture(autouse=True)
def no_answers():
    last_answers.ANSWERS.clear()
    yield
    last_answers.ANSWERS.clear()


@pytest.fixture
def away():
    """Switches the database off, and on again."""
    cause = []

    def fail(_execute, *_arguments):
        raise OperationalError("connection is lost") from (cause[0] if cause else None)

    def switch(on, why=None):
        cause[:] = [why] if why else []
        connection.execute_wrappers[:] = [each for each in connection.execute_wrappers if each is not fail]
        if on:
            connection.execute_wrappers.append(fail)

    yield switch
    switch(on=False)


def test_the_last_page_is_shown_with_the_time_at_which_it_was_true(parties, visitor, away):
    noodles(parties)
    named(parties)
    before = page(visitor, LOT)
    away(on=True)
    answer = visitor.get(LOT)
    after = answer.content.decode()
    assert (answer.status_code, answer["Cache-Control"], answer["Warning"]) == (
        200,
        "no-store",
        '110 - "Response is Stale"',
    )
    assert re.search(rf"{STALE} \d\d:\d\d \d\d/\d\d/\d\d\d\d; .*? thu hồi\.", text(after))
    assert re.sub(r'\n<p class="note bad">Máy chủ dữ liệu.*?</p>', "", after) == before
    away(on=False)
    answer = visitor.get(LOT)
    assert (answer.content.decode(), answer["Cache-Control"], "Warning" in answer) == (
        before,
        "public, max-age=2",
        False,
    )


def test_each_form_and_language_of_an_answer_is_its_own(parties, visitor, away):
    noodles(parties)
    data = visitor.get(LOT, headers={"accept": "application/ld+json"}).json()
    away(on=True)
    assert visitor.get(LOT, headers={"accept": "application/ld+json"}).json() == data
    assert visitor.get(LOT).status_code == 503
    assert visitor.get(f"{LOT}?lang=en", headers={"accept": "application/ld+json"}).status_code == 503


def test_a_page_that_nobody_has_seen_asks_to_scan_again(parties, visitor, away):
    noodles(parties)
    away(on=True)
    answer = visitor.get(LOT)
    assert (answer.status_code, answer["Retry-After"], answer["Cache-Control"]) == (503, "15", "no-store")
    assert "hãy quét lại sau ít phút" in answer.content.decode()


def test_a_slow_database_is_no_reason_for_an_old_page_which_may_hide_a_recall(parties, visitor, away):
    noodles(parties)
    page(visitor, LOT)
    away(on=True, why=CancelledError())
    assert visitor.get(LOT).status_code == 503


def test_what_is_unknown_now_is_not_shown_as_it_was(parties, visitor, away):
    noodles(parties)
    page(visitor, LOT)
    last_answers.ANSWERS.remove(next(iter(last_answers.ANSWERS._found)))
    page(visitor, "/01/09521234000099/10/KHONG-CO", status=404)
    away(on=True)
    assert visitor.get(LOT).status_code == 503
    assert visitor.get("/01/09521234000099/10/KHONG-CO").status_code == 503


def test_programs_with_a_key_are_answered_503_as_a_problem(parties, away):
    noodles(parties)
    parties.grower.get("/events")
    away(on=True)
    answer = parties.grower.get("/events")
    problem_of(answer, 503, "ImplementationException")
    assert answer["Retry-After"] == "15"


def test_old_answers_are_dropped_by_number_of_bytes_and_by_age(monkeypatch):
    answers = LastAnswers(1000)
    for each in range(20):
        answers.store((str(each),), b"x" * 300, {}, None)
    assert [each for each in range(20) if answers.get((str(each),))] == [17, 18, 19]
    answers.store(("19",), b"y" * 300, {}, None)
    assert answers.get(("19",)).content[:1] == b"y"
    answers.store(("19",), b"z" * (last_answers.LONGEST + 1), {}, None)
    assert answers.get(("19",)) is None
    monkeypatch.setattr(last_answers, "_LASTS", -1.0)
    assert answers.get(("18",)) is None
