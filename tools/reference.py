"""The reference folder beside the checkout: domain notes, the report of 2023, corpora. Not part of the repository."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def reference_folder() -> Path:
    """Where the folder is looked for; ``KHCN_SHARED`` names another place."""
    return Path(os.environ.get("KHCN_SHARED", ROOT.parent / "shared"))


def find_reference() -> Path | None:
    """The folder, or None where it is absent, as on any machine but the department's and its developers'."""
    folder = reference_folder()
    return folder if (folder / "domain" / "figures.csv").is_file() else None
