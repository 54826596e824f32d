"""`./khcn acceptance FOLDER [-o FILE.docx]`: what `./khcn test --reports FOLDER` found, by requirement, as a Word file.

``tests/acceptance.toml`` says which test files show which requirement, ``tests/<area>/acceptance.toml`` the requirement that the
tests of an area show and the group to which it belongs. The numbers of the requirements add up to all tests of
the run: a test file that no requirement names is an error. The report names the version, the machine, and the hashes of what
was tested and of the results.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import json
import os
import platform
import subprocess
import sys
import tomllib
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
sys.path.insert(0, str(ROOT / "src"))

from khcn.kernel.documents.model import (  # noqa: E402  # the root has just been put on the path
    Block,
    DocumentColumn,
    Heading,
    OfficialDocument,
    Paragraph,
    Run,
    Runs,
    Table,
)

RUN = "run.json"  # what `run_tests.py` writes beside the results
LOCKS = ("requirements.lock", "requirements-dev.lock", "package-lock.json")


class AcceptanceError(Exception):
    """No report can be made; the text says why."""


@dataclass
class Requirement:
    """One line of the report."""

    code: str
    text: str
    tests: list[str]
    passed: int = 0
    failed: int = 0
    skipped: int = 0

    @property
    def total(self) -> int:
        return self.passed + self.failed + self.skipped


@dataclass
class Group:
    title: str
    requirements: list[Requirement]


@dataclass
class Results:
    """The tests of a run by requirement, and those that did not pass."""

    groups: list[Group]
    not_passed: list[tuple[str, str, str]] = field(default_factory=list)  # test, outcome, reason

    def requirements(self) -> list[Requirement]:
        return [each for group in self.groups for each in group.requirements]

    def requirement_of(self, file: str) -> Requirement:
        """The first that names the test file (``kernel/test_papers.py``)."""
        for each in self.requirements():
            if any(fnmatch(file, pattern) for pattern in each.tests):
                return each
        raise AcceptanceError(f"tests/acceptance.toml: no requirement names tests/{file}")


def read_requirements(folder: Path = ROOT / "tests") -> Results:
    """Groups and requirements without results. Raises `AcceptanceError` for a group that there is not."""
    stored = tomllib.loads((folder / "acceptance.toml").read_text("utf-8"))
    groups = {
        group["title"]: Group(group["title"], [Requirement(**each) for each in group["requirement"]])
        for group in stored["group"]
    }
    for path in sorted(folder.glob("*/acceptance.toml")):
        own = tomllib.loads(path.read_text("utf-8"))
        title = own.pop("group")
        if title not in groups:
            raise AcceptanceError(f"{path}: no group {title!r}")
        groups[title].requirements.append(Requirement(**{"tests": [f"{path.parent.name}/*"], **own}))
    return Results(list(groups.values()))


def read_results(folder: Path) -> Results:
    """All tests of the JUnit reports in a folder."""
    results = read_requirements()
    reports = sorted(folder.glob("*.xml"))
    if not reports:
        raise AcceptanceError(f"{folder}: no results; run ./khcn test --reports {folder} first")
    for report in reports:
        for case in ET.parse(report).getroot().iter("testcase"):  # noqa: S314  # written by our own pytest
            file = _file_of(case)
            requirement = results.requirement_of(file)
            outcome, reason = _outcome(case)
            setattr(requirement, outcome, getattr(requirement, outcome) + 1)
            if outcome != "passed":
                results.not_passed.append((f"{file}::{case.get('name')} ({report.stem})", outcome, reason))
    return results


def _file_of(case: ET.Element) -> str:
    """``tests.kernel.test_papers.TestX`` is ``kernel/test_papers.py``."""
    parts = (case.get("classname") or case.get("name") or "").split(".")
    named = [number for number, part in enumerate(parts) if part.startswith("test_")]
    end = named[0] + 1 if named else len(parts)
    return "/".join(parts[1:end]) + ".py"


def _outcome(case: ET.Element) -> tuple[str, str]:
    for tag, outcome in (("failure", "failed"), ("error", "failed"), ("skipped", "skipped")):
        found = case.find(tag)
        if found is not None:
            return outcome, (found.get("message") or "").partition("\n")[0][:200]
    return "passed", ""


def describe_run() -> dict[str, Any]:
    """What `run_tests.py` notes of the machine and of the version that it tests."""
    return {
        "commit": _printed("git", "rev-parse", "HEAD"),
        "changed": bool(_printed("git", "status", "--porcelain")),
        "commit_date": _printed("git", "log", "-1", "--format=%cI"),
        "python": platform.python_version(),
        "system": f"{_system()}, {platform.machine()}, {os.cpu_count()} CPU",
        "locks": {name: _hash(ROOT / name) for name in LOCKS},
    }


def _printed(*command: str) -> str:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip()


def _system() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except OSError:
        return platform.platform()


def _hash(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def make_document(results: Results, folder: Path, now: dt.datetime) -> OfficialDocument:
    """The report as a document of a state body."""
    noted: dict[str, Any] = json.loads((folder / RUN).read_text("utf-8"))
    blocks = [
        Heading(2, "I.", (Run("Phạm vi và môi trường"),)),
        *(
            Paragraph((Run(f"{name}: "), Run(value, bold=True)), bullet="-")
            for name, value in _environment(noted)
        ),
        Heading(2, "II.", (Run("Kết quả theo yêu cầu"),)),
        Paragraph(
            (
                Run(
                    "Mỗi bài kiểm thử chạy trên dữ liệu thật của cơ sở dữ liệu, trình duyệt và tệp; bài chạy trên cả hai cơ sở dữ liệu "
                    "(SQLite, PostgreSQL) tính hai lần."
                ),
            )
        ),
        *(_table(group) for group in results.groups),
        Paragraph((Run(_total(results), bold=True),)),
        Heading(2, "III.", (Run("Bài không đạt, bài bỏ qua"),)),
        *_not_passed(results),
        Heading(2, "IV.", (Run("Mã băm (tệp: SHA-256)"),)),
        _hashes(noted, folder),
    ]
    return OfficialDocument(
        governing_body="UBND TỈNH …………………",
        issuing_body="SỞ KHOA HỌC VÀ CÔNG NGHỆ",
        symbol="BC-SKHCN",
        place="…………………",
        year=now.year,
        month=now.month,
        subject="Kết quả kiểm thử phần mềm khcn",
        blocks=tuple(blocks),
        closing=(Run("Báo cáo này do phần mềm lập từ kết quả chạy kiểm thử, không sửa tay."),),
        signer_capacity=("NGƯỜI LẬP BÁO CÁO",),
    )


def _environment(noted: dict[str, Any]) -> list[tuple[str, str]]:
    changed = ", có sửa đổi chưa lưu thành phiên bản" if noted["changed"] else ""
    return [
        ("Phiên bản được kiểm thử", f"{noted['commit'][:12]} ({noted['commit_date'][:10]}){changed}"),
        ("Bắt đầu", noted["started"]),
        ("Thời gian chạy", f"{noted['seconds']} giây"),
        ("Máy", noted["system"]),
        ("Python", noted["python"]),
        ("PostgreSQL", noted["postgresql"] or "không có trên máy này"),
        ("Trình duyệt", noted["browser"] or "không có trên máy này"),
        ("Kiểm tra mã nguồn", {0: "đạt", None: "không chạy"}.get(noted["code_checks"], "KHÔNG ĐẠT")),
    ]


def _table(group: Group) -> Table:
    def cells(*texts: str, bold: bool = False) -> tuple[Runs, ...]:
        return tuple((Run(text, bold=bold),) for text in texts)

    counted = [
        (str(each.total), str(each.passed), str(each.failed), str(each.skipped))
        for each in group.requirements
    ]
    return Table(
        columns=(
            DocumentColumn("Mã", 12, "center"),
            DocumentColumn("Yêu cầu", 80),
            DocumentColumn("Số bài", 17, "right"),
            DocumentColumn("Đạt", 17, "right"),
            DocumentColumn("Không đạt", 17, "right"),
            DocumentColumn("Bỏ qua", 17, "right"),
        ),
        rows=tuple(
            cells(each.code, each.text, *numbers, bold=each.failed > 0)
            for each, numbers in zip(group.requirements, counted, strict=True)
        ),
        caption=group.title,
    )


def _total(results: Results) -> str:
    sums = {
        name: sum(getattr(each, name) for each in results.requirements())
        for name in ("total", "passed", "failed", "skipped")
    }
    return "Cộng: {total} bài; đạt {passed}; không đạt {failed}; bỏ qua {skipped}.".format(**sums)


def _not_passed(results: Results) -> list[Block]:
    if not results.not_passed:
        return [Paragraph((Run("Không có."),))]
    words = {"failed": "KHÔNG ĐẠT", "skipped": "bỏ qua"}
    return [
        Paragraph(
            (Run(f"{test}: "), Run(words[outcome], bold=outcome == "failed"), Run(f". {reason}")), bullet="-"
        )
        for test, outcome, reason in results.not_passed
    ]


def _hashes(noted: dict[str, Any], folder: Path) -> Table:
    rows = [("Mã nguồn (git)", noted["commit"]), *sorted(noted["locks"].items())]
    rows += [(f"Kết quả {file.name}", _hash(file)) for file in sorted(folder.glob("*.xml"))]
    return Table(
        columns=(DocumentColumn("Tệp", 50), DocumentColumn("Mã băm", 110)),
        rows=tuple(((Run(name),), (Run(value),)) for name, value in rows),
    )


def main(arguments: list[str]) -> int:
    """Write the report; exit status 1 where it cannot be made."""
    parser = argparse.ArgumentParser(prog="./khcn acceptance", description=__doc__)
    parser.add_argument("folder", type=Path, help="of ./khcn test --reports FOLDER")
    parser.add_argument("-o", "--output", type=Path, default=ROOT / "out" / "bao-cao-kiem-thu.docx")
    given = parser.parse_args(arguments)
    from django.conf import settings  # local: slow import

    settings.configure(USE_I18N=False, LANGUAGE_CODE="vi")
    from khcn.kernel.documents.docx import render_docx  # local: settings first

    try:
        results = read_results(given.folder)
        content = render_docx(make_document(results, given.folder, dt.datetime.now().astimezone()))
    except (AcceptanceError, OSError) as fault:
        print(f"khcn: {fault}", file=sys.stderr)
        return 1
    given.output.parent.mkdir(parents=True, exist_ok=True)
    given.output.write_bytes(content)
    print(f"{_total(results)}\n{given.output}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
