"""The code checks have nothing against the examples of docs/howto, put where the pages say."""

import pytest

from tests.gates.page_examples import (
    complaints,
    copy_tree,
    put_action,
    put_area,
    put_in_order,
    put_kind,
    put_paper,
    put_register,
)

pytestmark = pytest.mark.gates


def test_the_code_checks_have_nothing_against_the_examples(tmp_path):
    """All in one copy, for the checks read the whole tree."""
    copy_tree(tmp_path)
    for put in (put_area, put_register, put_action, put_kind, put_paper):
        put(tmp_path)
    put_in_order(tmp_path)
    assert complaints(tmp_path) == {}
    # as an earlier wording of the page had it
    place = tmp_path / "src/khcn/councils"
    (place / "operations/dissolution.py").rename(place / "dissolution.py")
    found = complaints(tmp_path, only="import contracts")
    assert "khcn.councils.dissolution" in found["import contracts"]
