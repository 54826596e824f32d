"""The program of every bounded process: sets the limits, then loads the module that it is told and lets it answer.

Started with ``python -I``, so that neither the environment nor the current folder says what is loaded.
"""

from __future__ import annotations

import contextlib
import resource
import sys
from importlib import import_module
from pathlib import Path

TOO_LARGE = 3  # the exit status that says so


def set_limits(cpu_seconds: int, memory: int) -> None:
    """From here on the system ends this process when it takes too much."""
    for what, most in ((resource.RLIMIT_CPU, cpu_seconds), (resource.RLIMIT_AS, memory)):
        with contextlib.suppress(ValueError, OSError):  # not every system knows every limit
            resource.setrlimit(what, (most, most))
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> None:
    """Standard input to standard output."""
    module, cpu_seconds, memory, longest = sys.argv[1:]
    set_limits(int(cpu_seconds), int(memory))
    sys.path.insert(0, str(Path(__file__).parents[3]))  # the folder that holds this package
    answer = import_module(module).answer(sys.stdin.buffer.read())
    if len(answer) > int(longest):
        sys.exit(TOO_LARGE)
    sys.stdout.buffer.write(answer)


if __name__ == "__main__":
    main()
