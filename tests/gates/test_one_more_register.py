"""The example of docs/howto/add-a-register.md works as it stands, with the files it names and no others."""

import re

import pytest

from tests.gates.page_examples import blocks_of, copy_tree, put_register, run

pytestmark = pytest.mark.gates


def test_the_page_names_two_files_of_code():
    assert sorted(blocks_of("add-a-register.md")) == [
        "src/khcn/councils/models.py",
        "src/khcn/councils/register.py",
    ]


def test_one_more_register_passes_every_conformance_test(tmp_path):
    copy_tree(tmp_path)
    put_register(tmp_path)
    made = run(tmp_path, "python", "-m", "khcn", "makemigrations", "councils", "--name", "sheets")
    assert made.returncode == 0, made.stderr
    words = ["-m", "pytest", "tests/conformance", "-q", "-k", "evaluationsheet", "-p", "no:cacheprovider"]
    tested = run(tmp_path, "python", *words)
    passed = re.search(r"(\d+) passed", tested.stdout)
    assert tested.returncode == 0, tested.stdout[-3000:] + tested.stderr[-1000:]
    assert passed, tested.stdout[-500:]
    assert int(passed[1]) > 10
