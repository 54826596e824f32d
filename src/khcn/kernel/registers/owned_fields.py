"""Fields that only an action writes, and the writes that touch them nevertheless."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeVar

from khcn.kernel.fields.written_rows import WrittenRow
from khcn.kernel.refusals import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class OwnedFields:
    """Fields that only an action writes. ``message`` names the button to use instead.

    ``where`` gives the keys of those stored records for which it holds; without it, it holds for all. A new record may
    have a value of its own unless ``at_entry``; an empty field may be filled in unless ``at_entry`` or ``covers_empty``.
    """

    fields: tuple[str, ...]
    message: StrOrPromise
    where: Callable[[Collection[int]], set[int]] | None = None
    at_entry: bool = False
    covers_empty: bool = False


class RegisterWithOwnedFields(Protocol):
    """A register, as far as this is concerned."""

    owned: ClassVar[tuple[OwnedFields, ...]]


W = TypeVar("W", bound=WrittenRow)


def owned_changes(register: RegisterWithOwnedFields, writes: Sequence[W]) -> Iterator[tuple[W, Refused]]:
    """Writes of fields that an action owns, each with the button to use instead."""
    for owned in register.owned:
        names = set(owned.fields)
        touched = [each for each in writes if not each.is_new and each.changed & names]
        keys = {each.before.pk for each in touched}
        covered = owned.where(keys) if owned.where is not None else keys
        for write in touched:
            wrong = [
                name
                for name in owned.fields
                if name in write.changed
                and (owned.at_entry or owned.covers_empty or not _is_empty(write.before, name))
            ]
            if wrong and write.before.pk in covered:
                yield write, _refusal(owned, wrong)
        if owned.at_entry:
            yield from _entered(owned, [each for each in writes if each.is_new])


def _entered(owned: OwnedFields, writes: Iterable[W]) -> Iterator[tuple[W, Refused]]:
    for write in writes:
        if write.record.taken_over:
            continue
        wrong = [name for name in owned.fields if not _is_default(write.record, name)]
        if wrong:
            yield write, _refusal(owned, wrong)


def _refusal(owned: OwnedFields, names: Sequence[str]) -> Refused:
    return Refused.about(str(owned.message), *names, code="owned")


def _attname(record: Any, name: str) -> str:
    return str(record._meta.get_field(name).attname)


def _is_empty(record: Any, name: str) -> bool:
    return getattr(record, _attname(record, name)) in (None, "", [], {})


def _is_default(record: Any, name: str) -> bool:
    value = getattr(record, _attname(record, name))
    made = record._meta.get_field(name)
    return _is_empty(record, name) or (made.has_default() and value == made.get_default())
