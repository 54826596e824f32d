"""Templates are compiled once for all processes of the program, beside the modules that Python has compiled."""

from __future__ import annotations

import hashlib
import pickle
import sys
from contextlib import suppress
from importlib.util import cache_from_source
from pathlib import Path

import jinja2
from jinja2.bccache import Bucket, FileSystemBytecodeCache


class CompiledTemplates(FileSystemBytecodeCache):
    """What a template was compiled to, as long as its text, the environment and Jinja are the same.

    As with modules, nothing is stored where the program may not write, or where PYTHONDONTWRITEBYTECODE is set.
    """

    def __init__(self, environment_file: str) -> None:
        """``environment_file`` is the module whose options templates are compiled under."""
        options = Path(environment_file).read_bytes() + jinja2.__version__.encode()
        version = hashlib.sha256(options).hexdigest()[:16]
        folder = Path(cache_from_source(environment_file)).parent
        super().__init__(str(folder), f"template-{version}-%s.cache")

    def load_bytecode(self, bucket: Bucket) -> None:
        """A file that is damaged is as good as none."""
        try:
            super().load_bytecode(bucket)
        except (EOFError, ValueError, pickle.UnpicklingError):
            bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it, if that is possible."""
        if not sys.dont_write_bytecode:
            with suppress(OSError):
                super().dump_bytecode(bucket)
