"""Who is trusted changes with the register of parties; recalls in force do not end by that without a word."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from khcn.kernel.refusals import Refused
from khcn.kernel.registers.writing import RowWriter, Write
from khcn.trace.queries.recalls.recalls_after_party_changes import (
    recalls_ended_by_change,
    recalls_in_force,
    things_affected,
)
from khcn.trace.rules import confirmed_codes

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from khcn.trace.queries.recalls.recall_terms import Recall


class TracePartyWriter(RowWriter):
    """No change of codes, authorities or GLN ends a recall in force, of whatever party, that nobody else has set."""

    @contextmanager
    def judging_outcome(self, writes: Sequence[Write], removed: Sequence[Any] = ()) -> Iterator[None]:
        """The recalls in force before and afterwards are compared: a code may be lost here and gained there in one workbook."""
        edits = [(write.before, write.record) for write in writes] + [(row, None) for row in removed]
        codes = set().union(*(_codes(before) ^ _codes(after) for before, after in edits))
        # a new party has reported nothing, but events may name its number already
        known = [(before, after) for before, after in edits if before is not None]
        authorities = {
            before.pk
            for before, after in known
            if before.is_authority != (after is not None and after.is_authority)
        }
        renumbered = {before.pk for before, after in known if _gln(before) != _gln(after)}
        glns = set().union(*({_gln(before)} ^ {_gln(after)} for before, after in edits)) - {""}
        if not codes and not authorities and not glns:
            yield
            return
        before = recalls_in_force(things_affected(codes, authorities, renumbered, glns))
        yield
        ended = recalls_ended_by_change(before)
        if ended:
            by_number = renumbered or (glns if not codes and not authorities else ())
            fields = {"is_authority": authorities, "confirmed_codes": codes, "gln": by_number}
            refusal = _refusal(ended, [name for name, some in fields.items() if some and writes])
            raise refusal.at(writes[0].record) if len(writes) == 1 else refusal


def _codes(party: Any) -> set[str]:
    return set() if party is None else set(confirmed_codes(party.confirmed_codes))


def _gln(party: Any) -> str:
    return "" if party is None else party.gln


def _refusal(ended: Collection[Recall], fields: Sequence[str]) -> Refused:
    named = sorted({(one.named, one.party) for one in ended})
    if fields == ["gln"]:
        text = _(
            "Thay đổi mã GLN này làm %(count)s lệnh thu hồi đang có hiệu lực không còn hiệu lực, trong đó có lệnh thu hồi %(thing)s: các "
            "sự kiện đã gửi ghi bên nhận hàng bằng mã GLN. Để một cơ quan quản lý khai thu hồi thẳng các mặt hàng đó trước, rồi sửa."
        )
        return Refused.about(text % {"count": len(named), "thing": named[0][0]}, *fields, code="rule")
    text = _(
        "Thay đổi này làm %(count)s lệnh thu hồi đang có hiệu lực không còn hiệu lực, trong đó có lệnh thu hồi %(thing)s. "
        "Xác nhận mã cho cả bên đã làm ra hàng trước, hoặc để một cơ quan quản lý hay bên sẽ là chủ mã khai thu hồi từng mặt hàng, "
        "hoặc để bên đã thu hồi khai kết thúc, rồi sửa."
    )
    return Refused.about(text % {"count": len(named), "thing": named[0][0]}, *fields, code="rule")
