"""Django's store of sessions in the database, with the columns of :class:`AccountSession` filled from what a session holds."""

from __future__ import annotations

import logging
import re
from datetime import UTC, datetime
from typing import Any, Final

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import VALID_KEY_CHARS
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import DatabaseError

from khcn.kernel.database_faults import DatabaseFault, database_fault
from khcn.kernel.prepared_query import PreparedQuery, asked
from khcn.parties.models.account_sessions import AccountSession

log = logging.getLogger(__name__)

# In the data of a session: instants as seconds, and where it began.
BEGAN, SEEN, NETWORK, BROWSER = "began", "seen", "network", "browser"
PROVIDER_SESSION = "provider_session"
_LONGEST: Final = {NETWORK: 45, BROWSER: 60, PROVIDER_SESSION: 64}
_KEY: Final = re.compile(f"[{VALID_KEY_CHARS}]{{32}}")
# What makes a session, and not who it is listed for.
_STORED: Final = PreparedQuery(
    lambda: AccountSession.objects.filter(session_key=asked("key")).values_list(
        "session_key", "session_data", "expire_date", named=True
    )
)


class SessionStore(DatabaseStore):
    """``SESSION_ENGINE``."""

    @classmethod
    def get_model_class(cls) -> type[AccountSession]:
        """The rows."""
        return AccountSession

    def _validate_session_key(self, key: str | None) -> bool:
        """Whether it is one that `_get_new_session_key` makes: a cookie may hold what no database takes (NUL), and is then no session."""
        return key is not None and _KEY.fullmatch(key) is not None

    def _get_session_from_db(self) -> Any:
        """Data and expiry, if it has not expired; as Django's own, by a statement that every page asks and that is put together once."""
        row = next(iter(_STORED.records(key=self.session_key)), None)
        if row is not None and self.get_expiry_age(expiry=row.expire_date) > 0:
            return row
        self._session_key = None
        return None

    def create_model_instance(self, data: dict[str, Any]) -> AccountSession:
        """A row to be saved."""
        row = super().create_model_instance(data)
        assert isinstance(row, AccountSession)  # noqa: S101 -- of the class above
        row.account = int(data[SESSION_KEY]) if SESSION_KEY in data else None
        row.began_at, row.seen_at = _instant(data.get(BEGAN)), _instant(data.get(SEEN))
        for name, longest in _LONGEST.items():
            setattr(row, name, str(data.get(name, ""))[:longest])
        return row

    def save(self, must_create: bool = False) -> None:  # noqa: FBT001, FBT002 -- Django's own signature
        """A disk without room keeps nobody from reading on in a session that there is."""
        try:
            super().save(must_create)
        except DatabaseError as fault:
            if must_create or database_fault(fault) is not DatabaseFault.NO_ROOM:
                raise
            log.exception("a session was not stored")


def _instant(seconds: Any) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
