"""Changes of roles and rights, which come one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from khcn.kernel.access.predicates import deny_unless
from khcn.kernel.audit.row_locks import wait_for_turn
from khcn.parties.models import User
from khcn.web.navigation import can_administer

if TYPE_CHECKING:
    from khcn.kernel.ui.http import Request


def administer_in_turn(request: Request) -> None:
    """From here to the end of the transaction nobody else changes roles or rights; who administers no more by now is denied.

    Otherwise two administrators who lower each other in the same moment would leave none: each is one still by what their request read
    before the other one's change. To be called before anything is locked or read.
    """
    wait_for_turn("roles and rights of accounts")
    account = User.objects.select_related("unit").get(pk=request.actor.user_id)
    deny_unless(account.is_active and can_administer.test(account.actor_on(request.today), None))
