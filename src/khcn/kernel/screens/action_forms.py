"""The inputs of an action as a form: the same for the dialog, the bulk page and the JSON interface."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar, cast

from khcn.kernel.fields.declared_validators import refused_values
from khcn.kernel.fields.forms import InputForm, form_for
from khcn.kernel.fields.reference_input import RecordField

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from khcn.kernel.actions import Action
    from khcn.kernel.actors import Actor


class ActionForm(InputForm):
    """Inputs of one action. What is needed is asked for only where its section applies."""

    action: ClassVar[Action]

    def clean(self) -> dict[str, Any]:
        """Ask the validators that the fields declare, which no record's ``full_clean`` asks here; and ask for nothing in a section
        of which it is not known whether it applies.
        """
        cleaned = super().clean()
        for name, texts in refused_values(self.kinds, self.cleaned_data).items():
            self.add_error(name, texts)
        for section in self.layout:
            if section.when is not None and section.when[0] not in self.cleaned_data:
                for name in section.fields:
                    self.errors.pop(name, None)
        return cleaned

    def values(self) -> dict[str, Any]:
        """What the operation gets: every input that applies."""
        return {name: self.cleaned_data[name] for name in self.action.shown(self.cleaned_data)}


@lru_cache(maxsize=256)
def action_form(action: Action) -> type[ActionForm]:
    """The form of an action; made once."""
    made = cast(
        "type[ActionForm]",
        form_for(action.inputs, model=action.source, inputs=action.fields, base=ActionForm),
    )
    made.action = action
    for name, kind in made.kinds.items():
        # An action may need what is optional in the model, and have a default where the model needs a value.
        made.base_fields[name].required = action.needs(name, kind)
    return made


def limit_choices(form: ActionForm, record: Any, *, actor: Actor, on: date) -> None:
    """Leave out of the lists what the record is not open to now; what was typed stays, and the rules answer it."""
    if form.action.choices is None:
        return
    for name, wanted in form.action.choices(record, actor=actor, on=on).items():
        field: Any = form.fields[name]
        if isinstance(field, RecordField):
            field.offer(wanted)
            continue
        left = {"", str(form[name].value() or ""), *wanted}
        field.choices = [(value, label) for value, label in field.choices if value in left]


def initial_values(action: Action, record: Any, *, actor: Actor, on: date) -> Mapping[str, Any]:
    """What the dialog begins with."""
    return action.initial(record, actor=actor, on=on) if action.initial else {}


def links_begun_with(action: Action, record: Any, *, actor: Actor, on: date) -> Mapping[str, Any]:
    """What the dialog begins with, where any of it may be a record that the actor may not choose."""
    if not any(kind.target for kind in action.kinds().values()):
        return {}
    return initial_values(action, record, actor=actor, on=on)
