"""The launcher: help without set-up, the newest Python that really runs, stamps that notice every change."""

import fcntl
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tools.launcher import main, setup

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.gates


def shim(folder, name, script):
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def pretend(version):
    return f"""echo '[[{version}], "/opt/python{version.replace(", ", ".")}"]'"""


@pytest.fixture
def checkout(tmp_path):
    """A bare tree with nothing set up, enough for the launcher's questions."""
    for name in ("package.json", "package-lock.json", "requirements.lock", "requirements-dev.lock"):
        (tmp_path / name).write_text(name, encoding="utf-8")
    return tmp_path


# -------------------------------------------------------------------------------------------- help


@pytest.mark.parametrize("arguments", [[], ["help"], ["-h"], ["--help"]])
def test_help_sets_nothing_up(tmp_path, arguments):
    (tmp_path / "tools").symlink_to(ROOT / "tools")
    (tmp_path / "khcn").write_bytes((ROOT / "khcn").read_bytes())
    done = subprocess.run(["sh", tmp_path / "khcn", *arguments], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    listed = re.findall(r"^  (\S+) ", done.stdout, re.MULTILINE)
    assert listed == list(main.WORDS)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["khcn", "tools"]


def test_without_any_python_it_says_what_to_install(tmp_path):
    (tmp_path / "khcn").write_bytes((ROOT / "khcn").read_bytes())
    text = (tmp_path / "khcn").read_text(encoding="utf-8").replace("/usr/bin/python3", "/nowhere/python3")
    (tmp_path / "khcn").write_text(text, encoding="utf-8")
    tools = tmp_path / "bin"
    tools.mkdir()
    (tools / "dirname").symlink_to("/usr/bin/dirname")
    env = {"PATH": str(tools)}
    done = subprocess.run(
        ["/bin/sh", tmp_path / "khcn"], env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 127
    assert "Debian: apt install python3" in done.stderr


# ------------------------------------------------------------------------------------- interpreter


def test_the_newest_python_that_runs_is_taken(tmp_path, monkeypatch):
    shim(tmp_path, "python3.14", "echo 'python3.14: command not found' >&2; exit 127")
    shim(tmp_path, "python3.13", "exit 1")  # runs, but without venv or sqlite3
    shim(tmp_path, "python3.12", pretend("3, 12, 9"))
    shim(tmp_path, "python3.11", pretend("3, 11, 2"))
    shim(tmp_path, "python3", pretend("3, 9, 1"))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("KHCN_PYTHON", raising=False)
    monkeypatch.setattr(
        setup, "CANDIDATES", ("python3.14", "python3.13", "python3.12", "python3.11", "python3")
    )
    assert setup.choose_interpreter(str(tmp_path)) == "/opt/python3.12.9"


def test_a_python_that_is_too_old_is_named(tmp_path, monkeypatch):
    shim(tmp_path, "python3", pretend("3, 9, 1"))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("KHCN_PYTHON", raising=False)
    monkeypatch.setattr(setup, "CANDIDATES", ("python3.14", "python3"))
    with pytest.raises(setup.SetupError, match=r"có: 3\.9\.1\."):
        setup.choose_interpreter(str(tmp_path))


def test_the_running_python_passes_the_probe():
    version, _ = setup.probe(sys.executable)
    assert version == sys.version_info[:3]


# ------------------------------------------------------------------------------------------ stamps


def set_up(root, level):
    """What a finished set-up leaves behind."""
    (root / ".venv" / "bin").mkdir(parents=True, exist_ok=True)
    interpreter = root / ".venv" / "bin" / "python"
    if not interpreter.exists():
        interpreter.symlink_to(sys.executable)
    (root / "node_modules").mkdir(exist_ok=True)
    python_file, node_file = setup._stamp_files(str(root))
    Path(python_file).write_text(json.dumps(setup.python_stamp(str(root), level)), encoding="utf-8")
    Path(node_file).write_text(json.dumps(setup.node_stamp(str(root), level)), encoding="utf-8")


@pytest.mark.parametrize(
    ("done", "asked", "missing"),
    [("run", "run", []), ("dev", "dev", []), ("dev", "run", []), ("run", "dev", ["python", "node"])],
)
def test_development_serves_to_run_but_not_the_other_way(checkout, done, asked, missing):
    set_up(checkout, done)
    assert setup.pending(str(checkout), asked) == missing


def test_a_bare_checkout_needs_everything(checkout):
    assert setup.pending(str(checkout), "run") == ["python", "node"]


@pytest.mark.parametrize(
    ("name", "missing"),
    [("requirements.lock", ["python"]), ("package-lock.json", ["node"]), ("package.json", ["node"])],
)
def test_a_changed_lock_is_noticed(checkout, name, missing):
    set_up(checkout, "run")
    (checkout / name).write_text("changed", encoding="utf-8")
    assert setup.pending(str(checkout), "run") == missing


def test_a_vanished_interpreter_and_a_moved_checkout_are_noticed(checkout, tmp_path_factory):
    set_up(checkout, "run")
    (checkout / ".venv" / "bin" / "python").unlink()
    assert setup.pending(str(checkout), "run") == ["python"]
    set_up(checkout, "run")
    moved = tmp_path_factory.mktemp("elsewhere") / "khcn"
    checkout.rename(moved)
    assert setup.pending(str(moved), "run") == ["python"]


@pytest.mark.parametrize("place", ["locale/vi", "science/locale/en"])
def test_a_catalogue_is_compiled_when_it_changed(checkout, place):
    set_up(checkout, "run")
    source = checkout / "src" / "khcn" / place / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text("", encoding="utf-8")
    assert setup.pending(str(checkout), "run") == ["messages"]
    compiled = source.with_suffix(".mo")
    compiled.touch()
    assert setup.pending(str(checkout), "run") == []
    os.utime(compiled, (1, 1))
    assert setup.pending(str(checkout), "run") == ["messages"]


HOLDER = """
import fcntl, pathlib, sys
file = pathlib.Path(sys.argv[1]).open("w")
fcntl.flock(file, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""


def test_a_second_set_up_waits_and_finds_the_work_done(checkout, capsys, monkeypatch):
    (checkout / ".khcn").mkdir()
    command = [sys.executable, "-c", HOLDER, str(checkout / ".khcn" / "setup.lock")]
    real_flock = fcntl.flock
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout.readline() == "held\n"

        def flock(file, how):
            if how == fcntl.LOCK_EX:  # the launcher has said that it waits: now the other one finishes
                set_up(checkout, "run")
                holder.communicate()
            return real_flock(file, how)

        monkeypatch.setattr(setup.fcntl, "flock", flock)
        setup.ensure(
            str(checkout), "run"
        )  # would fail at once if it set anything up: there is no pip wheel here
    assert capsys.readouterr().err == (
        "Một lần cài đặt khác đang chạy, đang chờ / another set-up is running, waiting …\n"
    )


# ------------------------------------------------------------------------------------------- locks


def listed(name):
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    names = (re.match(r"[A-Za-z0-9._-]+", line) for line in lines if line and line[0] not in "#-")
    return {match.group(0).lower().replace("_", "-") for match in names}


def locked(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9._-]+)(?:\[[^]]*\])?==(\S+)", text, re.MULTILINE))


def test_the_locks_hold_what_is_asked_for_and_agree():
    run, dev = locked("requirements.lock"), locked("requirements-dev.lock")
    assert listed("requirements.in") - set(run) == set()
    assert listed("requirements-dev.in") - set(dev) == set()
    assert {name: dev.get(name) for name in run} == run
    fuzz = locked("drill/fuzz-requirements.lock")
    assert listed("drill/fuzz-requirements.in") - set(fuzz) == set()
    assert {name: fuzz[name] for name in fuzz if name in dev} == {
        name: dev[name] for name in dev if name in fuzz
    }


def test_what_only_the_drill_of_generated_input_needs_is_no_part_of_the_others():
    apart = listed("drill/fuzz-requirements.in")
    assert apart == {"atheris", "schemathesis", "sqlmap"}
    assert apart & {*locked("requirements.lock"), *locked("requirements-dev.lock")} == set()


@pytest.mark.parametrize(
    "name", ["requirements.lock", "requirements-dev.lock", "drill/fuzz-requirements.lock"]
)
def test_every_locked_package_has_hashes(name):
    blocks = re.split(r"^(?=[a-z0-9])", (ROOT / name).read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert [block.split("==")[0] for block in blocks if block.strip() and "--hash=sha256:" not in block] == []


def test_uv_itself_is_pinned_by_hash():
    for name in setup.LOCKS.values():
        block = setup._locked_uv((ROOT / name).read_text(encoding="utf-8"))
        assert re.match(r"uv==\d", block)
        assert "--hash=sha256:" in block
        assert re.findall(r"^[a-z]\S*==", block, re.MULTILINE) == ["uv=="]


def test_each_browser_asset_is_exact_and_locked_with_its_integrity():
    package = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    asked = {**package["dependencies"], **package["devDependencies"]}
    assert {name: lock[f"node_modules/{name}"]["version"] for name in asked} == asked
    assert [
        name for name, entry in lock.items() if name and not entry["integrity"].startswith("sha512-")
    ] == []


def test_a_reader_that_has_seen_enough_sees_no_traceback():
    command = [sys.executable, "-m", "khcn", "diffsettings", "--all"]  # prints at once, without a database
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT / "src"),
        "DJANGO_SETTINGS_MODULE": "khcn.config.test",
    }
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as program:
        program.stdout.close()
        assert program.stderr.read() == ""
    assert program.returncode == 1
