"""Why is this contract not liquidated? The reasons of 200 generated tasks, compared with what follows from the generated facts alone."""

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db.models import QuerySet

from khcn.kernel.actors import Role
from khcn.kernel.text.numbers import format_money
from khcn.science.operations.liquidation import obstacles
from khcn.science.queries import steps_of
from tests.factories import finance
from tests.factories.base import an_actor
from tests.factories.parties import OrganisationFactory, PersonFactory
from tests.factories.reference import GradeFactory
from tests.factories.science import ScienceTaskFactory, TaskMilestoneFactory

COUNT = 200
SIGNED, LENGTH = date(2020, 3, 1), 1500  # days of a task
ORDER = (
    TaskMilestoneFactory,
    finance.AdvancePaymentFactory,
    finance.AdvanceClearanceFactory,
    finance.PaymentReductionFactory,
    finance.PaymentRecoveryFactory,
    finance.YearSettlementFactory,
    finance.TaskAssetFactory,
)
RESULTS = (
    (),
    ("passed",),
    ("failed",),
    ("failed", "dossier_submitted"),
    ("failed", "dossier_submitted", "passed"),
    ("failed", "dossier_submitted", "failed"),
    ("stopped",),
    ("terminated",),
)


@dataclass
class Facts:
    """What happened to a task: amounts and days, and nothing of how the program stores them."""

    asked_on: date
    milestones: list = field(default_factory=list)  # (name, day), in order
    advances: list = field(default_factory=list)  # (amount, paid on, [(amount, cleared on)])
    reductions: list = field(default_factory=list)  # (amount, decided on, [(amount, recovered on)])
    settlements: list = field(default_factory=list)  # (year, submitted on, approved on, returned on)
    assets: list = field(default_factory=list)  # (name, recorded on, handed over on)


