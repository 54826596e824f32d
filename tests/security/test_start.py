"""What a process that was killed while starting leaves behind must not keep the next one from starting."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from khcn.config.static import collect_static
from tests.conftest import ROOT

SHOW = "from khcn.config import settings; print(settings.SECRET_KEY)"


def key_of(data):
    env = {**os.environ, "KHCN_DATA": str(data), "PYTHONPATH": str(ROOT / "src")}
    env.pop("KHCN_SECRET_KEY", None)
    return subprocess.Popen(
        [sys.executable, "-c", SHOW], env=env, cwd=ROOT, stdout=subprocess.PIPE, text=True
    )


def test_processes_that_start_at_once_sign_with_one_key(tmp_path):
    data = tmp_path / "dữ liệu"
    keys = {process.communicate(timeout=120)[0] for process in [key_of(data) for _each in range(4)]}
    assert len(keys) == 1
    assert len(keys.pop().strip()) == 96
    assert [each.name for each in data.iterdir() if "secret" in each.name] == ["secret-key"]
    assert stat.S_IMODE((data / "secret-key").stat().st_mode) == 0o600
    assert stat.S_IMODE(data.stat().st_mode) == 0o700


@pytest.fixture
def root(tmp_path, settings):
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.AppDirectoriesFinder"]
    return settings.STATIC_ROOT


def test_static_files_that_were_left_half_copied_are_copied_anew(root):
    collect_static()
    copied = next(each for each in root.rglob("*.css"))
    whole = copied.read_bytes()
    (root / ".whole").unlink()  # killed before the end:
    copied.write_bytes(whole[:10])  # half a file, newer than its source,
    (root / "staticfiles.json").write_text('{"paths": {"a')  # and half a list
    collect_static()
    assert copied.read_bytes() == whole
    assert not (root / "staticfiles.json").exists()
    assert (root / ".whole").exists()


def test_static_files_are_on_the_disk_before_the_mark_says_so(root, monkeypatch):
    synced = set()

    def sync(descriptor):
        assert not (root / ".whole").exists()
        synced.add(str(Path(f"/proc/self/fd/{descriptor}").readlink()))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", sync)
        collect_static()
    below = {str(each) for each in (root, *root.rglob("*")) if each.name != ".whole"}
    assert len(below) > 5
    assert synced == below


def test_static_files_that_are_whole_are_left_alone_until_one_changes(root, tmp_path, settings, monkeypatch):
    source = tmp_path / "own" / "own.css"
    source.parent.mkdir()
    source.write_text("a { color: red }")
    settings.STATICFILES_DIRS = [source.parent]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    collect_static()
    copied = root / "own.css"
    before = copied.stat().st_mtime_ns, copied.stat().st_ino
    with monkeypatch.context() as patch:
        patch.setattr("khcn.config.static.call_command", None)  # which reads and packs every file
        collect_static()
    assert (copied.stat().st_mtime_ns, copied.stat().st_ino) == before
    source.write_text("a { color: blue }")
    os.utime(source, (before[0] / 1e9 + 2,) * 2)  # Django compares whole seconds
    collect_static()
    assert copied.read_text() == "a { color: blue }"
