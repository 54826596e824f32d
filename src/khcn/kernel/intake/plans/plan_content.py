"""A plan as bytes, so that another process shows what one has made: everything but the rows, and the rows in pages."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import orjson

from khcn.kernel.intake.import_plan import (
    AnswerAction,
    Counts,
    Doubt,
    ImportPlan,
    ImportProblem,
    ImportSeverity,
    LeftOutRow,
    Option,
    PlannedChange,
    Question,
    RowPlan,
    SheetPlan,
    UnreadSheet,
)
from khcn.kernel.intake.sheet_kinds import sheet_kinds

if TYPE_CHECKING:
    from collections.abc import Callable

Rows = Sequence[RowPlan]


def packed(content: object) -> bytes:
    """Dataclasses, enums and plain values as compressed JSON; a lazy text as what it says now."""
    return zlib.compress(orjson.dumps(content, default=str), 6)


def unpacked(content: bytes) -> Any:
    """What :func:`packed` was given, as plain values."""
    return orjson.loads(zlib.decompress(content))


def head_of(plan: ImportPlan) -> dict[str, Any]:
    """Everything of a plan but its rows, of which it has the number."""
    return {
        "name": plan.name,
        "sha256": plan.sha256,
        "questions": plan.questions,
        "settled": plan.settled,
        "problems": plan.problems,
        "unread": plan.unread,
        "doubts": plan.doubts,
        "columns_not_read": plan.columns_not_read,
        "sheets": [
            {
                "sheet": each.sheet,
                "kind": each.kind.key,
                "columns": each.columns,
                "ignored": each.ignored,
                "rows": len(each.rows),
                "counts": each.counts,
                "left_out": each.left_out,
                "layout": each.layout,
                "missing": each.missing,
            }
            for each in plan.sheets
        ],
    }


def plan_from(head: dict[str, Any], rows_of: Callable[[int, int], Rows]) -> ImportPlan:
    """The plan again; ``rows_of`` gives the rows of the sheet at a place, from 0, as a sequence of this length."""
    kinds = {kind.key: kind for kind in sheet_kinds()}
    return ImportPlan(
        name=head["name"],
        sha256=head["sha256"],
        sheets=[
            SheetPlan(
                each["sheet"],
                kinds[each["kind"]],
                tuple(each["columns"]),
                tuple(each["ignored"]),
                rows_of(place, each["rows"]),
                Counts(**each["counts"]),
                [LeftOutRow(**one) for one in each["left_out"]],
                each["layout"],
                tuple((name, heading) for name, heading in each["missing"]),
            )
            for place, each in enumerate(head["sheets"])
        ],
        questions=[_question(each) for each in head["questions"]],
        settled=[_question(each) for each in head["settled"]],
        problems=[
            ImportProblem(**{**each, "severity": ImportSeverity(each["severity"])})
            for each in head["problems"]
        ],
        unread=[UnreadSheet(**each) for each in head["unread"]],
        doubts=[Doubt(**{**each, "facts": _pairs(each["facts"])}) for each in head["doubts"]],
        columns_not_read=head["columns_not_read"],
    )


def rows_from(content: Sequence[dict[str, Any]]) -> Rows:
    """Rows of a plan again."""
    return [
        RowPlan(
            **{
                **each,
                "changes": tuple([PlannedChange(**one) for one in each["changes"]]),
                "effects": tuple(each["effects"]),
                "facts": _pairs(each["facts"]),
                "question": _question(each["question"]) if each["question"] else None,
                "corrected": tuple([PlannedChange(**one) for one in each["corrected"]]),
            }
        )
        for each in content
    ]


def _pairs(content: Sequence[Sequence[str]]) -> tuple[tuple[str, str], ...]:
    return tuple([(heading, text) for heading, text in content])


def _option(content: dict[str, Any]) -> Option:
    return Option(**{**content, "action": AnswerAction(content["action"])})


def _question(content: dict[str, Any]) -> Question:
    return Question(
        **{
            **content,
            "rows": tuple(content["rows"]),
            "options": tuple([_option(each) for each in content["options"]]),
            "answer": _option(content["answer"]) if content["answer"] else None,
            "choices": _pairs(content["choices"]),
        }
    )
