"""The gate that finds operations which nothing but tests calls."""

import pytest

from tools import check_operations

pytestmark = pytest.mark.gates
OPERATION = "def close_file(*, record, actor, on):\n    return record\n"


def found(root, **files):
    for name, text in files.items():
        path = root / "src" / name.replace("__", "/").replace("_py", ".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return check_operations.complaints(root)


def test_an_operation_that_nothing_calls_is_named_with_its_line(tmp_path):
    assert found(tmp_path, area__operations_py=OPERATION) == [
        "src/area/operations.py:1: close_file is called by nothing but tests"
    ]


def test_an_import_or_a_name_in_a_list_is_no_call(tmp_path):
    re_export = "from area.operations.files import close_file\n__all__ = ['close_file']\n"
    complaints = found(
        tmp_path, area__operations__files_py=OPERATION, area__operations____init___py=re_export
    )
    assert len(complaints) == 1


def test_calling_itself_is_no_call(tmp_path):
    text = "def close_file(*, record, actor):\n    return close_file(record=record, actor=actor)\n"
    assert len(found(tmp_path, area__operations_py=text)) == 1


def test_what_is_called_or_handed_on_passes_and_so_does_what_takes_no_actor(tmp_path):
    register = "from area import operations\nACTION = dict(operation=operations.close_file)\n"
    quiet = f"{OPERATION}\ndef helper(*, record):\n    return record\n"
    assert found(tmp_path, area__operations_py=quiet, area__register_py=register) == []


def test_the_program_has_none():
    assert check_operations.complaints(check_operations.ROOT) == []
