"""Rules that look at the row before, which may be history taken over from paper, whatever that itself lacks."""

import random
from datetime import date, timedelta

import pytest

from khcn.kernel.integrity.running import ask
from khcn.kernel.integrity_rules import rules
from khcn.science.enums import MilestoneKind
from khcn.science.models.events import TARGETS
from khcn.science.operations import record_milestone
from khcn.science.operations.history import history_of
from khcn.science.operations.order import place_in_day, registration_in_force
from khcn.science.queries import replay, steps_of
from tests.factories.base import an_actor
from tests.factories.science import ScienceTaskFactory, TaskAmendmentFactory
from tests.integrity.given import NOW, TODAY, accepted_task, milestones, put, running_task
from tests.integrity.science_seeds import FUTURE_TASK, K

pytestmark = [pytest.mark.django_db, pytest.mark.both]
PAPER = {"taken_over": True}
OUT_OF_ORDER, WITHDRAWAL, REGISTERED_TWICE, AMENDMENT_CHAIN = (
    "science.milestone_out_of_order",
    "science.milestone_withdrawal",
    "science.milestone_registered_twice",
    "science.amendment_chain",
)


def found(name):
    result = ask(rules.find(name), NOW)
    assert result.fault == ""
    return sorted(result.keys)


def recorded(task, kind, day, **given):
    return record_milestone(task=task, kind=kind, reached_on=day, actor=an_actor(), on=TODAY, **given)


def from_paper():
    """A task whose papers tell of the contract, and of nothing before it."""
    task = ScienceTaskFactory(**FUTURE_TASK)
    milestones(task, (K.CONTRACT_SIGNED, date(2022, 3, 1), PAPER))
    return task


def test_the_first_milestones_of_a_task_from_paper_are_in_order():
    task = from_paper()
    recorded(task, K.SUSPENDED, date(2023, 2, 1))
    recorded(task, K.RESUMED, date(2023, 3, 1))
    recorded(task, K.DOSSIER_SUBMITTED, date(2023, 4, 1))
    assert found(OUT_OF_ORDER) == []


def test_after_history_from_paper_a_milestone_that_does_not_follow_is_found():
    task = from_paper()
    wrong = milestones(task, (K.LIQUIDATED, date(2023, 4, 1)), (K.RESUMED, date(2023, 5, 1)))
    milestones(from_paper(), (K.SUSPENDED, date(2023, 1, 1)))
    assert found(OUT_OF_ORDER) == sorted(each.pk for each in wrong)


def test_a_withdrawal_and_the_registration_after_it_are_right():
    task = accepted_task()
    recorded(task, K.REGISTERED, date(2023, 7, 1), number="1")
    recorded(task, K.DEREGISTERED, date(2023, 8, 1), number="12/QĐ")
    assert (found(WITHDRAWAL), found(REGISTERED_TWICE)) == ([], [])
    recorded(task, K.REGISTERED, date(2023, 9, 1), number="2")
    assert (found(WITHDRAWAL), found(REGISTERED_TWICE)) == ([], [])
    again, twice = milestones(
        task,
        (K.REGISTERED, date(2023, 9, 8), {"number": "3"}),
        (K.DEREGISTERED, date(2023, 9, 15)),
        (K.DEREGISTERED, date(2023, 9, 22)),
    )[::2]
    assert (found(WITHDRAWAL), found(REGISTERED_TWICE)) == ([twice.pk], [again.pk])


def test_the_rules_of_order_find_what_the_operations_would_refuse():
    """Of histories written at random, round the program."""
    chosen = random.Random(53)
    kinds = [*TARGETS, K.REGISTERED, K.REGISTERED, K.DEREGISTERED, K.DEREGISTERED]
    expected = {name: [] for name in (OUT_OF_ORDER, WITHDRAWAL, REGISTERED_TWICE)}
    for _number in range(40):
        task = ScienceTaskFactory(**FUTURE_TASK)
        start = date(2022, 1, 1)
        days = {
            (MilestoneKind(chosen.choice(kinds)), start + timedelta(days=chosen.randrange(8)))
            for _ in range(9)
        }
        rows = milestones(
            task, *((kind, day, {"taken_over": chosen.random() < 0.5}) for kind, day in sorted(days))
        )
        keys = {(each.kind, each.on): each.pk for each in rows}
        steps = steps_of(task)
        _state, refused = replay(steps)
        expected[OUT_OF_ORDER] += [keys[each.kind, each.on] for each in refused if not each.taken_over]
        for each in steps:
            before = [one for one in steps if place_in_day(one) < place_in_day(each)]
            is_in_force = registration_in_force(before) is not None
            if each.kind == K.REGISTERED and is_in_force:
                expected[REGISTERED_TWICE].append(keys[each.kind, each.on])
            if each.kind == K.DEREGISTERED and not is_in_force:
                expected[WITHDRAWAL].append(keys[each.kind, each.on])
    assert all(expected.values())
    assert {name: found(name) for name in expected} == {name: sorted(keys) for name, keys in expected.items()}


def extended(task, decided_on, before, after, **values):
    return TaskAmendmentFactory(
        task=task, decided_on=decided_on, old_end_on=before, new_end_on=after, **values
    )


def test_an_amendment_follows_the_one_from_paper_before_it():
    task = running_task()
    ends = [date(2024, month, 28) for month in (6, 7, 8, 9)]
    extended(task, date(2023, 4, 1), ends[0], ends[1])
    extended(task, date(2023, 5, 1), ends[0], ends[2], **PAPER)  # history need not follow itself
    last = extended(task, date(2023, 6, 1), ends[2], ends[3])
    assert found(AMENDMENT_CHAIN) == []
    assert history_of(task).violations() == []
    put(last, old_end_on=ends[1])
    assert found(AMENDMENT_CHAIN) == [last.pk]
    assert len(history_of(task).violations()) == 1
