"""Copies of the tree, the examples of docs/howto put into them where the pages say, and what the code checks say of a copy."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from docx import Document

from tools.check_code import CHECKS, FIXES

ROOT = Path(__file__).resolve().parents[2]
HOWTO = ROOT / "docs" / "howto"
BIN = Path(sys.executable).parent
PARTS = ("src", "docs", "tools", "bench", "drill")
# byte code stays good, for the copies have the times of their files; what another process is just writing is left out
IGNORED = shutil.ignore_patterns("*.pyc.*", "*.mo", ".hypothesis")
# mypy takes minutes where it knows no file yet, no example adds a component, and only a new register a migration
LEFT_OUT = {"types", "licences", "migrations"}


def copy_tree(folder):
    """The program with its pages and checks. Its tests come later: no check finds more against an example with them, and each reads them."""
    for name in PARTS:
        shutil.copytree(ROOT / name, folder / name, ignore=IGNORED)
    shutil.copy(ROOT / "pyproject.toml", folder)
    known = ROOT / ".import_linter_cache"  # what each file imports, by its time
    if known.exists():
        shutil.copytree(known, folder / known.name)


def copy_tests(folder):
    """Beside what an example has put there, of which no file may be one that is there already."""
    own = {path.relative_to(folder) for path in (folder / "tests").rglob("*.py")}
    assert not [path for path in own if (ROOT / path).exists()]
    shutil.copytree(ROOT / "tests", folder / "tests", ignore=IGNORED, dirs_exist_ok=True)


def run(folder, program, *words):
    environment = {
        **os.environ,
        "PYTHONPATH": str(folder / "src"),
        "KHCN_DATA": str(folder / "var"),
        "KHCN_ALWAYS_TESTED": "cooperation. .evaluationsheet parties.person",
    }
    environment.pop("DATABASE_URL", None)
    return subprocess.run(
        [BIN / program, *words], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def outcomes(folder, *words):
    """Name and outcome of each test of a run in the copy, and what the run printed at its end."""
    report = folder / "var" / "report.xml"
    chosen = ["-q", "-n0", "-p", "no:cacheprovider", f"--junitxml={report}"]
    done = run(folder, "python", "-m", "pytest", *words, *chosen)
    printed = done.stdout[-3000:] + done.stderr[-1000:]
    assert report.exists(), printed
    found = []
    for case in ET.parse(report).getroot().iter("testcase"):
        ends = {each.tag for each in case}
        how = "failed" if ends & {"failure", "error"} else "skipped" if "skipped" in ends else "passed"
        found.append((f"{case.get('classname')}.{case.get('name')}", how))
    report.unlink()
    return found, printed


def blocks_of(page):
    """File to the block that a page puts into it, where each section has one."""
    text = (HOWTO / page).read_text("utf-8")
    found = re.findall(
        r"^## \d\. [^\n]*`(src/[^`]+\.py)`\n.*?```python\n(.*?)```", text, re.DOTALL | re.MULTILINE
    )
    return dict(found)


def put_register(folder):
    """The example of add-a-register.md."""
    for path, block in blocks_of("add-a-register.md").items():
        target = folder / path
        text = target.read_text("utf-8")
        if path.endswith("register.py"):
            text = text.replace("import Council,", "import EvaluationSheet, Council,")
        target.write_text(f"{text}\n\n{block}", "utf-8")
    page = (HOWTO / "add-a-register.md").read_text("utf-8")
    [(path, rows)] = re.findall(
        r"^## \d\. [^\n]*`(src/[^`]+\.toml)`\n+```toml\n(.*?)```", page, re.DOTALL | re.MULTILINE
    )
    with (folder / path).open("a", encoding="utf-8") as known:
        known.write(f"\n{rows}")


def put_area(folder):
    """The example of add-an-area.md, with the lines that it puts into files that are there; its migration is written."""
    text = (HOWTO / "add-an-area.md").read_text("utf-8")
    paragraphs = (
        r"\n\n`([\w/.-]+)`(?:[^\n]+\n)+\n```\w+\n(.*?)```"  # each begins with the file that its block is
    )
    for path, block in re.findall(paragraphs, text, re.DOTALL):
        assert not (folder / path).exists()
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(block, "utf-8")
    (term,), (line,) = (re.findall(rf"```{kind}\n([^\n]*\n)```", text) for kind in ("csv", "text"))
    with (folder / "docs" / "glossary.csv").open("a", encoding="utf-8") as glossary:
        glossary.write(term)
    for path, before, more in (
        ("src/khcn/config/installed_apps.py", '    "khcn.science",\n', line),
        ("pyproject.toml", '"science | directives |', '"cooperation | science | directives |'),
    ):
        known = (folder / path).read_text("utf-8")
        assert known.count(before) == 1
        put = more if before.startswith('"') else more + before
        (folder / path).write_text(known.replace(before, put), "utf-8")
    area = folder / "src" / "khcn" / "cooperation"
    (area / "migrations").mkdir()
    for each in (area, area / "migrations"):
        (each / "__init__.py").touch()
    made = run(folder, "python", "-m", "khcn", "makemigrations", "cooperation")
    assert made.returncode == 0, made.stderr


def put_kind(folder):
    """The example of add-a-field-kind.md."""
    for path, code in blocks_of("add-a-field-kind.md").items():
        assert not (folder / path).exists()
        (folder / path).write_text(code, "utf-8")


def use_kind(folder):
    """In the copy, the telephone number of a person is of the new kind, and a list is filtered by it."""
    model, register = folder / "src/khcn/parties/models/people.py", folder / "src/khcn/parties/register.py"
    text = model.read_text("utf-8").replace("phone = models.CharField(", "phone = PhoneField(")
    imported = "from khcn.kernel.fields.kinds.phone import PhoneField\nfrom khcn.kernel"
    model.write_text(text.replace("from khcn.kernel", imported, 1), "utf-8")
    declared, filtered = '{"organisation": ["exact"]}', '{"organisation": ["exact"], "phone": ["exact"]}'
    text = register.read_text("utf-8")
    assert text.count(declared) == 1
    register.write_text(text.replace(declared, filtered), "utf-8")


def _sections_of_action():
    """The file that each section of add-an-action.md names, and its blocks, each with the line before it."""
    text = (HOWTO / "add-an-action.md").read_text("utf-8")
    for part in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        if blocks := re.findall(r"([^\n]+)\n\n```python\n(.*?)```", part, re.DOTALL):
            yield re.findall(r"`(src/[^`]+\.py)`", part.partition("\n")[0])[0], dict(blocks)


def put_action(folder):
    """The example of add-an-action.md."""
    operation, register = "src/khcn/councils/operations/dissolution.py", "src/khcn/councils/register.py"
    given = dict(_sections_of_action())
    assert sorted(given) == [operation, register]
    assert not (folder / operation).exists()
    (code,) = given[operation].values()
    (folder / operation).write_text(code, "utf-8")
    places = given[register]
    assert list(places) == ["To the imports:", "Above `class Councils`:", "At the end of `class Councils`:"]
    text = (folder / register).read_text("utf-8")
    head, first_import, rest = text.partition("from khcn.councils import")
    above, decorated, body = rest.partition("@register\nclass Councils(")
    own, next_class, others = body.partition("\n\n\n@register\nclass CouncilMembers(")
    parts = (
        *(head, places["To the imports:"], first_import, above, places["Above `class Councils`:"], "\n\n"),
        *(decorated, own, "\n", places["At the end of `class Councils`:"], next_class, others),
    )
    (folder / register).write_text("".join(parts), "utf-8")


def _blocks_of_paper():
    """File to the language and the block that add-a-paper.md puts into it."""
    text = (HOWTO / "add-a-paper.md").read_text("utf-8")
    found = re.findall(r"`(src/[^`]+)`[^\n]*\n.*?\n```(\w+)\n(.*?)```", text, re.DOTALL)
    return {path: (language, block) for path, language, block in found}


def put_paper(folder):
    """The example of add-a-paper.md: its template for the layout of the program, and its declaration."""
    blocks = _blocks_of_paper()
    toml, declaration, package, _word = blocks
    assert [blocks[each][0] for each in blocks] == ["toml", "python", "python", "text"]
    (folder / toml).write_text(blocks[toml][1], "utf-8")
    assert not (folder / declaration).exists()
    (folder / declaration).write_text(blocks[declaration][1], "utf-8")
    known = (folder / package).read_text("utf-8")
    (folder / package).write_text(
        known.replace("\n__all__ = [", f'{blocks[package][1]}\n__all__ = ["CONFIRMATION", '), "utf-8"
    )


def put_paper_of_word(folder):
    """The same paper with the template that the page has made in Word, in the place of the other one."""
    blocks = _blocks_of_paper()
    toml, declaration, _package, word = blocks
    code = (folder / declaration).read_text("utf-8")
    assert code.count('"confirmation.toml"') == 1
    (folder / declaration).write_text(code.replace('"confirmation.toml"', '"confirmation.docx"'), "utf-8")
    (folder / toml).unlink()
    document = Document()
    for line in blocks[word][1].splitlines():
        document.add_paragraph(line)
    document.save(folder / word)


def put_in_order(folder):
    """What `./khcn fmt` does, as the pages say."""
    for _name, command in FIXES:
        run(folder, *command)


def complaints(folder, only=""):
    """What the code checks say against the copy, by check; or one of them."""
    checks = {name: command for name, command in CHECKS if name == only or not (only or name in LEFT_OUT)}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        done = dict(
            zip(checks, pool.map(lambda command: run(folder, *command), checks.values()), strict=True)
        )
    return {name: one.stdout[-3000:] + one.stderr[-1000:] for name, one in done.items() if one.returncode}
