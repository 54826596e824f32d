"""Passwords that are checked or hashed in a session: a place apart from those of sign-ins, and so many a minute for each account.

Only wrong ones count as failures (`khcn.parties.operations.sign_in_limits`); a right one costs the processor as much.
"""

from __future__ import annotations

import math
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext_lazy as _

from khcn.kernel.bounded_process.places import PASSWORDS_IN_SESSION, TooOften
from khcn.kernel.request_quotas import TokenBuckets

if TYPE_CHECKING:
    from collections.abc import Iterator

_A_MINUTE: Final = 10
QUOTAS: Final = TokenBuckets(_A_MINUTE / 60, _A_MINUTE)
_WORDS: Final = _(
    "Tài khoản này vừa kiểm tra mật khẩu quá nhiều lần. Chưa có gì được ghi; đợi khoảng %(seconds)d giây rồi gõ lại mật khẩu."
)


@contextmanager
def password_in_session(request: Any) -> Iterator[None]:
    """A place for the hashes inside. Raises TooOften, or Busy where there is no place; the middleware answers both."""
    if wait := QUOTAS.take(request.user.pk):
        raise TooOften(_WORDS, max(1, math.ceil(wait)))
    with PASSWORDS_IN_SESSION.one():
        yield
