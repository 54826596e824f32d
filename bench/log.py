"""The change log under load: saves of audited records by 64 writers, with the chain and with it switched off."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

from bench.measure import Bar
from bench.service import ROOT
from bench.trace.engines import postgresql

if TYPE_CHECKING:
    from pathlib import Path

WRITERS, EACH, ROUNDS = 64, 20, 5
NAME = "lưu bản ghi, 64 người ghi: có chuỗi nhật ký ÷ không (PostgreSQL)"


def saves(folder: Path) -> Bar:
    """Rate of saves with digests and a sealer beside them, over the rate without either, in alternating rounds."""
    with postgresql(folder) as engine:
        if engine is None:
            return Bar(NAME, None, 0.8, "×", "không có PostgreSQL trên máy này", at_least=True)
        done = subprocess.run(  # noqa: S603 -- ourselves
            [sys.executable, "-m", "bench.log_writers", str(WRITERS), str(EACH), str(ROUNDS)],
            cwd=ROOT,
            env=engine.environment("log"),
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    found = json.loads(done.stdout)
    detail = (
        f"{found['on']:.0f} / {found['off']:.0f} lượt lưu/s; niêm phong hết sau {found['sealed_after']:.1f} s"
    )
    return Bar(NAME, found["ratio"], 0.8, "×", detail, at_least=True)
