"""The example of docs/howto/add-a-register.md works as it stands, with the files it names and no others."""

import pytest

from tests.gates.page_examples import blocks_of

pytestmark = [pytest.mark.gates, pytest.mark.xdist_group("examples")]


def test_the_page_names_two_files_of_code():
    assert sorted(blocks_of("add-a-register.md")) == [
        "src/khcn/councils/models.py",
        "src/khcn/councils/register.py",
    ]


def test_one_more_register_passes_every_conformance_test(examples):
    assert examples.passed("evaluationsheet") >= 10
