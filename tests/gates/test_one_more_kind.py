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
    for name in ("src", "tests", "tools"):
        shutil.copytree(
            ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", ".hypothesis")
        )
    shutil.copy(ROOT / "pyproject.toml", folder)
    found = BLOCK.findall(HOWTO.read_text("utf-8"))
    assert [path for path, _code in found] == ["src/khcn/kernel/fields/kinds/phone.py"]
    for path, code in found:
        assert not (folder / path).exists()
        (folder / path).write_text(code, "utf-8")
    return folder


def test_one_more_kind_passes_every_conformance_test(tree):
    environment = {**os.environ, "PYTHONPATH": str(tree / "src"), "KHCN_DATA": str(tree / "var")}
    environment.pop("DATABASE_URL", None)
    tested = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "tests/fields/test_kinds.py",
            "-q",
            "-k",
            "Phone",
            "-p",
            "no:cacheprovider",
        ],
        cwd=tree,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    passed = re.search(r"(\d+) passed", tested.stdout)
    assert tested.returncode == 0, tested.stdout[-3000:] + tested.stderr[-1000:]
    assert passed, tested.stdout[-500:]
    assert int(passed[1]) >= 14


def test_the_new_kind_needs_no_decision_elsewhere(tree):
    assert check_field_kinds.check_tree(tree) == []
