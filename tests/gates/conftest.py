"""All examples of docs/howto in one copy of the program: what the code checks say of it, and how the tests of each example end there."""

import re
from dataclasses import dataclass

import pytest

from tests.gates import test_one_more_action, test_one_more_paper
from tests.gates.page_examples import (
    ROOT,
    complaints,
    copy_tests,
    copy_tree,
    outcomes,
    put_action,
    put_area,
    put_in_order,
    put_kind,
    put_paper,
    put_register,
    run,
    use_kind,
)

# What they bring, and the common tests find by its name
CHOSEN = (
    "cooperation or HTQT or (inventory and row) or worlds_name",  # the area, its register, figure, rules and fields
    "evaluationsheet",  # the register
    "test_dissolve or our_actions",  # the action
    "test_confirmation or (test_papers and confirmation)",  # the paper
    "Phone or (test_register and parties.person)",  # the kind of field, and the register that has one
)
TESTS = (
    "tests/conformance",
    "tests/privacy/test_inventory.py",
    "tests/fields/test_kinds.py",
    "tests/web/test_dissolve.py",
    "tests/science/test_confirmation.py",
)


@dataclass
class Examples:
    """The copy, and what was found in it."""

    folder: object
    added_by_area: set
    changed_by_area: set
    complaints: dict
    tested: list
    """Name and "passed", "failed" or "skipped" of each test."""
    output: str

    def passed(self, words):
        """How many tests with these words in their names passed; all of them must."""
        found = [(name, how) for name, how in self.tested if re.search(words, name)]
        faults = [each for each in found if each[1] != "passed"]
        assert not faults, (faults, self.output)
        return len(found)


def files_of(folder):
    """Content by path, without what Python and the settings make."""
    return {
        path.relative_to(folder): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not {"__pycache__", "var"} & set(path.parts)
    }


@pytest.fixture(scope="session")
def examples(tmp_path_factory):
    """To make it, collect the tests in it and check it takes tens of seconds of a processor: all examples share one."""
    folder = tmp_path_factory.mktemp("examples")
    copy_tree(folder)
    (folder / "node_modules").symlink_to(ROOT / "node_modules")  # with the font of printed papers
    before = files_of(folder)
    put_area(folder)
    after = files_of(folder)
    for put in (put_register, put_action, put_kind, put_paper):
        put(folder)
    put_in_order(folder)
    found = complaints(folder)
    copy_tests(folder)
    made = run(folder, "python", "-m", "khcn", "makemigrations", "councils", "--name", "sheets")
    assert made.returncode == 0, made.stderr
    use_kind(folder)
    (folder / "tests/web/test_dissolve.py").write_text(test_one_more_action.TEST, "utf-8")
    (folder / "tests/science/test_confirmation.py").write_text(test_one_more_paper.TEST, "utf-8")
    tested, output = outcomes(folder, *TESTS, "-k", " or ".join(CHOSEN))
    changed = {path for path, content in before.items() if after.get(path) != content}
    return Examples(folder, after.keys() - before.keys(), changed, found, tested, output)
