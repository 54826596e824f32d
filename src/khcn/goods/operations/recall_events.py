"""The event by which the department recalls lots, or ends their recall (docs/adr/0028: an authority is trusted for all goods)."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from khcn.epcis.ids.digital_link import CANONICAL_STEM
from khcn.goods.operations.event_documents import capture_document, document_of_event, occurrence
from khcn.kernel.refusals import Refused
from khcn.kernel.text.dates import format_date
from khcn.kernel.text.language import in_vietnamese
from khcn.trace.models import TraceParty
from khcn.trace.store.encoding.recall_words import REASON, RECALLED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from khcn.goods.models import GoodsRecall

_OWN: Final = "urn:khcn:trace:"


def authority() -> TraceParty | None:
    """As which party the department reports; None before it is entered."""
    return TraceParty.objects.filter(is_authority=True).order_by("pk").first()


@in_vietnamese
def _reason(recall: GoodsRecall) -> str:
    """Why the goods are recalled, and the decision on which that rests: public pages repeat it."""
    if recall.decided_on is None:
        return recall.reason
    words = {
        "number": recall.decision_number,
        "day": format_date(recall.decided_on),
        "issuer": recall.decision_issuer,
        "signer": recall.decision_signer,
    }
    decision = _("Thu hồi theo Quyết định số %(number)s ngày %(day)s của %(issuer)s, người ký: %(signer)s.")
    return f"{recall.reason.rstrip().rstrip('.')}. {decision % words}"


def capture_recall(recall: GoodsRecall, paths: Sequence[str], *, is_set: bool) -> None:
    """Recall lots, by the paths of their pages, or end their recall. Raises ``Refused`` where there is no authority."""
    party = authority()
    if party is None:
        raise Refused(
            _("Chưa có cơ quan quản lý trong danh sách cơ sở tham gia truy xuất."), code="authority"
        )
    at = timezone.localtime(recall.updated_at)
    event: dict[str, Any] = {
        "type": "ObjectEvent",
        **occurrence(uuid.uuid4(), at),
        "action": "OBSERVE",
        "quantityList": [{"epcClass": CANONICAL_STEM + each} for each in paths],
        "persistentDisposition": {"set" if is_set else "unset": [RECALLED]},
    }
    if is_set:
        event[f"khcn:{REASON}"] = _reason(recall)
    body = document_of_event(event, party, at, prefixes={"khcn": _OWN})
    capture_document(party, body, recall.updated_at, refusal=_("Chưa ghi được sự kiện thu hồi: %(why)s"))
