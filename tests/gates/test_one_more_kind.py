"""The example of docs/howto/add-a-field-kind.md works as it stands, with one file of code."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools import check_field_kinds

ROOT = Path(__file__).resolve().parents[2]
HOWTO = ROOT / "docs" / "howto" / "add-a-field-kind.md"
BLOCK = re.compile(r"^## \d\. [^\n]*`(src/[^`]+\.py)`\n.*?```python\n(.*?)```", re.DOTALL | re.MULTILINE)

pytestmark = pytest.mark.gates


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """A copy of the program with the file that the page describes."""
    folder = tmp_path_factory.mktemp("one-more-kind")
    for name in ("src", "tests", "docs", "tools"):
        # byte code stays good, for the copies have the times of their files; what another process is just writing is left out
        ignored = shutil.ignore_patterns("*.pyc.*", ".hypothesis")
        shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", folder)
    found = BLOCK.findall(HOWTO.read_text("utf-8"))
    assert [path for path, _code in found] == ["src/khcn/kernel/fields/kinds/phone.py"]
    for path, code in found:
        assert not (folder / path).exists()
        (folder / path).write_text(code, "utf-8")
    return folder


def passed(tree, *words):
    """How many tests passed; all that were chosen must."""
    environment = {**os.environ, "PYTHONPATH": str(tree / "src"), "KHCN_DATA": str(tree / "var")}
    environment.pop("DATABASE_URL", None)
    tested = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n0", "-p", "no:cacheprovider", *words],
        cwd=tree,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
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
    assert passed(tree, *registers, "-k", "parties.person") >= 14


def test_the_new_kind_needs_no_decision_elsewhere(tree):
    assert check_field_kinds.check_tree(tree) == []
