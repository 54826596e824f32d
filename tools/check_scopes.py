"""Refuse code of screens, web and API that reads rows past the scopes of their registers (docs/adr/0012).

There, rows come from ``register.rows(actor, on)``, ``register.visible(actor)`` or ``.visible_to(actor)``.

And refuse, outside ``kernel/access``, code that compares ``actor.role`` itself: who works by a delegation of some registers has
the role of somebody else, and only the predicates (``has_role``) ask what the delegation covers.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
GUARDED = ("kernel/screens", "kernel/api", "web")
MANAGERS = {"_default_manager", "_base_manager"}


def guarded(package: Path) -> list[Path]:
    """Files that answer people and programs: the packages above, and every area's views."""
    files = [path for folder in GUARDED for path in (package / folder).rglob("*.py")]
    files += [path for path in package.rglob("*.py") if path.stem == "views" or path.parent.name == "views"]
    return sorted({path for path in files if "migrations" not in path.parts})


def check_file(path: Path, root: Path) -> list[str]:
    """Complaints about one file."""
    found = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(node, ast.Attribute):
            continue
        is_all = node.attr == "all" and isinstance(node.value, ast.Attribute) and node.value.attr == "objects"
        if node.attr in MANAGERS or is_all:
            what = "objects.all()" if is_all else node.attr
            found.append(f"{path.relative_to(root)}:{node.lineno}: {what} reads rows past their scope")
    return found


def is_role_of_actor(node: ast.expr) -> bool:
    """``actor.role``, ``request.actor.role`` and the like."""
    if not (isinstance(node, ast.Attribute) and node.attr == "role"):
        return False
    owner = node.value
    name = owner.id if isinstance(owner, ast.Name) else owner.attr if isinstance(owner, ast.Attribute) else ""
    return name == "actor"


def check_roles(path: Path, root: Path) -> list[str]:
    """Complaints about comparisons of a role in one file; whether there is one at all may be asked."""
    found = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(node, ast.Compare):
            continue
        sides = [node.left, *node.comparators]
        is_none = any(isinstance(side, ast.Constant) and side.value is None for side in sides)
        if any(is_role_of_actor(side) for side in sides) and not is_none:
            found.append(
                f"{path.relative_to(root)}:{node.lineno}: compares actor.role past the delegation; ask has_role(...)"
            )
    return found


def check_tree(root: Path) -> list[str]:
    """Complaints about the program."""
    package = root / "src" / "khcn"
    rows = [complaint for path in guarded(package) for complaint in check_file(path, root)]
    everything = sorted(
        path for path in package.rglob("*.py") if package / "kernel" / "access" not in path.parents
    )
    return rows + [complaint for path in everything for complaint in check_roles(path, root)]


def main() -> int:
    complaints = check_tree(ROOT)
    print(
        "\n".join(complaints) or "scopes: nothing reads past them, and no role is compared past a delegation"
    )
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
