"""The code checks have nothing against the examples of docs/howto, put where the pages say."""

import pytest

from tests.gates.page_examples import complaints

pytestmark = [pytest.mark.gates, pytest.mark.xdist_group("examples")]


def test_the_code_checks_have_nothing_against_the_examples(examples):
    assert examples.complaints == {}


def test_an_operation_beside_its_folder_is_refused(examples):
    """As an earlier wording of the page had it."""
    place = examples.folder / "src/khcn/councils"
    (place / "operations/dissolution.py").rename(place / "dissolution.py")
    found = complaints(examples.folder, only="import contracts")
    (place / "dissolution.py").rename(place / "operations/dissolution.py")
    assert "khcn.councils.dissolution" in found["import contracts"]
