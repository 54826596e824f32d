"""Refuse a public function of the program that takes ``actor`` and that nothing but tests calls: no user's path reaches it.

A use is a name that leads to this very function: through the imports of the module that uses it, and through the packages
that hand it on. The same bare name of something else is no use of it, an import or a list in ``__all__`` is none, nor is one
inside a function that is itself complained about.
"""

from __future__ import annotations

import ast
import sys
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# A function in a module: ("khcn.parties.operations", "merge"). A module alone has no name: ("khcn.parties", "").
Target = tuple[str, str]
_Function = ast.FunctionDef | ast.AsyncFunctionDef
_Scope = _Function | ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


@dataclass
class Module:
    """One module of the program: what it binds by imports, and which names lead where."""

    name: str
    path: Path
    tree: ast.Module
    is_package: bool
    bound: dict[str, Target] = field(default_factory=dict)
    # By the function of the module in which it stands ("" outside any), what is used.
    used: dict[str, set[Target]] = field(default_factory=dict)


def public_functions_with_actor(tree: ast.Module) -> list[ast.FunctionDef]:
    """Public functions of one module that take ``actor``."""
    return [
        node
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        and not node.name.startswith("_")
        and "actor" in {each.arg for each in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)}
    ]


def imported(node: ast.Import | ast.ImportFrom, module: Module) -> dict[str, Target]:
    """What an import binds."""
    if isinstance(node, ast.Import):
        return {
            each.asname or each.name.partition(".")[0]: (
                each.name if each.asname else each.name.partition(".")[0],
                "",
            )
            for each in node.names
        }
    base = node.module or ""
    if node.level:
        above = module.name.split(".")
        above = above[: len(above) - node.level + module.is_package]
        base = ".".join([*above, *([base] if base else [])])
    return {each.asname or each.name: (base, each.name) for each in node.names}


class Uses(ast.NodeVisitor):
    """Notes what each name of a module leads to; a name that a function binds itself hides the module's."""

    def __init__(self, module: Module) -> None:
        """Begin with what the module binds."""
        self.module = module
        self.scopes: list[dict[str, Target | None]] = []
        self.inside = ""

    def leads_to(self, node: ast.expr) -> Target | None:
        """Where an expression leads, if it is a name or an attribute of a module."""
        if isinstance(node, ast.Attribute):
            base = self.leads_to(node.value)
            return base and (".".join(filter(None, base)), node.attr)
        if not isinstance(node, ast.Name):
            return None
        for scope in reversed(self.scopes):
            if node.id in scope:
                return scope[node.id]
        return self.module.bound.get(node.id)

    def visit_Name(self, node: ast.Name) -> None:
        """A name by itself."""
        self._note(node)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        """A name in a module, or of any other object, whose parts are looked at."""
        self._note(node)
        self.generic_visit(node)

    def _note(self, node: ast.Name | ast.Attribute) -> None:
        if (target := self.leads_to(node)) is not None and not isinstance(node.ctx, ast.Store):
            self.module.used.setdefault(self.inside, set()).add(target)

    def generic_visit(self, node: ast.AST) -> None:
        """Go on, with the names that a scope binds."""
        if not isinstance(node, _Scope):
            super().generic_visit(node)
            return
        self.scopes.append(bound_inside(node, self.module))
        super().generic_visit(node)
        self.scopes.pop()


def bound_inside(scope: _Scope, module: Module) -> dict[str, Target | None]:
    """Names that a function binds, those of its imports with what they lead to."""
    found: dict[str, Target | None] = {}
    if not isinstance(scope, _Function | ast.Lambda):
        stored = [name for part in scope.generators for name in ast.walk(part.target)]
        return {name.id: None for name in stored if isinstance(name, ast.Name)}
    for argument in ast.walk(scope.args):
        if isinstance(argument, ast.arg):
            found[argument.arg] = None
    waiting: list[ast.AST] = list(scope.body) if isinstance(scope.body, list) else [scope.body]
    while waiting:
        node = waiting.pop()
        if isinstance(node, _Function | ast.ClassDef):
            found[node.name] = None
            continue
        if isinstance(node, ast.Import | ast.ImportFrom):
            found |= imported(node, module)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found[node.id] = None
        if not isinstance(node, _Scope):
            waiting.extend(ast.iter_child_nodes(node))
    return found


def read(path: Path, source: Path) -> Module:
    """One module with the names that it binds and uses."""
    parts = path.relative_to(source).with_suffix("").parts
    is_package = parts[-1] == "__init__"
    tree = ast.parse(path.read_text("utf-8"), filename=str(path))
    module = Module(".".join(parts[:-1] if is_package else parts), path, tree, is_package)
    waiting: list[ast.AST] = list(tree.body)
    while waiting:  # imports for type checkers and those that are tried are below an ``if`` or a ``try``
        node = waiting.pop()
        if isinstance(node, ast.Import | ast.ImportFrom):
            module.bound |= imported(node, module)
        elif isinstance(node, _Function | ast.ClassDef):
            module.bound[node.name] = (module.name, node.name)
        else:
            waiting.extend(ast.iter_child_nodes(node))
    uses = Uses(module)
    for statement in tree.body:
        uses.inside = statement.name if isinstance(statement, _Function) else ""
        uses.visit(statement)
    return module


def defined(target: Target, modules: dict[str, Module]) -> Target:
    """Where what is used is defined, past the packages that hand it on."""
    seen = set()
    while target not in seen:
        seen.add(target)
        place, name = target
        if place not in modules:
            break
        target = modules[place].bound.get(name, target)
    return target


def complaints(root: Path) -> list[str]:
    """Functions without a caller, each with its line."""
    source = root / "src"
    read_modules = [
        read(each, source) for each in sorted(source.rglob("*.py")) if "migrations" not in each.parts
    ]
    modules = {each.name: each for each in read_modules}
    used = {
        (module.name, inside): {defined(each, modules) for each in targets}
        for module in read_modules
        for inside, targets in module.used.items()
    }
    waiting = {
        (module.name, node.name): (module, node)
        for module in read_modules
        for node in public_functions_with_actor(module.tree)
    }
    found: dict[Target, str] = {}
    while True:
        reached = {
            target
            for user, targets in used.items()
            if user not in found
            for target in targets
            if target != user
        }
        unreached = waiting.keys() - reached - found.keys()
        if not unreached:
            return sorted(found.values())
        for each in unreached:
            module, node = waiting[each]
            place = module.path.relative_to(root)
            found[each] = f"{place}:{node.lineno}: {node.name} is called by nothing but tests"


def main() -> int:
    found = complaints(ROOT)
    print("\n".join(found) or "operations: each is reached by the program")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
