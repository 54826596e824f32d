"""Decisions by the type of a model field stand in khcn.kernel.fields only: elsewhere they are asked of the field's kind.

Found: isinstance, issubclass, `type(…) is` and match patterns against a class of model field or a kind, also by another name of its
module or by a constant of the file; calls of get_internal_type; decisions by how a field's name ends, or by the name of a kind.
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


class _Names:
    """What stands for classes of model field and kinds in one file."""

    def __init__(self, tree: ast.Module) -> None:
        self.classes: set[str] = set()
        self.models: set[str] = set()  # names of Django's module of models
        self.kinds: set[str] = set()  # names of modules of kinds
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module:
                self._note_import(node.module, node.names)
        for node in tree.body:
            target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
            if isinstance(target, ast.Name) and isinstance(value := getattr(node, "value", None), ast.Tuple):
                self.classes |= {target.id} if self.hold_a_field(value) else set()

    def _note_import(self, module: str, names: list[ast.alias]) -> None:
        local = {each.name: each.asname or each.name for each in names}
        if module.startswith("django.db.models"):
            self.classes |= {local[name] for name in local if _is_field(name)}
        elif module.startswith(f"{KINDS}.kinds.") or module == f"{KINDS}.field_kind":
            self.classes |= set(local.values())
        elif module == f"{KINDS}.kinds":
            self.kinds |= set(local.values())
        elif module == "django.db" and "models" in local:
            self.models.add(local["models"])

    def hold_a_field(self, node: ast.AST) -> bool:
        """Is a class of model field, or a kind, among what this names?"""
        return any(self._is_a_field(each) for each in ast.walk(node))

    def _is_a_field(self, node: ast.AST) -> bool:
        match node:
            case ast.Attribute(value=ast.Name(id=owner), attr=attr) if owner in self.kinds:
                return attr[:1].isupper()
            case ast.Attribute(value=ast.Name(id=owner), attr=attr) if owner in self.models:
                return _is_field(attr)
            case ast.Attribute(value=value, attr=attr):
                return _is_field(attr) and _ends_in(value, "models")
            case ast.Name(id=name):
                return name in self.classes
        return False


def _is_field(name: str) -> bool:
    return name.endswith("Field") or name in LINKS or name == "Field"


def _ends_in(node: ast.AST, name: str) -> bool:
    return getattr(node, "id", getattr(node, "attr", "")) == name


def _is_decision(node: ast.AST, names: _Names) -> bool:
    match node:
        case ast.Call(func=ast.Name(id="isinstance" | "issubclass"), args=[_, kinds]):
            return names.hold_a_field(kinds)
        case ast.Call(func=ast.Attribute(attr="get_internal_type")):
            return True
        case ast.Call(func=ast.Attribute(attr="endswith"), args=[ast.Constant(value=str() as ending)]):
            return ending in ENDINGS
        case ast.Compare(left=ast.Call(func=ast.Name(id="type")), comparators=others):
            return any(names.hold_a_field(each) for each in others)
        case ast.MatchClass(cls=cls):
            return names.hold_a_field(cls)
    return False


def _is_by_name(node: ast.AST) -> bool:
    """Is this a comparison with the name of a column's kind?"""
    match node:
        case ast.Compare(left=left, comparators=others):
            sides = [left, *others]
        case ast.Match(subject=subject):
            sides = [subject]
        case _:
            return False
    return any(
        isinstance(each, ast.Attribute) and each.attr == "name" and getattr(each.value, "attr", "") == "kind"
        for each in sides
    )


def check_file(path: Path, root: Path) -> list[str]:
    """Complaints about one file, as lines that an editor can follow."""
    tree = ast.parse(path.read_text("utf-8"))
    names, where = _Names(tree), path.relative_to(root).as_posix()
    found = [node for node in ast.walk(tree) if _is_decision(node, names) or _is_by_name(node)]
    found.sort(key=lambda node: getattr(node, "lineno", 0))
    return [
        f"{where}:{getattr(node, 'lineno', 0)}: decides by the type of a field; ask the field's kind (khcn.kernel.fields)"
        for node in found
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
        "\n".join(complaints) or "field kinds: outside their package nothing decides by the type of a field"
    )
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
