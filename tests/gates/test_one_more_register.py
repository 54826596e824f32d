"""The example of docs/howto/add-a-register.md works as it stands, with the files it names and no others."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HOWTO = ROOT / "docs" / "howto" / "add-a-register.md"
# byte code stays good, for the copies have the times of their files; what another process is just writing is left out
IGNORED = shutil.ignore_patterns("*.pyc.*", "*.mo", ".hypothesis")

pytestmark = pytest.mark.gates


def blocks():
    """File to the block that the page puts into it."""
    text = HOWTO.read_text("utf-8")
    return dict(
        re.findall(
            r"^## \d\. [^\n]*`(src/[^`]+\.py)`\n.*?```python\n(.*?)```", text, re.DOTALL | re.MULTILINE
        )
    )


def run(tree, *words):
    environment = {**os.environ, "PYTHONPATH": str(tree / "src"), "KHCN_DATA": str(tree / "var")}
    environment.pop("DATABASE_URL", None)
    return subprocess.run(
        [sys.executable, "-m", *words], cwd=tree, env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    folder = tmp_path_factory.mktemp("one-more")
    for name in ("src", "tests", "docs", "tools", "bench", "drill"):
        shutil.copytree(ROOT / name, folder / name, ignore=IGNORED)
    shutil.copy(ROOT / "pyproject.toml", folder)
    for path, block in blocks().items():
        target = folder / path
        text = target.read_text("utf-8")
        if path.endswith("register.py"):
            text = text.replace("import Council,", "import EvaluationSheet, Council,")
        target.write_text(f"{text}\n\n{block}", "utf-8")
    return folder


def test_the_page_names_two_files_of_code():
    assert sorted(blocks()) == ["src/khcn/councils/models.py", "src/khcn/councils/register.py"]


def test_one_more_register_passes_every_conformance_test(tree):
    made = run(tree, "khcn", "makemigrations", "councils", "--name", "sheets")
    assert made.returncode == 0, made.stderr
    tested = run(tree, "pytest", "tests/conformance", "-q", "-k", "evaluationsheet", "-p", "no:cacheprovider")
    passed = re.search(r"(\d+) passed", tested.stdout)
    assert tested.returncode == 0, tested.stdout[-3000:] + tested.stderr[-1000:]
    assert passed, tested.stdout[-500:]
    assert int(passed[1]) > 15
