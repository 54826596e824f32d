"""The release for servers: nothing but what they need."""

import re
import subprocess
import tarfile

import pytest

from tests.conftest import absent
from tools.launcher import main, setup
from tools.reference import ROOT

pytestmark = pytest.mark.gates

LEFT_OUT = (".ci/", "bench/", "demo/", "drill/", "tests/", "src/khcn/config/demo/", "requirements-dev")
NEEDED = (
    "LICENSE", "NOTICE", "README.vi.md", "babel.cfg", "khcn", "package.json", "package-lock.json", "pyproject.toml",
    "requirements.lock", "changelog.d/README.md", "deploy/khcn.env", "docs/van-hanh/cai-dat.md", "src/khcn/__main__.py",
    "tools/launcher/main.py", "tools/audit.py", "tools/check_licences.py", "tools/components.py", "tools/sbom.py",
)  # fmt: skip
TOOLS = {"audit.py", "bootstrap", "check_licences.py", "components.py", "launcher", "sbom.py"}


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    """The tree of a release of the last commit, with the attributes as they stand."""
    if not (ROOT / ".git").exists():
        absent("this is no checkout of git")
    folder = tmp_path_factory.mktemp("release")
    packed = folder / "khcn.tar"
    subprocess.run(
        ["git", "archive", "--worktree-attributes", f"--output={packed}", "HEAD"], cwd=ROOT, check=True
    )
    with tarfile.open(packed) as archive:
        archive.extractall(folder / "khcn", filter="data")
    return folder / "khcn"


def files(folder):
    return sorted(str(each.relative_to(folder)) for each in folder.rglob("*") if each.is_file())


def test_it_holds_what_a_server_needs_and_nothing_else(release):
    found = files(release)
    assert [name for name in found if name.startswith(LEFT_OUT) or "/test" in name] == []
    assert [name for name in NEEDED if name not in found] == []
    assert {name.split("/")[1] for name in found if name.startswith("tools/")} == TOOLS
    assert [name for name in found if name.startswith("src/khcn/") and name.endswith("/demo.py")] == []


def test_the_name_of_each_change_says_its_number_and_kind(release):
    names = [each.name for each in (release / "changelog.d").iterdir() if each.name != "README.md"]
    kind = re.compile(r"\d{4}-[a-z0-9-]+\.(feature|fix|change)\.md")
    assert (len(names) > 0, [name for name in names if not kind.fullmatch(name)]) == (True, [])


def test_its_set_up_begins_with_the_locks_that_it_has(release):
    """The rest of the set-up needs the registries of packages: ``./khcn drill install`` carries it out."""
    assert setup.pending(str(release), "run") == ["python", "node", "messages"]


def test_words_that_are_left_out_are_named(release, capsys):
    absent_words = [word for word in main.WORDS if not main.is_here(str(release), word)]
    assert absent_words == ["demo", "bench", "drill", "test", "acceptance", "check-code", "fmt", "mutations"]
    assert all(main.is_here(str(ROOT), word) for word in main.WORDS)
    assert main.main(str(release), ["demo"]) == 2
    assert "this word is not part of a release: demo" in capsys.readouterr().err
