"""Byte code of the tests as pytest stores it, made before several processes of pytest ask for it: else each makes all of it anew.

Where it is there already, this takes half a second. To collect the tests, which stores it too, takes eight to twelve.

As a program: ``python tools/byte_code_of_tests.py``.
"""

from __future__ import annotations

import compileall
from pathlib import Path
from types import SimpleNamespace

from _pytest.assertion import rewrite

TESTS = Path(__file__).resolve().parents[1] / "tests"
STATE = SimpleNamespace(trace=lambda _text: None)


def is_rewritten(path: Path) -> bool:
    """Whether pytest changes the assertions of a file; of others Python itself stores byte code."""
    return path.name == "conftest.py" or path.name.startswith("test_")


def store(path: Path) -> None:
    """Byte code of one file of tests, unless it is there. A file with a slip has none: the run says so."""
    folder = rewrite.get_cache_dir(path)
    stored = folder / (path.stem + rewrite.PYC_TAIL)
    if not rewrite.try_makedirs(folder) or rewrite._read_pyc(path, stored):  # noqa: SLF001 -- pytest has no other way
        return
    try:
        source, code = rewrite._rewrite_test(path, None)  # type: ignore[arg-type]  # noqa: SLF001 -- no option of ours changes it
    except SyntaxError:
        return
    rewrite._write_pyc(STATE, code, source, stored)  # type: ignore[arg-type]  # noqa: SLF001 -- the same


def main() -> None:
    for path in sorted(TESTS.rglob("*.py")):
        if is_rewritten(path):
            store(path)
        else:
            compileall.compile_file(str(path), quiet=2)


if __name__ == "__main__":
    main()
