"""Records of one name: how each is called where somebody has to choose among them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from khcn.kernel.access.shown_names import shown_record_name
from khcn.kernel.fields.registry import field_kind_of

if TYPE_CHECKING:
    from khcn.kernel.actors import Actor
    from khcn.kernel.registers.spec import Register


def name_among_namesakes(register: Register, record: Any, actor: Actor) -> str:
    """The record's name, and in brackets what the reader may know of that which tells it from others of the name: the rest of its natural key and
    what it is known by. "Ma Thế Khải (Trường Cao đẳng; sinh năm 1975; 0209 000 001)".
    """
    seen = register.seen_by(actor)
    name = str(getattr(record, register.lookup) if register.lookup else record)
    texts = []
    for each in dict.fromkeys((*register.natural_key, *register.known_by)):
        if each in {register.lookup, *seen.hidden, *getattr(register.model, "masked", ())}:
            continue
        field, value = register.model._meta.get_field(each), getattr(record, each)
        if value not in {None, ""}:
            is_link = field.related_model is not None
            texts.append(shown_record_name(value, actor) if is_link else field_kind_of(field).preview(value))
    return f"{name} ({'; '.join(texts)})" if texts else name
