"""Decisions by the type of a model field stand in khcn.kernel.fields only: elsewhere they are asked of the field's kind.

Found: isinstance, issubclass, `type(…) is` and match patterns against a class of model field or a kind, calls of
get_internal_type, and decisions by how a field's name ends.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HOME = "src/khcn/kernel/fields"
LINKS = {"ForeignKey", "ForeignObject", "OneToOneRel"}
ENDINGS = {"year", "_year", "_on", "_at", "precision", "_precision"}
KINDS = "khcn.kernel.fields"


def _imported(tree: ast.Module) -> set[str]:
    """Names that this file imports from Django's models or from the kinds of fields."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            if node.module.startswith("django.db.models"):
                found |= {each.asname or each.name for each in node.names if _is_field(each.name)}
            if node.module.startswith(f"{KINDS}.kinds.") or node.module == f"{KINDS}.base":
                found |= {each.asname or each.name for each in node.names}
    return found


def _is_field(name: str) -> bool:
    return name.endswith("Field") or name in LINKS or name == "Field"


def _names_a_field(node: ast.AST, imported: set[str]) -> bool:
    for each in ast.walk(node):
        if isinstance(each, ast.Attribute) and _is_field(each.attr) and _ends_in(each.value, "models"):
            return True
        if isinstance(each, ast.Name) and each.id in imported:
            return True
    return False


def _ends_in(node: ast.AST, name: str) -> bool:
    return getattr(node, "id", getattr(node, "attr", "")) == name


def _is_decision(node: ast.AST, imported: set[str]) -> bool:
    match node:
        case ast.Call(func=ast.Name(id="isinstance" | "issubclass"), args=[_, kinds]):
            return _names_a_field(kinds, imported)
        case ast.Call(func=ast.Attribute(attr="get_internal_type")):
            return True
        case ast.Call(func=ast.Attribute(attr="endswith"), args=[ast.Constant(value=str() as ending)]):
            return ending in ENDINGS
        case ast.Compare(left=ast.Call(func=ast.Name(id="type")), comparators=others):
            return any(_names_a_field(each, imported) for each in others)
        case ast.MatchClass(cls=cls):
            return _names_a_field(cls, imported)
    return False


def check_file(path: Path, root: Path) -> list[str]:
    """Complaints about one file, as lines that an editor can follow."""
    tree = ast.parse(path.read_text("utf-8"))
    imported = _imported(tree)
    return [
        f"{path.relative_to(root)}:{getattr(node, 'lineno', 0)}: "
        "decides by the type of a field; ask the field's kind (khcn.kernel.fields)"
        for node in ast.walk(tree)
        if _is_decision(node, imported)
    ]


def check_tree(root: Path) -> list[str]:
    """Complaints about the program, without the package of the kinds and without migrations."""
    files = [
        path
        for path in sorted((root / "src" / "khcn").rglob("*.py"))
        if not path.is_relative_to(root / HOME) and "migrations" not in path.parts
    ]
    return [complaint for path in files for complaint in check_file(path, root)]


def main() -> int:
    complaints = check_tree(ROOT)
    print(
        "\n".join(complaints) or "field kinds: nothing outside their package decides by the type of a field"
    )
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
