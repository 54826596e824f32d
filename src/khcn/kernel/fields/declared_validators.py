"""What the validators of model fields say of values that no model's ``full_clean`` looks at: the inputs of an action."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from khcn.kernel.fields.field_kind import FieldKind


def refused_values(kinds: Mapping[str, FieldKind], values: Mapping[str, Any]) -> dict[str, list[str]]:
    """The sentences of the validators that refuse a value, by the name of its field; what is empty is not looked at."""
    found: dict[str, list[str]] = {}
    for name in kinds.keys() & values.keys():
        field = kinds[name].field
        try:  # programs give whole numbers for amounts too
            field.run_validators(values[name] if field.is_relation else field.to_python(values[name]))
        except ValidationError as refused:
            found[name] = refused.messages
    return {name: found[name] for name in kinds if name in found}
