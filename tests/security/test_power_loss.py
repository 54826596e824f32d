"""When the power fails, what was acknowledged is there (quality bar R3): the order in which files and the rows that name them reach
the disk, as the system sees it. The settings are in tests/kernel/test_durability.py; `./khcn drill power-cut` cuts the power.
"""

import contextlib
import json
import shutil
import subprocess
import sys

import psycopg
import pytest

from bench.service import environment
from khcn.config.database_addresses import application_database
from tests.conftest import ROOT, absent
from tests.own_database import postgresql_database
from tests.security.traced_writes import STRACE, calls_of, faults_of, operations_of, steps_of
from tools import postgres

FILE = ["written", "synced", "named", "name synced", "recorded", "committed"]
STEPS = {
    "attachment": FILE,
    "attachment_again": ["name synced", "recorded", "committed"],
    "workbook": FILE,
    "paper": FILE,
    "anchor": ["written", "synced", "name synced"],
    "backup": ["synced", "named", "name synced", "recorded", "committed"],
    "mail": ["written", "synced", "named", "name synced"],
}
OF_POSTGRESQL = ("fsync", "full_page_writes", "synchronous_commit")


def traced(folder, address, operations, *, before=()):
    """The operations, each in a program's own words: its calls and the paths that it made."""
    if shutil.which("strace") is None:
        absent("strace is not installed (Debian: strace)")
    trace = folder / "trace.log"
    env = environment(folder, address) | {"KHCN_BACKUP_FOLDER": str(folder / "backups")}
    command = [
        *STRACE,
        "-o",
        str(trace),
        *before,
        sys.executable,
        "-m",
        "tests.security.durable_program",
        *operations,
    ]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr[-6000:]
    calls = operations_of(calls_of(trace.read_text("utf-8", "replace")))
    return calls, json.loads(done.stdout.splitlines()[-1])


@contextlib.contextmanager
def own_database(engine, folder, put_migrated_database):
    if engine == "sqlite":
        put_migrated_database(folder)
        yield None
        return
    with postgresql_database() as address:
        yield address


@pytest.mark.xdist_group("programs")
@pytest.mark.parametrize(
    ("engine", "names"),
    [("sqlite", tuple(STEPS)), ("postgresql", ("attachment", "attachment_again", "workbook", "paper"))],
)
def test_files_are_on_the_disk_before_the_database_names_them(engine, names, tmp_path, put_migrated_database):
    with own_database(engine, tmp_path, put_migrated_database) as address:
        calls, paths = traced(tmp_path, address, names)
    assert {name: faults_of(calls[name], tmp_path) for name in names} == {name: [] for name in names}
    found = {name: [steps_of(calls[name], each) for each in paths[name]] for name in names}
    assert found == {name: [STEPS[name]] * (2 if name == "paper" else 1) for name in names}


@pytest.mark.xdist_group("programs")
def test_a_program_whose_syncs_do_nothing_is_found_out(tmp_path, put_migrated_database):
    """The negative control: under `eatmydata` the test above would fail."""
    if shutil.which("eatmydata") is None:
        absent("eatmydata is not installed (Debian: eatmydata)")
    put_migrated_database(tmp_path)
    names = ("attachment", "anchor", "backup", "mail")
    calls, paths = traced(tmp_path, None, names, before=["eatmydata"])
    assert [name for name in names if faults_of(calls[name], tmp_path)] == list(names)
    [steps] = [steps_of(calls["attachment"], each) for each in paths["attachment"]]
    assert steps == ["written", "named", "recorded"]


def test_a_connection_does_not_switch_the_durability_of_postgresql_off():
    """What the server is set to counts; `khcn doctor` names a careless one."""
    binaries = postgres.find_binaries()
    if binaries is None:
        absent("PostgreSQL is not installed (Debian: postgresql)")
    with postgres.server(binaries, durable=True) as address:
        options = application_database(address)["OPTIONS"]
        with psycopg.connect(address, **options) as connection:
            found = [connection.execute(f"SHOW {name}").fetchone() for name in OF_POSTGRESQL]
    assert found == [("on",)] * 3


TRACE = """\
7 mkdir("/khcn-mark/begin x", 0777) = -1 ENOENT (No such file or directory)
7 openat(AT_FDCWD</>, "/d/a/.f.1", O_WRONLY|O_CREAT, 0666) = 5</d/a/.f.1>
7 write(5</d/a/.f.1>, "abc", 3) = 3
7 fsync(5</d/a/.f.1> <unfinished ...>
8 write(2</dev/null>, "x", 1) = 1
7 <... fsync resumed>) = 0
7 rename("/d/a/.f.1", "/d/a/f") = 0
7 openat(AT_FDCWD</>, "/d/a", O_RDONLY|O_CLOEXEC) = 5</d/a>
7 fsync(5</d/a>) = 0
7 pwrite64(9</d/khcn.sqlite3-wal>, "\\0\\1stored/f\\0", 4096, 24) = 4096
7 fdatasync(9</d/khcn.sqlite3-wal>) = 0
7 mkdir("/khcn-mark/end x", 0777) = -1 ENOENT (No such file or directory)
"""


def without(part):
    return "".join(line for line in TRACE.splitlines(keepends=True) if part not in line)


def swapped(first, second):
    lines = TRACE.splitlines(keepends=True)
    one, other = (next(place for place, line in enumerate(lines) if part in line) for part in (first, second))
    lines[one], lines[other] = lines[other], lines[one]
    return "".join(lines)


@pytest.mark.parametrize(
    ("trace", "faults", "steps"),
    [
        (TRACE, [], FILE),
        (
            without("fsync(5</d/a/.f.1>").replace("7 <... fsync resumed>) = 0\n", ""),
            ["/d/a/f gets its name before ['/d/a/.f.1'] are on the disk"],
            [each for each in FILE if each != "synced"],
        ),
        (
            without("fsync(5</d/a>"),
            ["the database names ['/d/a/f'] before they are on the disk", "/d/a/f is not on the disk at the end"],
            [each for each in FILE if each != "name synced"],
        ),
        (
            swapped("fsync(5</d/a>", "pwrite64"),
            ["the database names ['/d/a/f'] before they are on the disk"],
            ["written", "synced", "named", "recorded", "name synced", "committed"],
        ),
    ],
    ids=["good", "file not synced", "name not synced", "recorded too early"],
)  # fmt: skip
def test_what_a_trace_says(trace, faults, steps):
    calls = operations_of(calls_of(trace))["x"]
    assert faults_of(calls, "/d") == faults
    assert steps_of(calls, "/d/a/f") == steps
