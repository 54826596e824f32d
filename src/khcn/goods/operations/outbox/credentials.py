"""The keys that the national portal gives to producers: entered, exchanged, never shown again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from khcn.goods.models import OutboxAccount, OutboxCredential
from khcn.kernel.access.encrypted_secrets import decrypted, encrypted
from khcn.kernel.actors import acting
from khcn.kernel.audit.log_entries import log_change
from khcn.kernel.audit.row_locks import locked
from khcn.kernel.refusals import Refused

if TYPE_CHECKING:
    from datetime import datetime

    from khcn.kernel.actors import Actor

LONGEST: Final = 500
_PURPOSE: Final = "khcn.goods.outbox"


@sensitive_variables()
def set_credential(*, account: OutboxAccount, secret: str, actor: Actor, at: datetime) -> None:
    """Store the key, in the place of the one before. Raises ``Refused`` for what cannot stand in a request."""
    text = secret.strip()
    if not text or len(text) > LONGEST or not text.isascii() or not text.isprintable() or " " in text:
        raise Refused.about(
            _("Khóa chỉ có chữ không dấu, chữ số và dấu, không có dấu cách. Chép lại khóa từ Cổng quốc gia."),
            "secret",
            code="secret",
        )
    with transaction.atomic(), acting(actor, _("Nhập khóa của Cổng quốc gia")):
        stored = locked(OutboxAccount, account.pk)
        if stored.ended_on is not None:
            raise Refused(_("Cơ sở đã rút đồng ý nên không nhập khóa."), code="ended")
        had = OutboxCredential.objects.filter(account=stored).exists()
        OutboxCredential.objects.update_or_create(
            account=stored,
            defaults={
                "secret": encrypted(text, purpose=_PURPOSE),
                "set_at": at,
                "refused_at": None,
                "quiet_until": None,
                "failures": 0,
            },
        )
        # that there is a key, and when it was exchanged, is in the log; the key is not
        log_change(stored, {"credential": "***" if had else None}, {"credential": "***"})


def read_credential(credential: OutboxCredential) -> str:
    """The key. Raises ``LostSecretError`` where that of the installation was lost."""
    return decrypted(credential.secret, purpose=_PURPOSE)
