"""Refuse what has grown too long: files over 400 lines (tests 500), functions over 60, packages over their own limit.

Migrations are exempt.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("src", "bench", "drill", "tests", "tools")
FILE_LINES = 400
TEST_LINES = 500
FUNCTION_LINES = 60
PACKAGE_LINES = {
    "src/khcn/kernel/registers": 2500
}  # neither empty nor comment; docs/architecture.md, stop rule 2


def check_file(path: Path, root: Path) -> list[str]:
    """Complaints about one Python file, each with place, size and limit."""
    name = path.relative_to(root)
    text = path.read_text(encoding="utf-8")
    limit = TEST_LINES if name.parts[0] == "tests" else FILE_LINES
    lines = len(text.splitlines())
    found = [f"{name}: {lines} lines, {limit} allowed: split it by subject"] if lines > limit else []
    for node in ast.walk(ast.parse(text, filename=str(name))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > FUNCTION_LINES:
                place = f"{name}:{node.lineno}: {node.name}()"
                found.append(f"{place} has {length} lines, {FUNCTION_LINES} allowed")
    return found


def check_packages(root: Path) -> list[str]:
    """Complaints about packages that must stay small, each with its lines and its limit."""
    found = []
    for package, limit in PACKAGE_LINES.items():
        texts = (path.read_text(encoding="utf-8") for path in (root / package).glob("*.py"))
        lines = sum(
            bool(line.strip()) and not line.lstrip().startswith("#")
            for text in texts
            for line in text.splitlines()
        )
        if lines > limit:
            found.append(
                f"{package}: {lines} lines, {limit} allowed: move what is no register's own business"
            )
    return found


def check_tree(root: Path) -> list[str]:
    """Complaints about every Python file of the tree, the launcher included."""
    files = [path for folder in FOLDERS for path in sorted((root / folder).rglob("*.py"))]
    launcher = root / "khcn"
    if launcher.is_file():
        files.append(launcher)
    return [
        complaint
        for path in files
        if not {"migrations", "node_modules"} & set(path.parts)
        for complaint in check_file(path, root)
    ]


def main() -> int:
    complaints = check_tree(ROOT) + check_packages(ROOT)
    print("\n".join(complaints) or "sizes: nothing too long")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
