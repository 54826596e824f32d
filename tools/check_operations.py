"""Refuse a public operation that nothing but tests calls: a verb of the department that no user's path reaches.

An operation is a public function of a module or package ``operations`` that takes ``actor``. It counts as reached when
its name is used somewhere in the program outside its own definition; an import or a list in ``__all__`` is no use.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def operations(tree: ast.Module) -> list[ast.FunctionDef]:
    """Public functions of one module that take ``actor``."""
    return [
        node
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        and not node.name.startswith("_")
        and "actor" in {each.arg for each in (*node.args.args, *node.args.kwonlyargs)}
    ]


def names_used(tree: ast.AST) -> set[str]:
    """Names that are called or handed on, by themselves or as an attribute of a module."""
    return {
        node.id if isinstance(node, ast.Name) else node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Name | ast.Attribute)
    }


def uses_outside(tree: ast.Module, definition: ast.FunctionDef | None) -> set[str]:
    """The same for all of a module but one definition, so that a function does not count as its own caller."""
    return {name for node in tree.body if node is not definition for name in names_used(node)}


def complaints(root: Path) -> list[str]:
    """Operations without a caller, each with its line."""
    trees = {
        path: ast.parse(path.read_text("utf-8"), filename=str(path))
        for path in sorted((root / "src").rglob("*.py"))
        if "migrations" not in path.parts
    }
    used = {path: names_used(tree) for path, tree in trees.items()}
    found = []
    for path, tree in trees.items():
        if "operations" not in (*path.parts, path.stem):
            continue
        elsewhere = {name for other, names in used.items() if other != path for name in names}
        for node in operations(tree):
            if node.name not in elsewhere and node.name not in uses_outside(tree, node):
                place = path.relative_to(root)
                found.append(f"{place}:{node.lineno}: {node.name} is called by nothing but tests")
    return found


def main() -> int:
    found = complaints(ROOT)
    print("\n".join(found) or "operations: each is reached by the program")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
