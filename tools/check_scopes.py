"""Refuse code of screens, web and API that reads rows past the scopes of their registers (docs/adr/0012).

There, rows come from ``register.rows(actor, on)``, ``register.visible(actor)`` or ``.visible_to(actor)``. Found: of models that have
a register every use of ``objects`` and every shortcut that takes the model, but for the reads named below; of all others
``objects.all()`` and the plain managers. Which other rows an answer names to whom is asked by tests/security.

And refuse, outside ``kernel/access``, code that compares ``actor.role`` itself: who works by a delegation of some registers has
the role of somebody else, and only the predicates (``has_role``) ask what the delegation covers.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
GUARDED = ("kernel/screens", "kernel/api", "web")
ANSWERING = ("views", "work", "work_items", "cards", "search_hits", "home_lists")
MANAGERS = {"_default_manager", "_base_manager"}
SHORTCUTS = {"get_object_or_404", "get_list_or_404"}
_DIVISIONS = "code and name of the department's divisions, for staff"
_REGIME = "the windows of a report's regime, for staff who write reports"
# Reads of registers that no scope closes to those who are answered: file below src/khcn, model, why.
NAMED_READS = {
    ("reports/views/access.py", "OrgUnit"): _DIVISIONS,
    ("reports/views/definitions.py", "ReportingRegime"): _REGIME,
    ("reports/views/reports.py", "ReportingRegime"): _REGIME,
    ("trace/views/lineage.py", "TraceParty"): "the GLN of who reported what the viewer may see",
    ("web/decision_forms.py", "OrgUnit"): "what administrators give rights in",
    ("web/late_by_division.py", "OrgUnit"): _DIVISIONS,
    ("web/permissions.py", "OrgUnit"): _DIVISIONS,
    ("web/reporting.py", "RuleParameter"): "two values of the installation; no page shows their rows",
    ("web/views/accounts.py", "OrgUnit"): "what administrators put accounts into",
    ("web/views/work.py", "OrgUnit"): _DIVISIONS,
}


def guarded(package: Path) -> list[Path]:
    """Files that answer people and programs: the packages above, and by their names every module of views (``views``,
    ``grid_views``), of lines for the work list, and of what areas give the home page and the search.
    """
    files = [path for folder in GUARDED for path in (package / folder).rglob("*.py")]
    files += [
        path for path in package.rglob("*.py") if path.parent.name == "views" or path.stem.endswith(ANSWERING)
    ]
    return sorted({path for path in files if "migrations" not in path.parts})


def registered_models(package: Path) -> set[str]:
    """Names of the models of which a class under ``@register`` says that they are its ``model``."""
    texts = (path.read_text("utf-8") for path in package.rglob("*.py") if "migrations" not in path.parts)
    classes = [
        node
        for text in texts
        if "@" in text and "register" in text
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.ClassDef) and any(_last(each) == "register" for each in node.decorator_list)
    ]
    return {
        _last(line.value)
        for each in classes
        for line in each.body
        if isinstance(line, ast.Assign) and _last(line.targets[0]) == "model"
    }


def _last(node: ast.AST) -> str:
    """The last part of a dotted name; "" of anything else."""
    return getattr(node, "id", getattr(node, "attr", ""))


def check_file(path: Path, root: Path, registered: set[str]) -> list[str]:
    """Complaints about one file."""
    tree = ast.parse(path.read_text("utf-8"))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    original = {each.asname or each.name: each.name for node in imports for each in node.names}
    in_package = path.relative_to(root / "src" / "khcn").as_posix()
    scoped = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == "visible_to"
    }
    found, reads = [], set()
    for node in ast.walk(tree):
        what = model = ""
        match node:
            case ast.Attribute(attr="objects", value=value) if id(node) not in scoped:
                model = original.get(_last(value), _last(value))
                what = f"{model}.objects"
            case ast.Call(func=called, args=[asked, *_]) if _last(called) in SHORTCUTS:
                model = original.get(_last(asked), _last(asked))
                what = f"{_last(called)}({model})"
        if model in registered:
            reads.add((in_package, model))
        if model in registered and (in_package, model) not in NAMED_READS:
            found.append((node, what))
        elif isinstance(node, ast.Attribute) and node.attr in MANAGERS:
            found.append((node, node.attr))
        elif isinstance(node, ast.Attribute) and node.attr == "all" and _last(node.value) == "objects":
            found.append((node, "objects.all()"))
    complaints = [
        f"{path.relative_to(root)}:{getattr(node, 'lineno', 0)}: {what} reads rows past their scope"
        for node, what in found
    ]
    return complaints + [
        f"{path.relative_to(root)}:1: no longer reads {model}: take it out of NAMED_READS"
        for where, model in NAMED_READS.keys() - reads
        if where == in_package
    ]


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
    registered = registered_models(package)
    rows = [complaint for path in guarded(package) for complaint in check_file(path, root, registered)]
    everything = sorted(
        path for path in package.rglob("*.py") if package / "kernel" / "access" not in path.parents
    )
    return rows + [complaint for path in everything for complaint in check_roles(path, root)]


def main() -> int:
    complaints = check_tree(ROOT)
    named = f"scopes: but for {len(NAMED_READS)} named reads, screens read no register past its scope"
    print("\n".join(complaints) or f"{named}; no role is compared past a delegation")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
