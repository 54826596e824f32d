"""Check constraints judged in Python agree with the database."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import CheckConstraint, F, Q
from django.db.models.functions import Lower
from hypothesis import given
from hypothesis import strategies as st

from khcn.kernel.intake.checks.constraint_evaluation import NotJudgedError, holds, violated
from khcn.kernel.registers.registry import registers
from khcn.parties.models import OrgUnit, OrgUnitSuccession
from khcn.science.models import ScienceTask

DAYS = [None, date(2023, 1, 1), date(2023, 1, 2)]


@pytest.mark.parametrize("register", registers(), ids=str)
def test_every_constraint_of_the_registers_is_judged_without_a_query(register):
    """A new kind of condition may be slow, not wrong; it should be known here before it is slow."""
    for constraint in register.model._meta.constraints:
        if isinstance(constraint, CheckConstraint):
            assert holds(constraint.condition, register.model()) in {True, False, None}


@pytest.mark.django_db
@pytest.mark.parametrize("start", DAYS)
@pytest.mark.parametrize("end", DAYS)
@pytest.mark.parametrize("total", [None, 1, 2])
@pytest.mark.parametrize("state", [None, 1, 2])
def test_agrees_with_the_database(start, end, total, state):
    task = ScienceTask(
        code="A",
        title="B",
        start_year=2023,
        planned_start_on=start,
        planned_end_on=end,
        budget_total=total,
        budget_state=state,
        created_at="2023-01-01T00:00Z",
        updated_at="2023-01-01T00:00Z",
    )
    try:
        with transaction.atomic():
            task.save_base(raw=True)
            with connection.cursor() as cursor:
                connection.check_constraints()
                del cursor
        stored = True
    except IntegrityError:
        stored = False
    assert (violated(task) == []) is stored


def test_a_reference_to_a_record_without_a_key_is_not_empty():
    old, new = OrgUnit(name="A"), OrgUnit(name="B")
    assert violated(OrgUnitSuccession(kind="rename", predecessor=old, successor=new)) == []
    assert len(violated(OrgUnitSuccession(kind="rename", predecessor=old, successor=None))) == 1
    assert len(violated(OrgUnitSuccession(kind="abolish", predecessor=old, successor=new))) == 1
    assert len(violated(OrgUnitSuccession(kind="rename", predecessor=old, successor=old))) == 1


@given(
    st.sampled_from([None, 1, 2]),
    st.sampled_from([None, 1, 2]),
    st.booleans(),
    st.booleans(),
)
def test_three_valued_logic(total, state, negate_one, negate_all):
    """The textbook: unknown AND false is false, unknown OR true is true, NOT unknown is unknown."""
    task = ScienceTask(budget_total=total, budget_state=state)
    one = Q(budget_total=1)
    one = ~one if negate_one else one
    two = Q(budget_state__gt=F("budget_total"))
    left = None if total is None else (total == 1) is not negate_one
    right = None if total is None or state is None else state > total

    def both(a, b):
        return False if False in (a, b) else None if None in (a, b) else True

    def either(a, b):
        return True if True in (a, b) else None if None in (a, b) else False

    def flip(a):
        return None if a is None else not a

    for condition, expected in ((one & two, both(left, right)), (one | two, either(left, right))):
        assert holds(~condition if negate_all else condition, task) is (
            flip(expected) if negate_all else expected
        )


@pytest.mark.parametrize(
    "condition", [Q(code__regex="^A"), Q(code=Lower("title")), Q(code="A") ^ Q(title="B")]
)
def test_what_only_the_database_understands_is_left_to_it(condition):
    with pytest.raises(NotJudgedError):
        holds(condition, ScienceTask(code="A", title="B"))
