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
    from collections.abc import Callable, Iterator
    from datetime import date

    from khcn.kernel.actors import Actor


def correction(**declared: Any) -> Action:
    """An action that corrects what was entered by a slip: it asks for the reason, and the record is marked for ever."""
    help_text = _(
        "Chỉ dùng khi nhập nhầm. Bản ghi mang dấu “đã đính chính”; nhật ký giữ nội dung trước và sau."
    )
    return Action(**{"asks_reason": _("Đính chính"), "icon": "pencil", "help_text": help_text, **declared})


def stored_values(*names: str, **columns: str) -> Callable[..., dict[str, Any]]:
    """What a dialog begins with: the stored values of these inputs, each of its own column or of the one named for it."""
    of_inputs = {**dict(zip(names, names, strict=True)), **columns}

    def initial(record: Any, *, actor: Actor, on: date) -> dict[str, Any]:
        return {name: record.serializable_value(column) for name, column in of_inputs.items()}

    return initial


@contextmanager
def correcting(actor: Actor, reason: str) -> Iterator[None]:
    """What is written inside is one correction by ``actor``, with the reason in the log: all of it or nothing."""
    with (
        transaction.atomic(),
        acting(actor, gettext("Đính chính: %(reason)s") % {"reason": reason.strip()}),
    ):
        yield
