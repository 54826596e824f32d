"""Refuse an import inside a function unless a comment on its line gives a reason from the closed list below.

    def workbook() -> bytes:
        import xlsxwriter  # local: slow import

A local import is no way around a contract: import-linter counts it like any other.
"""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("src", "bench", "drill", "tools")
REASONS = {
    "slow import": "a heavy library that most processes never need",
    "app registry": "models cannot be imported before Django has loaded its apps (AppConfig.ready, conftest)",
    "settings first": "Django must know its settings before the module is imported",
    "optional dependency": "the library is not installed everywhere",
}
COMMENT = re.compile(r"#\s*local:\s*(?P<reason>[a-z ]+?)\s*(?:#.*)?$")
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def local_imports(tree: ast.AST) -> list[ast.Import | ast.ImportFrom]:
    """Every import statement that stands inside a function, once each, in order."""
    found = {
        node.lineno: node
        for function in ast.walk(tree)
        if isinstance(function, FUNCTIONS)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    return [found[line] for line in sorted(found)]


def check_file(path: Path, root: Path) -> list[str]:
    """Complaints about one Python file, each with its line."""
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    complaints = []
    for node in local_imports(ast.parse(text, filename=str(path))):
        # the comment is on the statement's first or, where it takes several lines, last line
        ends = (lines[node.lineno - 1], lines[(node.end_lineno or node.lineno) - 1])
        given = {match["reason"] for match in map(COMMENT.search, ends) if match}
        if not given & REASONS.keys():
            allowed = ", ".join(f'"# local: {reason}"' for reason in REASONS)
            complaints.append(
                f"{path.relative_to(root)}:{node.lineno}: local import without a reason ({allowed})"
            )
    return complaints


def check_tree(root: Path) -> list[str]:
    """Complaints about the program and the tools; tests may import where they like."""
    files = [path for folder in FOLDERS for path in sorted((root / folder).rglob("*.py"))]
    return [complaint for path in files for complaint in check_file(path, root)]


def main() -> int:
    complaints = check_tree(ROOT)
    print("\n".join(complaints) or "local imports: each has its reason")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
