"""Corrections of slips: how such an action is declared, and the reason under which its operation writes."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from khcn.kernel.actions import Action
from khcn.kernel.actors import acting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from khcn.kernel.actors import Actor


def correction(**declared: Any) -> Action:
    """An action that corrects what was entered by a slip: it asks for the reason, and the record is marked for ever."""
    help_text = _(
        "Chỉ dùng khi nhập nhầm. Bản ghi mang dấu “đã đính chính”; nhật ký giữ nội dung trước và sau."
    )
    return Action(**{"asks_reason": _("Đính chính"), "icon": "pencil", "help_text": help_text, **declared})


@contextmanager
def correcting(actor: Actor, reason: str) -> Iterator[None]:
    """What is written inside is one correction by ``actor``, with the reason in the log: all of it or nothing."""
    with (
        transaction.atomic(),
        acting(actor, gettext("Đính chính: %(reason)s") % {"reason": reason.strip()}),
    ):
        yield
