"""Who is trusted changes with the register of parties; recalls in force do not end by that without a word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from khcn.kernel.refusals import Refused
from khcn.kernel.registers.writing import RowWriter, ValidationContext, Write
from khcn.trace.queries.recall_terms import Rank
from khcn.trace.queries.recalls_of_party import recalls_by_party_alone
from khcn.trace.rules import confirmed_codes
from khcn.trace.store.code_owners import codes_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class TracePartyWriter(RowWriter):
    """A party loses neither its authority nor a code while a recall of it is in force that nobody else has set."""

    def validate(
        self, writes: Sequence[Write], context: ValidationContext
    ) -> Iterator[tuple[Write, Refused]]:
        for write in writes:
            for field, things in _recalls_that_end(write.before, write.record).items():
                yield write, _refusal(field, things)


def _recalls_that_end(before: Any, after: Any) -> dict[str, list[str]]:
    """What would not be recalled any more, by the field whose change ends it."""
    if before is None:
        return {}
    is_no_authority = before.is_authority and not after.is_authority
    left = set(confirmed_codes(after.confirmed_codes))
    lost = set(confirmed_codes(before.confirmed_codes)) - left
    if not (is_no_authority or lost):
        return {}
    found: dict[str, list[str]] = {}
    for recall in recalls_by_party_alone(before.pk):
        codes = codes_of(recall.named)
        if recall.rank is Rank.AUTHORITY and is_no_authority and not codes & left:
            found.setdefault("is_authority", []).append(recall.named)
        elif recall.rank is Rank.MAKER and codes & lost and not codes & left:
            found.setdefault("confirmed_codes", []).append(recall.named)
    return found


def _refusal(field: str, things: list[str]) -> Refused:
    text = _(
        "Thay đổi này làm %(count)s lệnh thu hồi của cơ sở mất hiệu lực, trong đó có %(thing)s, và không bên nào khác đang thu hồi. "
        "Để một cơ quan quản lý hoặc chủ mã mới khai thu hồi, hoặc để cơ sở khai kết thúc thu hồi, rồi sửa."
    )
    return Refused.about(text % {"count": len(things), "thing": things[0]}, field, code="rule")
