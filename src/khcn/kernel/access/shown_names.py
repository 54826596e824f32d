"""What an actor is shown in place of a linked record: its name, or the fixed text where its register is closed to them.

For accounts from outside the department the name of a linked record is a fact of their own row (docs/adr/0012).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from khcn.kernel.actors import acting_actor
from khcn.kernel.fields.reference_targets import NO_NAME, is_nameable

if TYPE_CHECKING:
    from django.db.models import Model

    from khcn.kernel.actors import Actor


def shown_record_name(record: Model | None, actor: Actor) -> str:
    """What the actor is shown in place of a linked record: what it is called, or the fixed text; "" where none is linked."""
    if record is None:
        return ""
    return str(record) if is_nameable(type(record), actor) else str(NO_NAME)


def name_to_acting(record: Model | None) -> str:
    """The same for the person who is acting: in refusals and other sentences that go to that person alone."""
    return shown_record_name(record, acting_actor())


def text_to_acting(model: type[Model], text: str) -> str:
    """A text of a record of the model, or the fixed text where the person who is acting is shown no names of such records."""
    return text if is_nameable(model, acting_actor()) else str(NO_NAME)


def name_in_closed_register(value: object) -> str:
    """What stands in place of the name of a linked record of a closed register, if one is linked."""
    return "" if value is None else str(NO_NAME)
