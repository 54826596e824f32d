"""How Django finds the account of a session."""

from __future__ import annotations

from typing import Any, Final

from django.contrib.auth.backends import ModelBackend

from khcn.kernel.prepared_query import PreparedQuery, asked
from khcn.parties.models import User

_STORED: Final = PreparedQuery(lambda: User.objects.filter(pk=asked("pk")))


class AccountBackend(ModelBackend):
    """``AUTHENTICATION_BACKENDS``."""

    def get_user(self, user_id: Any) -> User | None:
        """The account, if it is in use; as Django's own, by a statement that every page asks and that is put together once."""
        user: User | None = next(iter(_STORED.records(pk=user_id)), None)
        return user if user is not None and self.user_can_authenticate(user) else None
