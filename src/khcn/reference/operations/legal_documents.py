"""Documents on which records are based: what they say is corrected by the office once a record names them."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from khcn.kernel.access.predicates import may_act
from khcn.kernel.actions.corrections import correcting
from khcn.kernel.actions.dependents import refuse_correction_if_relied_on
from khcn.kernel.audit.record_comparison import differing_columns
from khcn.kernel.audit.row_locks import locked
from khcn.kernel.fields.links import keys_with_links
from khcn.kernel.refusals import NotPermitted
from khcn.kernel.registers.look_alike_codes import refuse_look_alike
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import Write
from khcn.reference import rules
from khcn.reference.models import LegalDocument

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from khcn.kernel.actors import Actor


def documents_in_use(keys: Collection[int]) -> set[int]:
    """Those of the documents with these keys that some record names."""
    return keys_with_links(LegalDocument, keys)


def why_not_correct(document: LegalDocument, *, actor: Actor, on: date) -> str:
    """Why a document is not changed by a correction but simply changed; "" when a record names it."""
    if documents_in_use([document.pk]):
        return ""
    return _("Chưa hồ sơ nào nêu văn bản này: sửa trực tiếp bằng nút “Sửa”.")


def correct_document(
    *,
    document: LegalDocument,
    number: str,
    kind: str,
    issuer: str,
    reason: str,
    actor: Actor,
    on: date,
    issued_on: date | None = None,
) -> LegalDocument:
    """Correct number, kind, day and issuer of a document that records name. It is marked for ever.

    Raises ``Refused`` when a paper in force or a frozen report depends on the document, and :class:`NotPermitted` for who
    does not keep the shared records.
    """
    if not may_act(rules.editors, register_of(LegalDocument), actor, document):
        raise NotPermitted(_("Tài khoản của bạn không có quyền thực hiện việc này."), code="not_permitted")
    with correcting(actor, reason):
        stored: LegalDocument = locked(LegalDocument, document.pk)
        with refuse_correction_if_relied_on(stored):
            before = copy(stored)
            stored.number, stored.kind, stored.issuer, stored.issued_on = number, kind, issuer, issued_on
            stored.corrected = True
            stored.full_clean()
            write = Write(stored, before, differing_columns(stored, before))
            refuse_look_alike(register_of(LegalDocument), write, actor)
            stored.save()
    return stored
