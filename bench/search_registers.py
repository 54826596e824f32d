"""Ten times as many registers to search, while something is measured."""

from __future__ import annotations

import contextlib
import copy
from dataclasses import replace
from typing import TYPE_CHECKING, Final
from unittest import mock

from django.db import connection, transaction

from khcn.kernel.registers.registry import registers
from khcn.kernel.search.models import SearchEntry
from khcn.kernel.search.trigram_index import merge_index_segments

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from khcn.kernel.registers.spec import Register
    from khcn.kernel.search.declarations import SearchDeclaration

TIMES: Final = 10
SHARE: Final = 100  # each further register has one of so many records of the one that it is like
_ASKED_BY: Final = ("khcn.web.views.search", "khcn.web.search_commands")
_COPY = """
    INSERT INTO kernel_search_searchentry (id, model, object_id, label, spelling, name, text)
    SELECT %s + object_id, %s, object_id, label, spelling, name, text FROM kernel_search_searchentry
    WHERE id BETWEEN %s AND %s AND object_id %% %s = %s"""


@contextlib.contextmanager
def ten_times_as_many() -> Iterator[int]:
    """While the block lasts the search pages ask ten times as many registers, the further ones like those of now; yields their number.

    Their entries are committed, because other connections search them, and removed afterwards; what a killed run has left is removed
    before. Like after the work of a night, the index is in one piece and the planner knows the rows.
    """
    usual = [each for each in registers() if each.in_menu and each.searched.own]
    further = [_further(each, number) for each in usual for number in range(1, TIMES)]
    _remove(further)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            for place, made in enumerate(further):
                like, copied = usual[place // (TIMES - 1)].searched, made.searched
                residue = place % (TIMES - 1) + 1
                cursor.execute(
                    _COPY, [copied.first, copied.number, like.first, like.last, SHARE, residue % SHARE]
                )
        _settle()
        every = [*registers(), *further]
        with contextlib.ExitStack() as patched:
            for module in _ASKED_BY:
                patched.enter_context(mock.patch(f"{module}.registers", return_value=every))
            yield len(usual) + len(further)
    finally:
        _remove(further)
        _settle()


def _further(register: Register, number: int) -> Register:
    """Another register like this one, with records of its own to find."""
    made: SearchDeclaration = replace(register.searched)
    made.__dict__["number"] = (register.searched.number + number * 7919) & 0x7FFFFFFF
    found = copy.copy(register)
    kind = type(register)
    object.__setattr__(found, "__class__", type(kind.__name__, (kind,), {"searched": made}))
    return found


def _remove(further: Sequence[Register]) -> None:
    with transaction.atomic():
        for each in further:
            SearchEntry.objects.filter(pk__range=(each.searched.first, each.searched.last)).delete()


def _settle() -> None:
    merge_index_segments(connection)
    with connection.cursor() as cursor:
        # A vacuum stands in no transaction, as tests have one.
        analyse_alone = connection.vendor == "sqlite" or connection.in_atomic_block
        cursor.execute("ANALYZE" if analyse_alone else "VACUUM ANALYZE kernel_search_searchentry")
