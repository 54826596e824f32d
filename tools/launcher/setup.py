"""Make `.venv` and `node_modules` from the locks, once; afterwards only compare stamps.

Needs nothing but a Python: the virtual environment is made without ensurepip (Debian leaves it out), and pip comes
from the wheel in tools/bootstrap. Everything installed is checked by hash.
"""

from __future__ import annotations

import contextlib
import fcntl
import glob
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from typing import Any, Callable, Dict, Iterator, List, Optional, Tuple

Stamp = Dict[str, Any]
MakeStamp = Callable[[str, str], Stamp]

FLOOR = (3, 11)
CANDIDATES = ("python3.14", "python3.13", "python3.12", "python3.11", "python3", "/usr/bin/python3")
# what a candidate must be able to do; a Python built without one of these is passed over
PROBE = (
    "import sys, venv, ssl, zlib, sqlite3, ctypes, json;"
    "print(json.dumps([list(sys.version_info[:3]), sys.executable]))"
)
# settings of the calling shell that would make pip or Python look elsewhere
UNSET = (
    "PYTHONHOME",
    "PYTHONPATH",
    "VIRTUAL_ENV",
    "PIP_USER",
    "PIP_TARGET",
    "PIP_PREFIX",
    "PIP_REQUIRE_VIRTUALENV",
)
LOCKS = {"run": "requirements.lock", "dev": "requirements-dev.lock"}


class SetupError(Exception):
    """Set-up cannot go on; the text says what happened and what to do."""


def environment(root: str) -> Dict[str, str]:
    """Environment for the program: our packages first, our Python and Node first on PATH."""
    env = {name: value for name, value in os.environ.items() if name not in UNSET}
    env["VIRTUAL_ENV"] = os.path.join(root, ".venv")
    env["PATH"] = os.path.join(root, ".venv", "bin") + os.pathsep + env.get("PATH", os.defpath)
    env["PYTHONPATH"] = os.path.join(root, "src")
    return env


# ------------------------------------------------------------------------------------------ stamps


def _read_json(path: str) -> Optional[Stamp]:
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    except (OSError, ValueError):
        return None


def _write_json(path: str, value: Stamp) -> None:
    with open(path + ".new", "w", encoding="utf-8") as file:
        json.dump(value, file)
    os.replace(path + ".new", path)


def _digest(root: str, *names: str) -> str:
    digest = hashlib.sha256()
    for name in names:
        with open(os.path.join(root, name), "rb") as file:
            digest.update(file.read() + b"\0")
    return digest.hexdigest()


def python_stamp(root: str, level: str) -> Stamp:
    """What `.venv` must have been made from; another place, interpreter or lock makes it stale."""
    venv = os.path.join(root, ".venv")
    interpreter = os.path.realpath(os.path.join(venv, "bin", "python"))
    return {
        "level": level,
        "venv": venv,
        "interpreter": interpreter if os.access(interpreter, os.X_OK) else None,
        "lock": _digest(root, LOCKS[level]),
    }


def node_stamp(root: str, level: str) -> Stamp:
    """What `node_modules` must have been made from."""
    return {"level": level, "lock": _digest(root, "package.json", "package-lock.json")}


def _stamp_files(root: str) -> Tuple[str, str]:
    return os.path.join(root, ".venv", "khcn-stamp.json"), os.path.join(
        root, "node_modules", ".khcn-stamp.json"
    )


def _is_current(found: Optional[Stamp], make_stamp: MakeStamp, root: str, level: str) -> bool:
    """Whether a stamp is that of the level asked for; what was set up for development also serves to run."""
    levels = ("dev",) if level == "dev" else ("run", "dev")
    made_for = (found or {}).get("level")
    # a release has no lock of development: only that of the level that was set up is read
    return made_for in levels and found == make_stamp(root, str(made_for))


def stale_messages(root: str) -> List[str]:
    """Message catalogues (.po) whose compiled form (.mo) is missing or older."""
    stale: List[str] = []
    places = (("locale",), ("*", "locale"))  # what is no area's alone, and that of each area
    patterns = [os.path.join(root, "src", "khcn", *place, "*", "LC_MESSAGES", "*.po") for place in places]
    for source in [source for pattern in patterns for source in glob.glob(pattern)]:
        compiled = source[:-2] + "mo"
        if not os.path.exists(compiled) or os.path.getmtime(compiled) < os.path.getmtime(source):
            stale.append(source)
    return stale


