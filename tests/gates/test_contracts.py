"""The import contracts know every package there is, and a breach really breaks the build."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "khcn"
CONFIG = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CONTRACTS = {contract["name"]: contract for contract in CONFIG["tool"]["importlinter"]["contracts"]}
pytestmark = pytest.mark.gates


def test_the_kernel_and_the_layers_admit_no_unnamed_package():
    exhaustive = {name for name, contract in CONTRACTS.items() if contract.get("exhaustive")}
    assert exhaustive == {"layers", "files of an area", "layers of the kernel"}


def layers_of(name):
    """The layers of a contract, highest first, without the brackets of what may be missing."""
    return [set(re.findall(r"\w+", layer)) for layer in CONTRACTS[name]["layers"]]


def test_the_picture_of_the_architecture_shows_the_layers_of_the_contracts():
    picture = (ROOT / "docs" / "architecture.md").read_text("utf-8").split("```")[1]
    picture = re.sub(r"\((\w+)\)", r"\1", picture)
    lines = re.findall(r"^ (\w+(?: \| \w+)*)  +(.*(?:\n  .*)*)", picture, re.MULTILINE)
    assert [set(names.split(" | ")) for names, _rest in lines] == layers_of("layers")
    kernel = dict(lines)["kernel"].split(">")
    assert [set(re.findall(r"\w+", layer)) for layer in kernel] == layers_of("layers of the kernel")


# --------------------------------------------------------------------------------------- breaches


@pytest.fixture
def tree(tmp_path):
    """A copy of the program's Python files and of the settings of the checks."""
    shutil.copytree(
        SOURCE, tmp_path / "src" / "khcn", ignore=lambda _, names: [n for n in names if n == "__pycache__"]
    )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "tools").mkdir()
    shutil.copy(ROOT / "tools" / "import_contracts.py", tmp_path / "tools")
    return tmp_path


def contracts_of(tree):
    """What lint-imports says of the copy: contract -> whether it is kept."""
    program = Path(sys.executable).parent / "lint-imports"
    env = {**os.environ, "PYTHONPATH": str(tree / "src")}
    done = subprocess.run(
        [program, "--no-cache"], cwd=tree, env=env, capture_output=True, text=True, check=False
    )
    verdicts = {}
    for name in CONTRACTS:
        for word in ("KEPT", "BROKEN"):
            if f"{name} {word}" in done.stdout:
                verdicts[name] = word
    return done, verdicts


@pytest.mark.parametrize(
    ("place", "statement", "contract"),
    [
        (
            "reports/__init__.py",
            "import khcn.science.models",
            "shell and report engine know no business area",
        ),
        ("kernel/text/__init__.py", "import khcn.kernel.audit", "layers of the kernel"),
        # an import inside a function is no way out
        ("parties/models.py", "def f():\n    import khcn.science.models  # local: app registry", "layers"),
    ],
    ids=["reports-science", "text-audit", "parties-science-inline"],
)
def test_a_forbidden_import_is_caught(tree, place, statement, contract):
    with (tree / "src" / "khcn" / place).open("a", encoding="utf-8") as file:
        file.write(f"\n{statement}\n")
    done, verdicts = contracts_of(tree)
    assert done.returncode == 1
    assert verdicts[contract] == "BROKEN"


def test_an_area_that_no_list_names_is_in_the_contracts(tree):
    """The shell must not import it, and its files have the order of all areas; its own layer is asked for."""
    area = tree / "src" / "khcn" / "orchards"
    area.mkdir()
    for name in ("__init__", "models", "utils"):
        (area / f"{name}.py").write_text("", encoding="utf-8")
    with (tree / "src" / "khcn" / "web" / "__init__.py").open("a", encoding="utf-8") as file:
        file.write("\nimport khcn.orchards.models\n")
    done, verdicts = contracts_of(tree)
    assert done.returncode == 1
    assert {name for name, verdict in verdicts.items() if verdict == "BROKEN"} == {
        "layers",
        "shell and report engine know no business area",
        "files of an area",
    }
    assert "- khcn.orchards.utils" in done.stdout
    assert "- khcn.orchards\n" in done.stdout


# ------------------------------------------------------------------------------------------- ruff


def complaints(place, text):
    """Rule codes that ruff finds in TEXT as if it stood at PLACE."""
    command = [Path(sys.executable).parent / "ruff", "check", "--output-format", "concise", "--no-cache"]
    done = subprocess.run(
        [*command, "--stdin-filename", place, "-"],
        cwd=ROOT,
        input=text,
        capture_output=True,
        text=True,
        check=False,
    )
    return {line.split()[1] for line in done.stdout.splitlines() if line.startswith(place)}


CLOCK = '"""Reads."""\n\nimport datetime\n\nTODAY = datetime.date.today()\n'
DJANGO_CLOCK = '"""Reads."""\n\nfrom django.utils import timezone\n\nNOW = timezone.now()\n'


@pytest.mark.parametrize("text", [CLOCK, DJANGO_CLOCK])
@pytest.mark.parametrize(
    ("place", "banned"),
    [
        ("src/khcn/science/queries.py", True),
        ("src/khcn/science/models.py", True),
        ("src/khcn/kernel/workflow/engine.py", True),
        ("src/khcn/reports/engine.py", True),
        ("src/khcn/web/views.py", True),
        ("src/khcn/web/middleware.py", False),
        ("src/khcn/config/settings.py", False),
        ("src/khcn/reports/management/commands/report.py", False),
    ],
)
def test_the_clock_is_banned_below_the_web(text, place, banned):
    assert ("TID251" in complaints(place, text)) is banned


@pytest.mark.parametrize(
    ("call", "rule"),
    [
        ('_(f"Còn {n} ngày")', "INT001"),
        ('_("Còn {} ngày".format(n))', "INT002"),
        ('_("Còn %s ngày" % n)', "INT003"),
    ],
)
@pytest.mark.parametrize("source", ["gettext", "gettext_lazy"])
def test_a_formatted_text_cannot_be_translated(call, rule, source):
    text = f'"""Texts."""\n\nfrom django.utils.translation import {source} as _\n\nn = 3\nX = {call}\n'
    assert rule in complaints("src/khcn/science/enums.py", text)


def test_each_ignored_rule_has_its_reason():
    lines = (ROOT / "pyproject.toml").read_text(encoding="utf-8").splitlines()
    start = lines.index("ignore = [")
    ignored = lines[start + 1 : lines.index("]", start)]
    assert len(ignored) == len(CONFIG["tool"]["ruff"]["lint"]["ignore"])
    assert [line for line in ignored if len(line.partition("#")[2].strip()) < 8] == []
