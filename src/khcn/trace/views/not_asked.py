"""What an answer says when the store of another province did not answer (docs/adr/0033): it may lack what is stored there."""

from __future__ import annotations

from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from khcn.reference.queries import province_name
from khcn.trace.store.database.stores import provinces_not_asked

PROBLEM_TYPE: Final = "urn:khcn:trace:province-not-asked"


def not_asked_sentence() -> str:
    """Which provinces could not be asked for the present answer, for people; empty where all were."""
    names = _names(provinces_not_asked())
    if not names:
        return ""
    return _(
        "Chưa hỏi được kho truy xuất của %(provinces)s. Ở đây có thể còn thiếu những bước ghi tại đó, kể cả thông báo thu hồi. "
        "Hãy hỏi lại sau ít phút."
    ) % {"provinces": ", ".join(names)}


def not_asked_problems() -> list[dict[str, Any]]:
    """The same as problem details (RFC 7807), one or none."""
    sentence = not_asked_sentence()
    if not sentence:
        return []
    return [
        {
            "type": PROBLEM_TYPE,
            "title": _("Chưa hỏi được kho của tỉnh khác"),
            "detail": sentence,
            "provinces": list(provinces_not_asked()),
        }
    ]


def not_asked_warning() -> str:
    """The same as the header ``Warning``, for forms of an answer that have no place for it; empty where all were asked."""
    codes = provinces_not_asked()
    return f'199 - "Provinces not asked: {", ".join(codes)}"' if codes else ""


def _names(codes: tuple[str, ...]) -> list[str]:
    """The names of provinces, each once: after a merger several stores are of one province."""
    return list(dict.fromkeys(map(province_label, codes)))


def province_label(code: str) -> str:
    """The name that the province of a code has today."""
    today = timezone.localtime().date()
    return province_name(on=today, code=code) or _("tỉnh có mã %(code)s") % {"code": code}
