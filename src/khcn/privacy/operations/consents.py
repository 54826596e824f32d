"""Consents: recorded as they were given, and withdrawn as easily."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from khcn.kernel.actors import acting
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.writing import RowWriter, ValidationContext, Write
from khcn.kernel.text.dates import format_date
from khcn.privacy.enums import LegalGround
from khcn.privacy.models import Consent

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import date

    from khcn.kernel.actors import Actor


class ConsentWriter(RowWriter):
    """A consent is that of a day that has come, and stays on record when it is withdrawn."""

    def validate(
        self, writes: Sequence[Write], context: ValidationContext
    ) -> Iterator[tuple[Write, Refused]]:
        """Nobody consents tomorrow."""
        for write in writes:
            if write.record.given_on > context.on:
                text = _("Ngày đồng ý %(day)s chưa tới. Xem lại ngày.") % {
                    "day": format_date(write.record.given_on)
                }
                yield write, Refused.about(text, "given_on", code="future")

    def refuse_removal(self, record: Any, *, actor: Actor, on: date) -> None:
        """What was withdrawn proves that it was given, and until when."""
        if record.withdrawn_on:
            raise Refused(_("Sự đồng ý đã rút phải giữ lại để đối chiếu."), code="withdrawn")


class IdentityWriter(RowWriter):
    """A number that is on record by consent needs one that is in force."""

    def validate(
        self, writes: Sequence[Write], context: ValidationContext
    ) -> Iterator[tuple[Write, Refused]]:
        """Asked when a number is entered or its ground is changed."""
        asked = [
            each
            for each in writes
            if each.record.ground == LegalGround.CONSENT and (each.is_new or "ground" in each.changed)
        ]
        persons = {each.record.person_id for each in asked}
        consenting = Consent.objects.filter(
            person__in=persons, given_on__lte=context.on, withdrawn_on__isnull=True
        )
        known = set(consenting.values_list("person_id", flat=True)) if persons else set()
        for write in asked:
            if write.record.person_id not in known:
                text = _(
                    "Chưa ghi sự đồng ý còn hiệu lực của người này. Ghi ở “Sự đồng ý của chủ thể dữ liệu” trước, hoặc chọn căn cứ khác."
                )
                yield write, Refused.about(text, "ground", code="no_consent")


def withdrawn_consents(keys: Collection[int]) -> set[int]:
    """Those of the consents with these keys that have been withdrawn."""
    found = Consent.objects.filter(pk__in=list(keys), withdrawn_on__isnull=False)
    return set(found.values_list("pk", flat=True))


def used_texts(keys: Collection[int]) -> set[int]:
    """Those of the texts with these keys by which somebody has consented."""
    return set(Consent.objects.filter(text__in=list(keys)).values_list("text_id", flat=True))


def why_not_withdraw(consent: Consent, *, actor: Actor, on: date) -> str:
    """A consent is withdrawn once."""
    if consent.withdrawn_on is None:
        return ""
    return _("Đã rút ngày %(day)s.") % {"day": format_date(consent.withdrawn_on)}


def withdraw_consent(*, consent: Consent, withdrawn_on: date, reason: str, actor: Actor, on: date) -> Consent:
    """End a consent. What was done before stays right; what goes on needs another ground."""
    if withdrawn_on > on:
        text = _("Ngày rút %(day)s chưa tới. Xem lại ngày.") % {"day": format_date(withdrawn_on)}
        raise Refused.about(text, "withdrawn_on", code="future")
    consent.withdrawn_on = withdrawn_on
    with acting(actor, reason):
        consent.full_clean()
        consent.save()
    return consent


def data_without_ground(consent: Consent, *, actor: Actor, on: date) -> str:
    """What is on record on the ground of consents of this person; "" for nothing."""
    if not consent.person.identities.filter(ground=LegalGround.CONSENT).exists():
        return ""
    return _("Số định danh của người này đang ghi theo sự đồng ý: sau khi rút, xóa số hoặc đổi căn cứ.")
