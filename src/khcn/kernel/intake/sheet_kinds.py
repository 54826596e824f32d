"""What the rows of a sheet are: records of a register, or one action that is carried out on records of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.text import capfirst

from khcn.kernel.actions.offered_actions import is_permitted
from khcn.kernel.fields.help_lines import help_of
from khcn.kernel.fields.sections import section_condition
from khcn.kernel.registers.registry import registers
from khcn.kernel.text.language import in_vietnamese
from khcn.kernel.workbooks.workbook_sheet import SheetColumn, name_of_sheet, sheet_columns, sheet_name

if TYPE_CHECKING:
    from khcn.kernel.actions import Action
    from khcn.kernel.actors import Actor
    from khcn.kernel.registers.spec import Register


@dataclass(frozen=True, slots=True)
class SheetKind:
    """One sort of sheet that templates offer and the import reads."""

    register: Register
    action: Action | None = None

    @property
    def key(self) -> str:
        """Stable name, "directives.assignedtask" or "directives.assignedtask:record-result"."""
        return f"{self.register.name}:{self.action.name}" if self.action else self.register.name

    @property
    def title(self) -> str:
        """What officials call it."""
        title = capfirst(str(self.register.title))
        return f"{title}: {self.action.label}" if self.action else title

    @property
    def sheet_name(self) -> str:
        """Name of the sheet in a template. The action comes first: Excel keeps 31 characters only."""
        return _action_sheet_name(self) if self.action else sheet_name(self.register)

    @property
    def names(self) -> tuple[str, ...]:
        """The names by which a sheet is recognised."""
        return self.sheet_name, self.title

    def columns(self) -> list[SheetColumn]:
        """The columns of a record; for an action those that say which record is meant, and its inputs."""
        return sheet_columns(self.register) if self.action is None else _action_columns(self)

    def column_path(self, name: str) -> str:
        """The name under which decisions about a column are stored: "science.sciencetask.host"."""
        is_input = self.action is not None and name not in self.register.natural_key
        return f"{self.key if is_input else self.register.name}.{name}"

    @property
    def day_field(self) -> str:
        """The column that says of which day a row is: the register's, or the first day that the action asks for."""
        if self.action is None:
            return self.register.date_field
        kinds = self.action.kinds()
        return next((name for name, kind in kinds.items() if kind.is_day), "")

    def may_write(self, actor: Actor) -> bool:
        """May the actor enter rows of such a sheet?"""
        if self.action is not None:
            return is_permitted(self.action, self.register, actor)
        return self.register.may("create", actor)


@in_vietnamese
def _action_sheet_name(kind: SheetKind) -> str:
    assert kind.action is not None  # noqa: S101 -- the name of a register's sheet is made elsewhere
    name = name_of_sheet(f"{kind.action.label} - {capfirst(str(kind.register.title))}", whole_words=True)
    return name.rstrip(" -")


def _action_columns(kind: SheetKind) -> list[SheetColumn]:
    """The natural key of the record, as its register's own sheet has it, and the inputs of the action."""
    action = kind.action
    assert action is not None  # noqa: S101 -- called for the sheets of actions only
    key = [each for each in sheet_columns(kind.register) if each.name in kind.register.natural_key]
    kinds = action.kinds()
    inputs = [
        SheetColumn(
            name=name,
            heading=kinds[name].label,
            field=kinds[name].field,
            # What is needed under a condition only, the form asks for where the condition holds.
            required=section.when is None and action.needs(name, kinds[name]),
            help_text=section_condition(kinds, section) or str(help_of(kinds[name].field)),
            kind=kinds[name],
        )
        for section in action.inputs
        for name in section.fields
    ]
    return [*key, *inputs]


def sheet_kinds() -> list[SheetKind]:
    """Every sort of sheet: of all registers, then of the actions that say so."""
    found = [SheetKind(register) for register in registers()]
    return found + [
        SheetKind(register, action)
        for register in registers()
        for action in register.actions
        if action.importable
    ]
