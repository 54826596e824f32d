"""`./khcn sbom [-o FILE] [--all]`: a bill of materials (CycloneDX 1.6, JSON) from the locks. Equal locks give equal bytes.

Without --all it has what an installation has; with it also the tools and tests of development, marked "excluded".
"""

from __future__ import annotations

import argparse
import json
import sys
import tomllib
import uuid
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tools.components import Component, all_components  # noqa: E402  # the root has just been put on the path

NAMESPACE = uuid.UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")  # of addresses, RFC 9562


def component(each: Component) -> dict[str, Any]:
    """One entry. Its sums are of all files that the lock allows: one for each platform, and the source."""
    is_expression = any(word in each.licence for word in (" OR ", " AND ", " WITH "))
    licence = {"expression": each.licence} if is_expression else {"license": {"id": each.licence}}
    return {
        "type": "library",
        "bom-ref": each.address,
        "name": each.name,
        "version": each.version,
        "scope": "required" if each.runtime else "excluded",
        "hashes": [{"alg": algorithm, "content": content} for algorithm, content in each.sums],
        **({"licenses": [licence]} if each.licence else {}),
        "purl": each.address,
    }


def bill(components: list[Component], project: dict[str, Any]) -> dict[str, Any]:
    """The document."""
    own = f"pkg:generic/{project['name']}@{project['version']}"
    by_name = {(each.kind, each.name): each.address for each in components}
    needs: dict[str, set[str]] = {own: set(), **{each.address: set() for each in components}}
    for each in components:
        users = [by_name[each.kind, name] for name in each.needed_by if (each.kind, name) in by_name]
        for user in users or [own]:
            needs[user].add(each.address)
    found = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": own,
                "name": project["name"],
                "version": project["version"],
                "licenses": [{"license": {"id": project["license"]}}],
                "purl": own,
            }
        },
        "components": [component(each) for each in components],
        "dependencies": [{"ref": ref, "dependsOn": sorted(others)} for ref, others in needs.items()],
    }
    return {"serialNumber": uuid.uuid5(NAMESPACE, json.dumps(found, sort_keys=True)).urn, **found}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./khcn sbom", description=__doc__)
    parser.add_argument("-o", "--output", type=Path)
    parser.add_argument("--all", action="store_true")
    given = parser.parse_args(arguments)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    chosen = [each for each in all_components() if given.all or each.runtime]
    text = json.dumps(bill(chosen, project), indent=2, ensure_ascii=False) + "\n"
    if given.output:
        given.output.write_text(text, "utf-8")
        print(f"{len(chosen)} thành phần / components: {given.output}")
    else:
        print(text, end="")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
