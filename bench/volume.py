"""Twenty years of a busy department in one database: 100,000 tasks and events and more, 1,000,000 rows in all."""

from __future__ import annotations

import json
import random
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db import connection, models, transaction
from django.utils import timezone

from khcn.councils.models import CouncilMeeting
from khcn.kernel.audit.models import ChangeEntry
from khcn.kernel.search.rebuilding import rebuild_entries
from khcn.kernel.text.fold import sort_key
from khcn.parties.models import Organisation, Person
from khcn.reference.models import CodeListItem
from khcn.science.models import (
    ProgressCheck,
    ScienceTask,
    TaskAmendment,
    TaskMilestone,
    TaskProposal,
    TaskWorkshop,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

FIRST_YEAR, YEARS = 2004, 20
TASKS, PROPOSALS, MEETINGS, CHECKS = 30_000, 60_000, 20_000, 40_000
ORGANISATIONS, PERSONS = 5_000, 15_000
ALL_ROWS = 1_000_000
NOUNS = (
    "chè Shan tuyết",
    "dong riềng",
    "nấm Linh chi",
    "vịt bầu",
    "cam sành",
    "ngô sinh khối",
    "bí xanh thơm",
    "gừng",
)
VERBS = (
    "Nghiên cứu phát triển",
    "Xây dựng mô hình",
    "Ứng dụng công nghệ sản xuất",
    "Hoàn thiện quy trình trồng",
)
PATH = ("listed", "awarded", "outline_approved", "contract_signed", "dossier_submitted", "accepted_province")


def build(step: Callable[[str], None]) -> int:
    """Fill an empty, migrated database; returns the number of rows. Same seed, same data."""
    dice = random.Random(20)  # noqa: S311 -- repeatable data, not a secret
    with transaction.atomic():
        items = code_items()
        step("tổ chức, cá nhân")
        insert(Organisation, ({"name": f"Tổ chức {n}", "kind": "enterprise"} for n in range(ORGANISATIONS)))
        insert(Person, ({"full_name": f"Nguyễn Minh Họa {n}"} for n in range(PERSONS)))
        organisations = list(Organisation.objects.values_list("pk", flat=True))
        step("nhiệm vụ, đề xuất")
        insert(ScienceTask, _tasks(dice, items, organisations))
        insert(TaskProposal, _proposals(dice, items, organisations))
        tasks = list(ScienceTask.objects.values_list("pk", "start_year"))
        step("mốc, điều chỉnh, kiểm tra, họp")
        insert(TaskMilestone, _milestones(dice, tasks))
        insert(TaskAmendment, _amendments(dice, tasks))
        insert(ProgressCheck, _checks(dice, tasks))
        insert(TaskWorkshop, _workshops(dice, tasks))
        insert(CouncilMeeting, _meetings(dice))
        step("nhật ký")
        rebuild_entries()
        there = sum(model.objects.count() for model in _COUNTED)
        insert(ChangeEntry, _entries(ALL_ROWS - there))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return sum(model.objects.count() for model in (*_COUNTED, ChangeEntry))


_COUNTED: tuple[Any, ...] = (
    Organisation,
    Person,
    ScienceTask,
    TaskProposal,
    TaskMilestone,
    TaskAmendment,
    ProgressCheck,
    TaskWorkshop,
    CouncilMeeting,
)


def insert(model: type[models.Model], rows: Iterable[dict[str, Any]]) -> None:
    """Plain INSERTs past the change log, which would only double the time of the preparation."""
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    now = timezone.now()
    constant = {"created_at": now, "updated_at": now}
    fallback = {field.attname: constant.get(field.attname, field.get_default()) for field in fields}
    searched = getattr(model, "searched", ())
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    placeholders = ", ".join(["%s"] * len(fields))
    sql = f"INSERT INTO {model._meta.db_table} ({columns}) VALUES ({placeholders})"  # noqa: S608 -- names from our models

    def prepared() -> Iterator[list[Any]]:
        for row in rows:
            values = {**fallback, **row}
            if searched:
                values["sort_key"] = sort_key(str(values.get(searched[0]) or ""))[:400]
            yield [field.get_db_prep_save(values[field.attname], connection) for field in fields]

    with connection.cursor() as cursor:
        cursor.executemany(sql, prepared())  # type: ignore[arg-type]  # an iterator keeps a million rows out of memory


def _day(dice: random.Random, year: int) -> date:
    return date(year, 1, 1) + timedelta(days=dice.randrange(365))


def code_items() -> dict[str, int]:
    lists = {
        "programme": ("rural_mountain", "ip_assets", "new_rural"),
        "field_group": ("agriculture", "engineering", "medical", "social"),
        "acceptance_grade": ("excellent", "good", "passed", "failed"),
    }
    insert(
        CodeListItem,
        (
            {"code_list": name, "code": code, "label": code, "valid_from": date(2000, 1, 1)}
            for name, codes in lists.items()
            for code in codes
        ),
    )
    return dict(CodeListItem.objects.values_list("code", "pk"))


def _title(dice: random.Random, number: int) -> str:
    return f"{dice.choice(VERBS)} {dice.choice(NOUNS)} số {number}"


def _tasks(dice: random.Random, items: dict[str, int], organisations: list[int]) -> Iterator[dict[str, Any]]:
    fields = [items[code] for code in ("agriculture", "engineering", "medical", "social")]
    for number in range(TASKS):
        year = FIRST_YEAR + number * YEARS // TASKS
        provincial = dice.random() < 0.8  # noqa: PLR2004 -- a share
        yield {
            "code": f"NV-{number:06d}",
            "title": _title(dice, number),
            "short_name": f"Nhiệm vụ {number}",
            "task_type": dice.choice(("research_topic", "pilot_project")),
            "level": "province" if provincial else "national",
            "programme_id": None
            if provincial
            else dice.choice([None, items["rural_mountain"], items["ip_assets"]]),
            "managing_side": "province"
            if provincial
            else dice.choice(("delegated", "co_managed", "central")),
            "start_year": year,
            "is_supplementary": dice.random() < 0.1,  # noqa: PLR2004
            "mode": dice.choice(("selection", "direct")),
            "field_group_id": dice.choice(fields),
            "host_id": dice.choice(organisations),
            "planned_start_on": date(year, 3, 1),
            "planned_end_on": date(year + 2, 12, 31),
            "budget_total": dice.randrange(300, 3000) * 1_000_000,
        }


def _proposals(
    dice: random.Random, items: dict[str, int], organisations: list[int]
) -> Iterator[dict[str, Any]]:
    fields = [items[code] for code in ("agriculture", "engineering", "medical", "social")]
    for number in range(PROPOSALS):
        year = FIRST_YEAR + number * YEARS // PROPOSALS
        yield {
            "code": f"DX-{number:06d}",
            "title": _title(dice, number),
            "proposer_id": dice.choice(organisations),
            "for_year": year + 1,
            "field_group_id": dice.choice(fields),
            "received_on": _day(dice, year),
        }


def _milestones(dice: random.Random, tasks: list[tuple[int, int]]) -> Iterator[dict[str, Any]]:
    for pk, year in tasks:
        day = date(year, 1, 5) + timedelta(days=dice.randrange(60))
        for kind in PATH:
            yield {"task_id": pk, "kind": kind, "on": day}
            day += timedelta(
                days=dice.randrange(20, 60) if kind != "contract_signed" else dice.randrange(500, 900)
            )
        for kind in ("registered", "recognised", "settled", "liquidated"):
            day += timedelta(days=dice.randrange(10, 90))
            if dice.random() < 0.9:  # noqa: PLR2004
                yield {"task_id": pk, "kind": kind, "on": day}


def _amendments(dice: random.Random, tasks: list[tuple[int, int]]) -> Iterator[dict[str, Any]]:
    kinds = (
        "extend_duration",
        "extend_submission",
        "change_pi",
        "change_partner",
        "amend_outline",
        "add_site",
    )
    for pk, year in tasks:
        if dice.random() < 0.5:  # noqa: PLR2004
            day = _day(dice, year + 1)
            yield {
                "task_id": pk,
                "kind": dice.choice(kinds),
                "decided_on": day,
                "new_end_on": date(year + 3, 6, 30),
            }


def _checks(dice: random.Random, tasks: list[tuple[int, int]]) -> Iterator[dict[str, Any]]:
    for number in range(CHECKS):
        pk, year = tasks[number % len(tasks)]
        kind = ("periodic", "unscheduled")[number // len(tasks) % 2]
        yield {"task_id": pk, "kind": kind, "checked_on": _day(dice, year + 1)}


def _workshops(dice: random.Random, tasks: list[tuple[int, int]]) -> Iterator[dict[str, Any]]:
    for pk, year in tasks[::3]:
        yield {"task_id": pk, "title": f"Hội thảo {pk}", "held_on": _day(dice, year + 1)}


def _meetings(dice: random.Random) -> Iterator[dict[str, Any]]:
    kinds = ("determination", "supplementary", "selection", "direct_assignment", "acceptance")
    for number in range(MEETINGS):
        year = FIRST_YEAR + number * YEARS // MEETINGS
        yield {
            "code": f"H-{number:06d}",
            "kind": dice.choice(kinds),
            "subject": f"Họp {number}",
            "held_on": _day(dice, year),
            "for_year": year + 1,
        }


def _entries(number: int) -> Iterator[dict[str, Any]]:
    """Log rows as the years leave them: not chained, for nothing here reads the chain."""
    now = timezone.now()
    after = json.dumps({"code": "x", "title": "y"})
    for index in range(number):
        yield {
            "at": now,
            "actor_label": "Hệ thống",
            "batch": "00000000-0000-0000-0000-000000000000",
            "action": "create",
            "model": "science.taskmilestone",
            "object_id": str(index),
            "object_label": f"Mốc {index}",
            "after": {"kind": "registered", "note": after},
            "previous": "",
            "seal": "",
        }
