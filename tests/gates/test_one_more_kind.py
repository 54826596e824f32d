"""The example of docs/howto/add-a-field-kind.md works as it stands, with one file of code."""

import re

import pytest

from tests.gates.page_examples import blocks_of, copy_tree, put_kind, run

pytestmark = [pytest.mark.gates, pytest.mark.xdist_group("one-more-kind")]


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """A copy of the program with the file that the page describes."""
    folder = tmp_path_factory.mktemp("one-more-kind")
    copy_tree(folder)
    assert sorted(blocks_of("add-a-field-kind.md")) == ["src/khcn/kernel/fields/kinds/phone.py"]
    put_kind(folder)
    return folder


def passed(tree, *words):
    """How many tests passed; all that were chosen must."""
    tested = run(tree, "python", "-m", "pytest", "-q", "-n0", "-p", "no:cacheprovider", *words)
    assert tested.returncode == 0, tested.stdout[-3000:] + tested.stderr[-1000:]
    return int(re.search(r"(\d+) passed", tested.stdout)[1])


def test_one_more_kind_passes_every_conformance_test(tree):
    assert passed(tree, "tests/fields/test_kinds.py", "-k", "Phone") >= 20


def test_a_register_with_a_field_of_the_new_kind_passes_its_conformance_tests(tree):
    """In the copy, the telephone number of a person is of the kind, and a list is filtered by it."""
    model, register = tree / "src/khcn/parties/models/people.py", tree / "src/khcn/parties/register.py"
    text = model.read_text("utf-8").replace("phone = models.CharField(", "phone = PhoneField(")
    imported = "from khcn.kernel.fields.kinds.phone import PhoneField\nfrom khcn.kernel"
    model.write_text(text.replace("from khcn.kernel", imported, 1), "utf-8")
    declared, filtered = '{"organisation": ["exact"]}', '{"organisation": ["exact"], "phone": ["exact"]}'
    text = register.read_text("utf-8")
    assert text.count(declared) == 1
    register.write_text(text.replace(declared, filtered), "utf-8")
    registers = [f"tests/conformance/test_{name}.py" for name in ("registers", "register_rows")]
    assert passed(tree, *registers, "-k", "parties.person") >= 11
