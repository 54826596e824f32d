"""The drills that run tests in their long forms name tests that read the number of times, and count nothing that was left out."""

import re

import pytest

from drill.long_tests import ATTACKS, KILLS, WRITES, passed_tests, pytest_command
from drill.steps import DrillError
from tests.conftest import ROOT


@pytest.mark.parametrize("form", [*ATTACKS, *KILLS, *WRITES], ids=lambda form: form.what)
def test_its_files_read_the_variable(form):
    assert form.short != form.times
    for file in form.files:
        assert f'os.environ.get("{form.variable}"' in (ROOT / file).read_text("utf-8")


def test_every_test_with_a_long_form_is_in_a_drill():
    named = {file for form in (*ATTACKS, *KILLS, *WRITES) for file in form.files}
    reads = re.compile(r'os\.environ\.get\("KHCN_(KILLS|PAGE_SECONDS|SEQUENCES|WORLDS)"')
    files = (ROOT / "tests").rglob("test_*.py")
    assert {f.relative_to(ROOT).as_posix() for f in files if reads.search(f.read_text("utf-8"))} == named


def test_a_long_form_is_not_ended_by_the_limit_of_a_test():
    for on_postgresql in (False, True):
        command = pytest_command(["tests/a.py"], on_postgresql=on_postgresql)
        assert command[command.index("-o") + 1] == "faulthandler_timeout=0"


def test_a_run_that_left_tests_out_has_not_passed():
    assert passed_tests("..\n3 passed, 1 warning in 2.00s\n") == "3 tests passed"
    for printed in ("", "no tests ran in 0.10s\n", "s.\n1 passed, 1 skipped in 2.00s\n"):
        with pytest.raises(DrillError, match="no test was carried out, or one was left out"):
            passed_tests(printed)