# ------------------------------------------------------------------------------------------- steps


def probe(candidate: str) -> Optional[Tuple[Tuple[int, ...], str]]:
    """(version, path) of a candidate that really runs with all it needs, or None."""
    try:
        done = subprocess.run(
            [candidate, "-c", PROBE],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
            timeout=30,
            check=True,
            env={name: value for name, value in os.environ.items() if name not in UNSET},
        )
        version, path = json.loads(done.stdout.decode("utf-8"))
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    return tuple(version), path


def choose_interpreter(root: str) -> str:
    """Path of the newest Python that runs; KHCN_PYTHON names one outright."""
    requested = os.environ.get("KHCN_PYTHON")
    found: Dict[Tuple[int, ...], str] = {}
    for candidate in [requested] if requested else CANDIDATES:
        answer = probe(candidate)
        # never an interpreter inside the environment that is about to be replaced
        if answer and not answer[1].startswith(os.path.join(root, ".venv") + os.sep):
            found.setdefault(answer[0], answer[1])
    usable = [version for version in found if version[:2] >= FLOOR]
    if usable:
        return found[max(usable)]
    seen = ", ".join(".".join(map(str, version)) for version in sorted(found)) or "không có / none"
    raise SetupError(
        "cần Python 3.11 trở lên có venv và sqlite3; trên máy này có: {0}. Hãy cài python3 mới hơn rồi chạy lại.\n"
        "      Python 3.11 or newer with venv and sqlite3 is needed; found: {0}.".format(seen)
    )


