"""The head of the chain as it is printed on paper, and whether the chain still has what a paper says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from khcn.kernel.audit.chain_head import read_chain_head
from khcn.kernel.audit.findings import FindingKind, LogFinding
from khcn.kernel.audit.merged_chains import MergedLink
from khcn.kernel.audit.models import ChainLink

if TYPE_CHECKING:
    from datetime import date


_SHORT: Final = 16  # hex digits of the seal
_PRINTED: Final = re.compile(
    r"(?P<day>\d{1,2}/\d{1,2}/\d{4})\D+(?P<position>\d{1,18})\W+(?:mã\W+)?(?P<short>[0-9a-f]{16})\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class PrintedHead:
    """The head of the chain as it is printed on paper: day, position, and the first 16 hex digits of the seal there."""

    day: date
    position: int
    short: str

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y} {self.position} {self.short}"

    @property
    def line(self) -> str:
        """For the foot of an official document, which is Vietnamese whatever the language of the screen."""
        return f"Mốc niêm phong nhật ký dữ liệu: ngày {self.day:%d/%m/%Y}, vị trí {self.position}, mã {self.short}"


def printed_head(*, on: date) -> PrintedHead | None:
    """The present head for paper; None while nothing is sealed. Writes nothing and waits for nobody."""
    head = read_chain_head()
    return PrintedHead(on, head.position, head.seal[:_SHORT]) if head.position else None


def read_printed(text: str) -> PrintedHead | None:
    """What somebody copied from paper, the whole line or its three values; None where it cannot be read."""
    found = _PRINTED.search(text)
    if found is None:
        return None
    try:
        day = datetime.strptime(found["day"], "%d/%m/%Y").date()  # noqa: DTZ007 -- a day has no zone
    except ValueError:
        return None
    return PrintedHead(day, int(found["position"]), found["short"].lower())


def check_printed_head(head: PrintedHead) -> LogFinding | None:
    """Whether the chain still has at that position the seal that was printed."""
    link = ChainLink.objects.filter(position=head.position).first()
    if MergedLink.objects.filter(position=head.position, seal__startswith=head.short).exists():
        return None  # the paper is of a province whose store was merged into this one
    if link is None:
        return LogFinding(FindingKind.TRUNCATED, _("mốc in trên giấy: %(head)s") % {"head": head})
    if not link.seal.startswith(head.short):
        return LogFinding(FindingKind.REWRITTEN, _("mốc in trên giấy: %(head)s") % {"head": head}, link.entry)
    return None
