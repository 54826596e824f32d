"""``./khcn import FILE.xlsx``: the import wizard without a browser."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from khcn.kernel.actors import SYSTEM, Actor
from khcn.kernel.intake import answering, operations
from khcn.kernel.intake.import_plan import (
    Answer,
    AnswerAction,
    ImportPlan,
    ImportProblem,
    IntakeRefused,
    NotReady,
    Question,
    WorkbookRefused,
)
from khcn.kernel.intake.names.name_resolution import BY_NAME
from khcn.kernel.intake.plans.plan_making import make_plan
from khcn.kernel.intake.questions.file_answers import keep_answers
from khcn.kernel.text.fold import fold, name_key

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Sequence
    from datetime import date

_ROUNDS = 5  # an answer may let a row get as far as its next question


class Command(BaseCommand):
    """``./khcn import FILE.xlsx``: shows all problems and questions of a workbook, and writes all of it or nothing."""

    help = (
        "Import an .xlsx workbook: show every problem and question; write all of it, or nothing. "
        "Exit status 1 when nothing was written because of problems or open questions."
    )
    requires_system_checks = ()  # they load every screen; `serve` and `check-system` make them

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the workbook")
        parser.add_argument("--dry-run", action="store_true", help="only look, write nothing")
        parser.add_argument("--format", choices=("text", "json"), default="text")
        parser.add_argument(
            "--user", metavar="USERNAME", help="account to act as; default: the system itself"
        )
        parser.add_argument(
            "--decide",
            action="append",
            default=[],
            metavar="COLUMN=VALUE=>TARGET",
            help='answer a question; TARGET is a name on record, "+" to create it, "-" to skip its rows',
        )
        parser.add_argument(
            "--create-missing",
            action="store_true",
            help="create what is named but not on record, where possible",
        )

        parser.add_argument(
            "--taken-over",
            action="store_true",
            help="new records are history from paper: heads and administrators; steps without papers may be missing",
        )

    def handle(self, **options: Any) -> None:
        path: Path = options["file"]
        try:
            content = path.read_bytes()
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error
        actor = _actor(options["user"])
        with translation.override("vi"):
            result = self._run(content, path.name, actor, options)
            if options["format"] == "json":
                self.stdout.write(orjson.dumps(result, option=orjson.OPT_INDENT_2).decode())
            else:
                self._show(result)
        if not result["written"] and not (options["dry_run"] and result["ready"]):
            sys.exit(1)

    def _run(self, content: bytes, name: str, actor: Actor, options: dict[str, Any]) -> dict[str, Any]:
        on = timezone.localdate()
        try:
            answers, plan = _settle(content, name, actor, on, options)
            if options["dry_run"] or not plan.is_ready or plan.is_empty:
                return _result(plan, written=False)
            # Each step in a transaction of its own, as in a browser: the file is planned between them, and nobody waits for
            # that. A step that is refused leaves the answers, and the file on the page of imports.
            answering.remember_answers(plan=plan, answers=answers, actor=actor, on=on)
            batch = operations.upload(
                content=content, name=name, actor=actor, on=on, taken_over=options["taken_over"]
            )
            of_file = answering.answers_of_file(plan, answers)
            keep_answers(batch=batch, answers=of_file, dropped=(), actor=actor)
            plan = operations.confirm_import(batch=batch, actor=actor, on=on)
            return _result(plan, written=True, batch=batch.pk)
        except WorkbookRefused as refused:
            return _refused(name, refused.problems)
        except NotReady as refused:
            return _result(refused.plan, written=False)
        except IntakeRefused as refused:
            return _refused(name, [ImportProblem(sheet="", message=str(refused), code="refused")])

    def _show(self, result: dict[str, Any]) -> None:
        for problem in result["problems"]:
            place = ", ".join(str(problem[key]) for key in ("sheet", "cell", "column") if problem[key])
            if problem["row"] and not problem["cell"]:
                place = _("%(place)s, dòng %(row)s") % {"place": place, "row": problem["row"]}
            mark = {"error": _("LỖI"), "warning": _("CẢNH BÁO"), "note": _("GHI CHÚ")}[problem["severity"]]
            value = f" [{problem['value']}]" if problem["value"] else ""
            self.stdout.write(f"{mark} {place}{value}: {problem['message']} {problem['remedy']}".rstrip())
        for question in result["questions"]:
            rows = ", ".join(str(row) for row in question["rows"][:10])
            about = {"sheet": question["sheet"], "rows": rows, "text": question["text"]}
            self.stdout.write(_("HỎI %(sheet)s, dòng %(rows)s: %(text)s") % about)
            for option in question["options"]:
                self.stdout.write(f"    - {option['label']}")
        for sheet in result["sheets"]:
            line = _("%(title)s: thêm %(create)s, sửa %(change)s, giữ nguyên %(same)s, bỏ qua %(skip)s")
            self.stdout.write(line % sheet)
        self.stdout.write(result["message"])


def _actor(username: str | None) -> Actor:
    if username is None:
        return SYSTEM
    user = get_user_model()._default_manager.filter(username=username, is_active=True).first()
    if user is None:
        raise CommandError(_("Không có tài khoản “%(name)s” đang hoạt động.") % {"name": username})
    actor: Actor = user.actor_on(timezone.localdate())
    return actor


def _settle(
    content: bytes, name: str, actor: Actor, on: date, options: dict[str, Any]
) -> tuple[dict[str, Answer], ImportPlan]:
    """Plan with the answers given on the command line; an answer may uncover a further question, so ask again."""
    wanted = [_parsed(text) for text in options["decide"]]
    answers: dict[str, Answer] = {}
    plan = make_plan(content, name, actor=actor, on=on, taken_over=options["taken_over"])
    for _round in range(_ROUNDS):
        new = {
            question.key: answer
            for question in plan.questions
            if question.key not in answers
            and (answer := _answer(question, wanted, create=options["create_missing"]))
        }
        if not new:
            break
        answers |= new
        plan = make_plan(content, name, actor=actor, on=on, answers=answers, taken_over=options["taken_over"])
    return answers, plan


def _parsed(text: str) -> tuple[str, str, str]:
    left, arrow, target = text.partition("=>")
    column, equals, value = left.partition("=")
    if not (arrow and equals and target.strip()):
        raise CommandError(_("--decide “%(text)s”: viết theo dạng “cột=giá trị=>đích”.") % {"text": text})
    return fold(column), name_key(value), target.strip()


def _answer(question: Question, wanted: Sequence[tuple[str, str, str]], *, create: bool) -> Answer | None:
    for column, value, target in wanted:
        if (column, value) != (fold(question.heading), question.name_key):
            continue
        if target == "-":
            return Answer(AnswerAction.SKIP)
        if target == "+":
            return Answer(AnswerAction.CREATE)
        for option in question.options:
            if option.action is AnswerAction.USE and name_key(option.label) == name_key(target):
                return Answer(AnswerAction.USE, option.target)
        return Answer(AnswerAction.USE, BY_NAME + target)
    if (
        create
        and not question.of_file
        and any(option.action is AnswerAction.CREATE for option in question.options)
    ):
        return Answer(AnswerAction.CREATE)
    return None


def _result(plan: ImportPlan, *, written: bool, batch: int | None = None) -> dict[str, Any]:
    result = plan.as_json()
    unchanged = plan.is_ready and plan.is_empty
    if written:
        message = _("Đã ghi vào sổ.")
    elif unchanged:
        message = _("Phần được đọc của tệp không có gì khác với sổ; không phải ghi gì.")
    elif plan.is_ready:
        message = _("Tệp ghi được vào sổ; chưa ghi vì chỉ xem trước.")
    else:
        message = _("Không có gì được ghi: còn %(errors)s lỗi và %(questions)s câu hỏi.") % {
            "errors": len(plan.errors),
            "questions": len(plan.questions),
        }
    return {**result, "written": written or unchanged, "batch": batch, "message": message}


def _refused(name: str, problems: Sequence[ImportProblem]) -> dict[str, Any]:
    return {
        "file": name,
        "sha256": "",
        "ready": False,
        "counts": {},
        "problems": [problem.as_json() for problem in problems],
        "questions": [],
        "sheets": [],
        "written": False,
        "batch": None,
        "message": _("Không có gì được ghi."),
    }
