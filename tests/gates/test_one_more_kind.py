"""The example of docs/howto/add-a-field-kind.md works as it stands, with one file of code."""

import pytest

from tests.gates.page_examples import blocks_of

pytestmark = [pytest.mark.gates, pytest.mark.xdist_group("examples")]


def test_one_more_kind_passes_every_conformance_test(examples):
    assert sorted(blocks_of("add-a-field-kind.md")) == ["src/khcn/kernel/fields/kinds/phone.py"]
    assert examples.passed("test_kinds.*Phone") >= 20


def test_a_register_with_a_field_of_the_new_kind_passes_its_conformance_tests(examples):
    assert examples.passed(r"test_register.*parties\.person\b") >= 10
