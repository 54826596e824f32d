"""Lots whose page is not published yet: who enters lots here says which; of those that programs report nothing is withheld."""

from __future__ import annotations

from typing import TYPE_CHECKING

from khcn.trace.store.database.stores import exists_anywhere

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from django.db.models import QuerySet

    from khcn.epcis.ids.digital_link import DigitalLink

    WithheldLots = Callable[[DigitalLink], QuerySet[Any]]

_asked: list[WithheldLots] = []


def register_withheld_lots(query: WithheldLots) -> None:
    """Ask an area for the lots of a link that it withholds."""
    _asked.append(query)


def is_withheld(link: DigitalLink) -> bool:
    """Whether the lot of a link is not published, in any of the stores that are read."""
    return any(exists_anywhere(query(link)) for query in _asked)
