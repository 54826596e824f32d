"""What an account may write of accounts without a right on their register: of its own one the password, the second factor and the like."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from khcn.kernel.actors import Actor


def is_own_account(actor: Actor, account: Any) -> bool:
    """Whether an account is the actor's own, and stays one of the same organisation."""
    return bool(account.pk == actor.user_id and account.organisation_id == actor.organisation_id)
