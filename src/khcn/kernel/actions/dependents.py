"""What stands on a record: reports that were frozen with it, papers that were issued from it.

Higher packages tell here, by one function each, what of theirs would no longer be true if a record became another one.
A correction asks all of them and is refused while one has something to say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from django.utils.translation import gettext as _

from khcn.kernel.refusals import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import Model


class Dependents(Protocol):
    """What a package tells about a record."""

    def __call__(self, record: Model, /) -> Iterable[str]:
        """Names of what stands on the record, each as officials call it; nothing when nothing does."""


_known: list[Dependents] = []


def tell_dependents(dependents: Dependents) -> Dependents:
    """Ask ``dependents`` before every correction. Used once, when the program starts."""
    if dependents not in _known:
        _known.append(dependents)
    return dependents


def refuse_if_relied_on(record: Model) -> None:
    """Raise :class:`~khcn.kernel.refusals.Refused` when something stands on the record."""
    found = [name for dependents in _known for name in dependents(record)]
    if found:
        raise Refused(
            _("Không đính chính được: %(what)s đã dùng bản ghi này. Hãy lập bản thay thế trước.")
            % {"what": "; ".join(found[:5])},
            code="relied_on",
        )
