"""What queries say of workflows: a stored word looked up in a fixed table, and the state on a day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import CharField, F, Func, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce

from khcn.kernel.workflow.models import WorkflowStep

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from django.db.models import Field, QuerySet

    from khcn.kernel.workflow import Workflow


class ValueMapping(Func):
    """``CASE column WHEN key THEN value … END``: NULL for words that are not in the table.

    The same as a ``Case`` of many ``When``, which Django resolves and compiles again for every page.
    """

    def __init__(self, column: str, table: Mapping[str, Any], output_field: Field[Any, Any]) -> None:
        """``column`` is an ORM path, ``table`` maps its stored values."""
        super().__init__(column, output_field=output_field)
        self.table = tuple(table.items())

    def as_sql(
        self, compiler: Any, connection: Any, *_args: Any, **_options: Any
    ) -> tuple[str, tuple[Any, ...]]:
        """One arm for each entry."""
        column, parameters = compiler.compile(self.get_source_expressions()[0])
        arms = " ".join(["WHEN %s THEN %s"] * len(self.table))
        return f"CASE {column} {arms} END", (*parameters, *(part for entry in self.table for part in entry))


def state_on(workflow: Workflow, *, on: date) -> Coalesce:
    """The state of each record of a stored workflow on a day: where its last step by then led, else the first state."""
    steps = WorkflowStep.objects.filter(
        workflow=workflow.name, object_id=OuterRef("pk"), effective_on__lte=on
    ).order_by("-pk")
    return Coalesce(
        Subquery(steps.values("target")[:1]), Value(workflow.initial.value), output_field=CharField()
    )


def records_beside_their_steps(workflow: Workflow, records: QuerySet[Any]) -> QuerySet[Any]:
    """Records whose stored state is not where their last step led, else the first state: somebody wrote past the program."""
    steps = WorkflowStep.objects.filter(workflow=workflow.name, object_id=OuterRef("pk")).order_by("-pk")
    reached = Coalesce(
        Subquery(steps.values("target")[:1]), Value(workflow.initial.value), output_field=CharField()
    )
    found: QuerySet[Any] = records.alias(_reached=reached).exclude(state=F("_reached"))
    return found
