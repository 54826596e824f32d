"""What stands on a record: reports that were frozen with it, papers that were issued from it.

Higher packages tell here, by one function each, what of theirs would no longer be true if a record became another one
or was gone. Corrections, deletions and the undoing of imports ask all of them and are refused while one has something
to say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from django.utils.translation import gettext as _

from khcn.kernel.refusals import Refused

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from django.db.models import Model

_NAMED = 5


class Dependents(Protocol):
    """What a package tells about records."""

    def __call__(
        self, model: type[Model], keys: Collection[int], /, *, removed: bool
    ) -> Iterable[tuple[int, str]]:
        """The key of each record that something stands on, with its name as officials call it.

        ``removed``: the records would be gone, not only others.
        """


_known: list[Dependents] = []


def tell_dependents(dependents: Dependents) -> Dependents:
    """Ask ``dependents`` before every correction and removal. Used once, when the program starts."""
    if dependents not in _known:
        _known.append(dependents)
    return dependents


def standing_on(model: type[Model], keys: Collection[int], *, removed: bool) -> Iterator[tuple[int, str]]:
    """What stands on records of a model: the key of the record, and the name of what stands on it."""
    for dependents in _known if keys else ():
        yield from dependents(model, keys, removed=removed)


def _names(record: Model, *, removed: bool) -> str:
    found = dict.fromkeys(name for _key, name in standing_on(type(record), [record.pk], removed=removed))
    return "; ".join(list(found)[:_NAMED])


def refuse_if_relied_on(record: Model) -> None:
    """Raise :class:`~khcn.kernel.refusals.Refused` for a correction when something stands on the record."""
    if what := _names(record, removed=False):
        raise Refused(
            _("Không đính chính được: %(what)s đã dùng bản ghi này. Hãy lập bản thay thế trước.")
            % {"what": what},
            code="relied_on",
        )


def refuse_removal_if_relied_on(record: Model) -> None:
    """Raise :class:`~khcn.kernel.refusals.Refused` for a deletion when something stands on the record."""
    if what := _names(record, removed=True):
        raise Refused(
            _("Không xóa được: %(what)s được lập từ bản ghi này. Bản ghi phải giữ lại để đối chiếu.")
            % {"what": what},
            code="relied_on",
        )
