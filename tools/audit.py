"""`./khcn audit [--all] [--server ADDRESS]`: ask a database of advisories (OSV) for exactly the versions of the locks.

Three ways to end: 0, data were reached and nothing is known; 1, something is known; 2, no data were reached, so that nothing is
known at all. That data were reached is proved by versions that are known to be vulnerable, which are asked for in the same request:
an answer that does not know them says nothing about the others either.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import urllib.error
import urllib.request
from http.client import HTTPException
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tools.components import Component, all_components  # noqa: E402  # the root has just been put on the path

SERVER = "https://api.osv.dev"
KNOWN, NO_DATA = 1, 2
PATIENCE = 30.0  # seconds
# Versions with advisories of long ago: every database that has data knows them.
CONTROLS = ("pkg:pypi/django@4.2.0", "pkg:npm/lodash@4.17.15")
NOTHING_REACHED = """\
KHÔNG KIỂM TRA ĐƯỢC: {why}.
Không có nghĩa là không có lỗ hổng. Chạy lại ở máy nối được tới {server}, hoặc nêu máy chủ khác bằng --server.
NOT AUDITED: no data of advisories were reached. This does not mean that there are no vulnerabilities. Run it where {server} can be
reached, or name another server."""


class NoDataError(Exception):
    """The database was not reached, or does not have what everybody knows."""


def ask(server: str, addresses: list[str]) -> list[list[str]]:
    """Names of the advisories for each package address. Raises :class:`NoDataError`."""
    body = json.dumps({"queries": [{"package": {"purl": each}} for each in addresses]}).encode()
    request = urllib.request.Request(  # noqa: S310 -- the address of the operator
        f"{server}/v1/querybatch", body, {"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310 -- the same
            results: list[dict[str, Any]] = json.load(answer)["results"]
            found = [[str(each["id"]) for each in result.get("vulns", [])] for result in results]
    except (OSError, HTTPException, ValueError, KeyError, TypeError, AttributeError) as fault:
        raise NoDataError(f"{server}: {fault}") from fault
    if len(found) != len(addresses):
        raise NoDataError(
            f"{server}: {len(found)} câu trả lời cho {len(addresses)} câu hỏi / answers for questions"
        )
    return found


def audit(server: str, components: list[Component]) -> dict[Component, list[str]]:
    """What is known about the components. Raises :class:`NoDataError`."""
    controls, *found = _split(ask(server, [*CONTROLS, *(each.address for each in components)]))
    for control, known in zip(CONTROLS, controls, strict=True):
        if not known:
            raise NoDataError(f"{server}: không biết lỗ hổng cũ của / does not know those of {control}")
    return {each: known for each, known in zip(components, found[0], strict=True) if known}


def _split(found: list[list[str]]) -> tuple[list[list[str]], list[list[str]]]:
    return found[: len(CONTROLS)], found[len(CONTROLS) :]


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./khcn audit", description=__doc__)
    parser.add_argument("--all", action="store_true", help="also what only development needs")
    parser.add_argument("--server", default=os.environ.get("KHCN_ADVISORIES", SERVER))
    given = parser.parse_args(arguments)
    chosen = [each for each in all_components() if given.all or each.runtime]
    try:
        known = audit(given.server.rstrip("/"), chosen)
    except NoDataError as fault:
        print(NOTHING_REACHED.format(why=fault, server=given.server))
        return NO_DATA
    for each, names in known.items():
        print(f"{each.name} {each.version}: {', '.join(names)}")
    print(
        f"{len(chosen)} thành phần đã hỏi, {len(known)} có lỗ hổng đã công bố / asked, with known vulnerabilities"
    )
    return KNOWN if known else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
