"""One sentence more in a right report: a slip is found with both values and its records, a right one raises nothing."""

import pytest

from tests.reports.added_sentences_given import IN_TWO_PLACES, RIGHT, SLIPS, with_sentences
from tests.reports.conftest import a_province
from tests.reports.test_printed_checks import found_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _province(db):
    a_province()


@pytest.mark.parametrize(("sentence", "wanted"), SLIPS.items())
def test_a_slip_is_found_with_both_values_and_its_records(sentence, wanted):
    found = found_in(with_sentences(B=sentence))
    assert [(each.code, each.value_1, each.value_2, each.records) for each in found] == [wanted]
    assert found[0].place_1.startswith("Mục B")
    assert found[0].place_2


@pytest.mark.parametrize(("sentences", "wanted"), IN_TWO_PLACES.items())
def test_one_statement_with_two_numbers_is_found_in_both_places(sentences, wanted):
    first, second = sentences
    [found] = found_in(with_sentences(A_2=first, B=second))
    assert (found.severity, found.value_1, found.value_2) == wanted
    assert (found.code, found.place_1, found.place_2) == ("twice_stated", "Mục A.2", "Mục B")


@pytest.mark.parametrize("sentence", RIGHT)
def test_a_right_sentence_raises_nothing(sentence):
    assert found_in(with_sentences(B=sentence)) == []
