"""The document by which an amendment was decided: whether its kind needs one is a dated rule, which the register of rules keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from khcn.kernel.dated.models import version_in_force
from khcn.kernel.text.dates import format_date
from khcn.reference.models import RuleParameter
from khcn.science.enums import AmendmentKind
from khcn.science.operations.amendable import EXTENSIONS
from khcn.science.operations.task_access import refuse_input

if TYPE_CHECKING:
    from datetime import date

    from khcn.kernel.registers.writing import ValidationContext
    from khcn.reference.models import LegalDocument
    from khcn.science.models import TaskAmendment

_SEEN: Final = "science.deciding_documents"
_PREFIX: Final = "science.decision_"


def rule_of_kind(kind: str) -> str:
    """Code of the rule of a kind: its value is 1 where a document is needed, and 0 where none is."""
    return _PREFIX + kind


def rules_by_kind() -> dict[str, list[RuleParameter]]:
    """All versions of these rules. Extensions need a document by whatever rule, and have none."""
    kinds = {rule_of_kind(kind): kind.value for kind in AmendmentKind if kind not in EXTENSIONS}
    found: dict[str, list[RuleParameter]] = {}
    for rule in RuleParameter.objects.filter(code__in=kinds):
        found.setdefault(kinds[rule.code], []).append(rule)
    return found


def _is_needed(kind: str, day: date, seen: dict[str, Any]) -> bool:
    if kind in EXTENSIONS:
        return True
    if _SEEN not in seen:
        seen[_SEEN] = rules_by_kind()
    rule = version_in_force(seen[_SEEN].get(kind, ()), on=day)
    return rule is not None and rule.value > 0


def refuse_without_document(amendment: TaskAmendment, context: ValidationContext) -> None:
    """Raise :class:`TaskRefused` for an amendment whose kind needs a deciding document by the rule of its day, and that names none, or
    one without a day, or one that was issued later. What was taken over from paper may name none.
    """
    document = amendment.decision
    if document is not None:
        _refuse_later_document(amendment, document, context.on)
    if amendment.taken_over or not _is_needed(amendment.kind, amendment.decided_on, context.seen):
        return
    if document is None and amendment.kind in EXTENSIONS:
        refuse_input("decision", _("Gia hạn phải chọn văn bản cho gia hạn."))
    if document is None:
        text = _(
            "“%(kind)s” phải chọn văn bản điều chỉnh. Nếu quy định khác thì sửa ở danh mục tham số quy định (mã %(code)s)."
        ) % {"kind": amendment.get_kind_display(), "code": rule_of_kind(amendment.kind)}
        refuse_input("decision", text)
    elif document.issued_on is None:
        text = _("Văn bản %(number)s chưa ghi ngày ban hành. Mở văn bản, ghi ngày ban hành rồi làm lại.")
        refuse_input("decision", text % {"number": document.number})


def _refuse_later_document(amendment: TaskAmendment, document: LegalDocument, on: date) -> None:
    if document.issued_on is None:
        return
    if document.issued_on > on:
        refuse_input("decision", _("Văn bản điều chỉnh chưa ban hành. Hãy xem lại văn bản."))
    if document.issued_on > amendment.decided_on:
        refuse_input(
            "decision",
            _(
                "Văn bản điều chỉnh ban hành ngày %(issued)s, sau ngày quyết định %(decided)s. Hãy xem lại ngày quyết định hoặc "
                "văn bản."
            )
            % {"issued": format_date(document.issued_on), "decided": format_date(amendment.decided_on)},
        )