class Steps:
    """Runs the steps one after another, with a line for each and a log for when one fails."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.log = os.path.join(root, ".khcn", "setup.log")
        self.todo: List[Tuple[str, Callable[[], None]]] = []

    def add(self, title: str, action: Callable[[], None]) -> None:
        self.todo.append((title, action))

    def run(self) -> None:
        total = len(self.todo)
        open(self.log, "wb").close()  # the log is of the last set-up only
        for number, (title, action) in enumerate(self.todo, 1):
            sys.stderr.write("[{}/{}] {} … ".format(number, total, title))
            sys.stderr.flush()
            started = time.monotonic()
            action()
            sys.stderr.write("xong {:.1f} s\n".format(time.monotonic() - started).replace(".", ","))

    def call(self, command: List[str], what: str) -> None:
        """Run a command quietly; when it fails, say what, show the end of its output and where the rest is."""
        with open(self.log, "ab") as log:
            log.write(("\n$ " + " ".join(command) + "\n").encode("utf-8"))
            log.flush()
            start = log.tell()
            done = subprocess.run(
                command,
                cwd=self.root,
                env=environment(self.root),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                check=False,
            )
        if done.returncode == 0:
            return
        with open(self.log, "rb") as log:
            log.seek(start)
            tail = log.read().decode("utf-8", "replace").splitlines()[-15:]
        raise SetupError(
            "{} không xong (mã {}). Hãy xem có nối được tới kho gói không, rồi chạy lại; lần sau sẽ làm tiếp.\n"
            "      This step failed; check the way to the package registry and run again. Log: {}\n\n{}".format(
                what, done.returncode, os.path.relpath(self.log, self.root), "\n".join(tail)
            )
        )


def create_venv(root: str, steps: Steps, interpreter: str) -> None:
    """Make an empty environment, unless a working one of at least the floor is there."""
    venv = os.path.join(root, ".venv")
    answer = probe(os.path.join(venv, "bin", "python"))
    configuration = os.path.join(venv, "pyvenv.cfg")
    requested = os.environ.get("KHCN_PYTHON")
    if answer and answer[0][:2] >= FLOOR and os.path.exists(configuration) and not requested:
        return
    shutil.rmtree(venv, ignore_errors=True)
    steps.call([interpreter, "-m", "venv", "--without-pip", venv], "Tạo môi trường Python")


def _pip(root: str) -> List[str]:
    wheels = sorted(glob.glob(os.path.join(root, "tools", "bootstrap", "pip-*.whl")))
    python = os.path.join(root, ".venv", "bin", "python")
    return [python, os.path.join(wheels[-1], "pip"), "--disable-pip-version-check", "--no-input"]


def _locked_uv(lock_text: str) -> str:
    """The lines of the lock that pin uv, with its hashes."""
    found = re.search(r"^uv==.*(?:\n[ \t]+.*)*", lock_text, re.MULTILINE)
    if not found:
        raise SetupError("requirements.lock không ghi uv; hãy chạy tools/lock.py / the lock does not pin uv.")
    return found.group(0) + "\n"


def install_python(root: str, steps: Steps, level: str) -> None:
    """Bring `.venv` to exactly what the lock says: by uv, and by pip where uv cannot."""
    lock = os.path.join(root, LOCKS[level])
    with open(lock, encoding="utf-8") as file:
        pinned = _locked_uv(file.read())
    only_uv = os.path.join(root, ".khcn", "uv.lock.txt")
    with open(only_uv, "w", encoding="utf-8") as file:
        file.write(pinned)
    python = os.path.join(root, ".venv", "bin", "python")
    try:
        steps.call([*_pip(root), "install", "--require-hashes", "--no-deps", "-r", only_uv], "Cài uv")
        uv = [os.path.join(root, ".venv", "bin", "uv"), "pip", "sync", "--python", python, "--require-hashes"]
        steps.call([*uv, lock], "Cài thư viện bằng uv")
    except SetupError:
        sys.stderr.write("uv không chạy được, dùng pip / falling back to pip … ")
        sys.stderr.flush()
        steps.call([*_pip(root), "install", "--require-hashes", "-r", lock], "Cài thư viện Python")


def install_node(root: str, steps: Steps, level: str) -> None:
    """Bring `node_modules` to exactly what package-lock.json says; no package's script is run."""
    npm = [os.path.join(root, ".venv", "bin", "npm"), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    steps.call(npm + ([] if level == "dev" else ["--omit=dev"]), "Tải thư viện giao diện")


def compile_messages(root: str, steps: Steps) -> None:
    """Compile the message catalogues with Babel; gettext need not be installed."""
    pybabel = os.path.join(root, ".venv", "bin", "pybabel")
    for source in stale_messages(root):
        steps.call([pybabel, "compile", "-i", source, "-o", source[:-2] + "mo"], "Dịch thông báo")


# ------------------------------------------------------------------------------------------ set-up


@contextlib.contextmanager
def only_one(root: str) -> Iterator[None]:
    """Hold the set-up of this checkout; wait, and say so, while another process holds it."""
    os.makedirs(os.path.join(root, ".khcn"), exist_ok=True)
    with open(os.path.join(root, ".khcn", "setup.lock"), "w", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            sys.stderr.write(
                "Một lần cài đặt khác đang chạy, đang chờ / another set-up is running, waiting …\n"
            )
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def pending(root: str, level: str) -> List[str]:
    """Which of "python", "node" and "messages" are missing or stale."""
    python_file, node_file = _stamp_files(root)
    missing = []
    if not _is_current(_read_json(python_file), python_stamp, root, level):
        missing.append("python")
    if not _is_current(_read_json(node_file), node_stamp, root, level):
        missing.append("node")
    if stale_messages(root):
        missing.append("messages")
    return missing


def _keep_level(found: Optional[Stamp], level: str) -> str:
    """A set-up for development is not thrown away because a run-time word happened to find it stale."""
    return "dev" if found and found.get("level") == "dev" else level


def ensure(root: str, level: str) -> None:
    """Set up what LEVEL ("run" or "dev") needs; returns at once when nothing is stale.

    Raises SetupError with a text for people when it cannot.
    """
    if not pending(root, level):
        return
    with only_one(root):
        missing = pending(root, level)  # the process waited for may have done it
        steps = Steps(root)
        python_file, node_file = _stamp_files(root)
        if "python" in missing:
            wanted = _keep_level(_read_json(python_file), level)
            interpreter = choose_interpreter(root)

            def finish_python() -> None:
                install_python(root, steps, wanted)
                _write_json(python_file, python_stamp(root, wanted))

            steps.add("Môi trường Python / environment", lambda: create_venv(root, steps, interpreter))
            steps.add("Thư viện Python / Python packages", finish_python)
        if "node" in missing:
            wanted_node = _keep_level(_read_json(node_file), level)

            def finish_node() -> None:
                install_node(root, steps, wanted_node)
                _write_json(node_file, node_stamp(root, wanted_node))

            steps.add("Thư viện giao diện / browser assets", finish_node)
        if "messages" in missing:
            steps.add("Bản dịch / message catalogues", lambda: compile_messages(root, steps))
        if missing:
            steps.run()