def generated(seed):
    chance = random.Random(seed)

    def some_day(after=SIGNED):
        return after + timedelta(days=chance.randint(1, LENGTH // 3))

    def parts(amount, after):
        """Some of an amount, or all of it, in parts on later days."""
        left, found = amount, []
        for _each in range(chance.randint(0, 3)):
            part = chance.choice((left, chance.randint(1, amount)))
            if part <= left and part:
                found.append((part, some_day(after)))
                left -= part
        return found

    facts = Facts(
        asked_on=SIGNED + timedelta(days=chance.choice((chance.randint(LENGTH // 3, LENGTH), LENGTH)))
    )
    names = ["contract_signed", *chance.choice((*RESULTS, ("passed",)))]
    if names[-1] == "passed":
        names += chance.choice(
            (
                (),
                ("registered",),
                ("registered", "deregistered"),
                ("registered", "deregistered", "registered"),
            )
        )
    if names[-1] not in {"failed", "dossier_submitted"}:
        names += [each for each in ("settled", "assets_handled") if chance.random() < 0.7]
    days = sorted(chance.sample(range(1, LENGTH), len(names) - 1))
    facts.milestones = [(names[0], SIGNED)] + [
        (name, SIGNED + timedelta(days=day)) for name, day in zip(names[1:], days, strict=True)
    ]
    for _each in range(chance.choice((0, 0, 1, 2))):
        amount, paid_on = chance.randint(1, 900) * 1_000_000, some_day()
        facts.advances.append((amount, paid_on, parts(amount, paid_on)))
    for _each in range(chance.choice((0, 0, 1, 2))):
        amount, decided_on = chance.randint(1, 90) * 100_000, some_day()
        facts.reductions.append((amount, decided_on, parts(amount, decided_on)))
    for year in chance.sample(range(2020, 2024), chance.choice((0, 0, 1, 2, 3))):
        submitted_on = some_day()
        end = chance.choice(
            ((None, None), *2 * ((some_day(submitted_on), None), (None, some_day(submitted_on))))
        )
        facts.settlements.append((year, submitted_on, *end))
    for number in range(chance.choice((0, 0, 1, 2))):
        recorded_on = some_day()
        handed_over_on = chance.choice((None, *2 * (some_day(recorded_on),)))
        facts.assets.append((f"Tài sản {number}", recorded_on, handed_over_on))
    return facts


def is_by(day, on):
    return day is not None and day <= on


def left_of(amounts, on):
    """What is left on a day of amounts that had begun by then."""
    return sum(
        amount - sum(part for part, day in parts if day <= on)
        for amount, begun_on, parts in amounts
        if begun_on <= on
    )


def expected(facts):
    """By the facts alone, in the words of the page."""
    on = facts.asked_on
    names = [name for name, day in facts.milestones if day <= on]
    accepted = [each for each in names if each in {"passed", "failed", "dossier_submitted"}]
    if not {"stopped", "terminated"} & set(names):
        if not accepted or accepted[-1] == "dossier_submitted":
            yield "Chưa nghiệm thu."
        elif accepted[-1] == "passed" and names.count("registered") == names.count("deregistered"):
            yield "Chưa đăng ký kết quả thực hiện nhiệm vụ."
    if "settled" not in names:
        yield "Chưa quyết toán kinh phí."
    if outside := left_of(facts.advances, on):
        yield f"Tạm ứng chưa thanh toán hết: {format_money(outside)}."
    if missing := left_of(facts.reductions, on):
        yield f"Giảm trừ, thu hồi chưa nộp: {format_money(missing)}."
    waiting = sorted(
        year
        for year, submitted_on, approved_on, returned_on in facts.settlements
        if submitted_on <= on and not is_by(approved_on, on) and not is_by(returned_on, on)
    )
    if waiting:
        yield f"Hồ sơ quyết toán chưa phê duyệt: năm {', '.join(map(str, waiting))}."
    recorded = [(name, is_by(over_on, on)) for name, day, over_on in facts.assets if day <= on]
    if open_ones := [name for name, is_over in recorded if not is_over]:
        yield f"Tài sản chưa xử lý xong: {'; '.join(open_ones)}."
    elif not recorded and "assets_handled" not in names:
        yield (
            "Chưa ghi tài sản của nhiệm vụ. Không có tài sản phải xử lý thì ghi mốc “Xử lý tài sản”, nêu ở ghi chú."
        )


class Rows:
    """Rows in the order in which they are stored: each model's at once, without the log that a saved record gets."""

    def __init__(self):
        self.of_models = {}

    def add(self, factory, **values):
        row = factory.build(**values)
        self.of_models.setdefault(type(row), []).append(row)
        return row

    def store(self):
        for model, rows in self.of_models.items():
            for row in rows:
                row.created_at = row.updated_at = datetime(2025, 1, 1, tzinfo=UTC)
                for each in model._meta.concrete_fields:
                    if each.is_relation and (other := getattr(row, each.name)) is not None:
                        setattr(row, each.name, other)  # it has a key by now
            QuerySet(model).bulk_create(rows)


def add_rows(rows, facts, grades, **of_task):
    task = rows.add(ScienceTaskFactory, **of_task)
    of_models = rows.of_models
    for factory in ORDER:
        of_models.setdefault(factory._meta.model, [])
    for name, day in facts.milestones:
        grade = grades.get(name)
        kind = "accepted_province" if grade else name
        rows.add(TaskMilestoneFactory, task=task, kind=kind, on=day, grade=grade)
    for amount, paid_on, parts in facts.advances:
        advance = rows.add(finance.AdvancePaymentFactory, task=task, amount=amount, paid_on=paid_on)
        for part, day in parts:
            rows.add(finance.AdvanceClearanceFactory, advance=advance, amount=part, cleared_on=day)
    for amount, decided_on, parts in facts.reductions:
        reduction = rows.add(finance.PaymentReductionFactory, task=task, amount=amount, decided_on=decided_on)
        for part, day in parts:
            rows.add(finance.PaymentRecoveryFactory, reduction=reduction, amount=part, recovered_on=day)
    for year, submitted_on, approved_on, returned_on in facts.settlements:
        rows.add(
            finance.YearSettlementFactory,
            task=task,
            year=year,
            submitted_on=submitted_on,
            approved_on=approved_on,
            returned_on=returned_on,
            state="approved" if approved_on else "returned" if returned_on else "submitted",
        )
    for name, recorded_on, over_on in facts.assets:
        rows.add(
            finance.TaskAssetFactory,
            task=task,
            name=name,
            recorded_on=recorded_on,
            decided_on=over_on,
            handed_over_on=over_on,
        )
    return task


@pytest.mark.once  # 200 tasks are many rows
@pytest.mark.django_db
def test_the_reasons_are_those_of_the_facts():
    grades = {"passed": GradeFactory(code="passed"), "failed": GradeFactory(code="failed", fails=True)}
    reader = an_actor(Role.LEADER)
    alike = {"host": OrganisationFactory(), "principal_investigator": PersonFactory()}
    seen = Counter()
    rows, all_facts = Rows(), [generated(seed) for seed in range(COUNT)]
    tasks = [add_rows(rows, facts, grades, **alike) for facts in all_facts]
    rows.store()
    for facts, task in zip(all_facts, tasks, strict=True):
        wanted = list(expected(facts))
        found = [each.text for each in obstacles(task, steps_of(task), actor=reader, on=facts.asked_on)]
        assert found == wanted, facts
        seen.update(each.partition(":")[0] for each in wanted)
        seen["nothing"] += not wanted
    assert len(seen) == 8 + 1
    assert min(seen.values()) >= 3
