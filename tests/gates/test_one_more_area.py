"""The example of docs/howto/add-an-area.md works as it stands: its own folders, one line of the settings, its place among the layers."""

import re

import pytest

from tests.gates.page_examples import copy_tree, put_area, run

pytestmark = pytest.mark.gates

# What an area brings and the common tests find: its register, its figure, its rules and its fields.
TESTS = ("tests/conformance", "tests/privacy/test_inventory.py")
CHOSEN = "cooperation or HTQT or inventory and row or worlds_name"


def files_of(folder):
    """Content by path, without what Python and the settings make."""
    return {
        path.relative_to(folder): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not {"__pycache__", "var"} & set(path.parts)
    }


def test_one_more_area_touches_its_folders_alone_and_passes_every_conformance_test(tmp_path):
    copy_tree(tmp_path)
    before = files_of(tmp_path)
    put_area(tmp_path)
    after = files_of(tmp_path)
    changed = {str(path) for path, content in before.items() if after.get(path) != content}
    assert changed == {"docs/glossary.csv", "pyproject.toml", "src/khcn/config/installed_apps.py"}
    own = {
        "/".join(path.parts[:3] if path.parts[0] == "src" else path.parts[:2])
        for path in after.keys() - before.keys()
    }
    assert own == {"src/khcn/cooperation", "tests/cooperation"}
    tested = run(
        tmp_path, "python", "-m", "pytest", *TESTS, "-q", "-n0", "-k", CHOSEN, "-p", "no:cacheprovider"
    )
    passed = re.search(r"(\d+) passed", tested.stdout)
    assert tested.returncode == 0, tested.stdout[-3000:] + tested.stderr[-1000:]
    assert passed, tested.stdout[-500:]
    assert int(passed[1]) >= 8
