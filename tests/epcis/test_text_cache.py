"""What is kept of answers: no long text, never more than so many, and never another answer."""

from hypothesis import given
from hypothesis import strategies as st

from khcn.epcis import store
from khcn.epcis.store import thing_of
from khcn.epcis.text_cache import LONGEST, TextCache, clear_all


@given(st.lists(st.text(max_size=3)))
def test_an_answer_is_the_functions_however_often_and_in_whatever_order(texts):
    answers = TextCache(str.upper, 4)
    for text in texts:
        assert answers[text] == text.upper()
        assert len(answers) <= 4


def test_a_question_is_asked_once_and_a_long_one_each_time():
    asked = []
    answers = TextCache(asked.append, 10)
    short, long = "x" * LONGEST, "x" * (LONGEST + 1)
    for text in (short, long, short, long):
        answers[text]
    assert asked == [short, long, long]
    assert list(answers) == [short]


def test_a_strangers_long_names_are_not_stored():
    clear_all()
    for number in range(20):
        thing_of(f"https://example.org/{number}/" + "x" * 100_000)
    assert len(store._THINGS) == 0
    thing_of("https://example.org/lo/7")
    assert len(store._THINGS) == 1
    clear_all()
    assert len(store._THINGS) == 0
