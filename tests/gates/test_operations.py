"""The gate that finds operations which nothing but tests calls."""

import pytest

from tools import check_operations

pytestmark = pytest.mark.gates
OPERATION = "def close_file(*, record, actor, on):\n    return record\n"


def found(root, files):
    for name, text in files.items():
        path = root / "src" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return check_operations.complaints(root)


def test_an_operation_that_nothing_calls_is_named_with_its_line(tmp_path):
    assert found(tmp_path, {"area/operations.py": OPERATION}) == [
        "src/area/operations.py:1: close_file is called by nothing but tests"
    ]


def test_an_import_or_a_name_in_a_list_is_no_call(tmp_path):
    re_export = "from area.operations.files import close_file\n__all__ = ['close_file']\n"
    complaints = found(
        tmp_path, {"area/operations/files.py": OPERATION, "area/operations/__init__.py": re_export}
    )
    assert len(complaints) == 1


def test_calling_itself_is_no_call(tmp_path):
    text = "def close_file(*, record, actor):\n    return close_file(record=record, actor=actor)\n"
    assert len(found(tmp_path, {"area/operations.py": text})) == 1


def test_what_is_called_or_handed_on_passes_and_so_does_what_takes_no_actor(tmp_path):
    register = "from area import operations\nACTION = dict(operation=operations.close_file)\n"
    quiet = f"{OPERATION}\ndef helper(*, record):\n    return record\n"
    assert found(tmp_path, {"area/operations.py": quiet, "area/register.py": register}) == []


def test_the_same_name_of_something_else_is_no_call(tmp_path):
    user = """
from area import words
from area.words import close_file as shut

def show(names, close_file):
    close_file(names)
    names.close_file()
    shut(names)
    words.close_file(names)
    return [close_file for close_file in names]
"""
    words = "def close_file(names):\n    return names\n"
    complaints = found(tmp_path, {"area/files.py": OPERATION, "area/words.py": words, "area/views.py": user})
    assert complaints == ["src/area/files.py:1: close_file is called by nothing but tests"]


@pytest.mark.parametrize(
    "user",
    [
        "from area.operations import close_file\ndef view():\n    close_file()\n",
        "from area.operations import close_file as shut\nACTIONS = (shut,)\n",
        "import area.operations\ndef view():\n    area.operations.close_file()\n",
        "import area.operations.files as files\ndef view():\n    files.close_file()\n",
        "from .operations import close_file\nACTIONS = (close_file,)\n",
        "from .operations.files import close_file\nclass View:\n    def post(self):\n        close_file()\n",
        "def view():\n    from area import operations\n    operations.close_file()\n",
        "from area import operations\ndef view(operation=operations.close_file):\n    return operation\n",
    ],
)
def test_a_name_that_leads_to_the_function_is_a_call_also_through_its_package(tmp_path, user):
    complaints = found(
        tmp_path,
        {
            "area/__init__.py": "",
            "area/operations/files.py": OPERATION,
            "area/operations/__init__.py": "from area.operations.files import close_file\n",
            "area/views.py": user,
        },
    )
    assert complaints == []


def test_what_only_an_unreached_operation_calls_is_unreached(tmp_path):
    text = "def reopen(*, record, actor):\n    shut(record=record, actor=actor)\n\n\ndef shut(*, record, actor):\n    return record\n"
    assert [each.partition(": ")[2].split()[0] for each in found(tmp_path, {"area/files.py": text})] == [
        "reopen",
        "shut",
    ]


def test_decorated_functions_are_looked_at_too(tmp_path):
    text = f"from contextlib import contextmanager\n\n@contextmanager\n{OPERATION}"
    assert len(found(tmp_path, {"area/files.py": text})) == 1


def test_the_program_has_none():
    assert check_operations.complaints(check_operations.ROOT) == []
