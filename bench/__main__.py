"""Started as ``./khcn bench``, which runs ``python -m bench``."""

from __future__ import annotations

import os
import sys

import django


def main(arguments: list[str]) -> None:
    """Run the command; exits with its status."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "khcn.config.settings")
    django.setup()
    from bench.command import Command  # local: app registry

    Command().run_from_argv(["khcn", "bench", *arguments])


if __name__ == "__main__":
    main(sys.argv[1:])
