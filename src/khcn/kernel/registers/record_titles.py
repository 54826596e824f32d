"""What a record is called on pages and in messages, also where names of linked records are not shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol

from django.utils.text import capfirst
from django.utils.translation import gettext

from khcn.kernel.fields.reference_targets import named_with

if TYPE_CHECKING:
    from django.db.models import Model
    from django_stubs_ext import StrOrPromise


class TitledRegister(Protocol):
    """The part of a register that says what its records are called."""

    @property
    def singular(self) -> StrOrPromise: ...

    @property
    def closed(self) -> frozenset[type[Model]]: ...


LONGEST: Final = 120  # characters of a name in a message


def numbered_title(register: TitledRegister, pk: object) -> str:
    """What a record is called that has no name of its own."""
    return gettext("%(kind)s số %(number)s") % {"kind": capfirst(str(register.singular)), "number": pk}


def record_title(register: TitledRegister, record: Any) -> str:
    """What a record is called. Its own text may name a linked record; where that name is not shown, only its own name is."""
    if not register.closed:
        return str(record) + named_with(register, record)
    own = type(record).searched[:1]
    return str(getattr(record, own[0]) or "") if own else numbered_title(register, record.pk)


def short_title(register: TitledRegister, record: Any) -> str:
    """What a record is called, cut so that it fits into a line of a message."""
    title = record_title(register, record)
    return title if len(title) <= LONGEST else title[: LONGEST - 1] + "…"
