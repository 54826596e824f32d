"""How long a wrong password is looked at: as long for a name that nobody has as for one that somebody has (S10)."""

from __future__ import annotations

import secrets
import statistics
import time
from typing import Final

from django.contrib.auth import authenticate
from django.db import transaction
from django.test import RequestFactory

from bench.measure import Bar
from khcn.kernel.actors import SYSTEM, acting
from khcn.parties.models import User

SAMPLES: Final = 200  # of each
LIMIT: Final = 5.0  # milliseconds between the medians


def _milliseconds(name: str) -> float:
    """The processor's: others on the machine tell nothing about the name."""
    started = time.thread_time()
    authenticate(RequestFactory().post("/login/"), username=name, password=secrets.token_urlsafe(12))
    return (time.thread_time() - started) * 1000


def sign_in_times() -> Bar:
    """The difference of the medians, in turns, so that both see the same machine."""
    known, unknown = [], []
    with transaction.atomic(), acting(SYSTEM):
        account = User.objects.create_user("do-dang-nhap", password=secrets.token_urlsafe(24), full_name="Đo")
        for number in range(SAMPLES):
            known.append(_milliseconds(account.username))
            unknown.append(_milliseconds(f"khong.co.{number}"))
        transaction.set_rollback(True)
    one, other = statistics.median(known), statistics.median(unknown)
    return Bar(
        "sai mật khẩu: tên có và tên không có, chênh lệch trung vị",
        abs(one - other),
        LIMIT,
        "ms",
        f"{one:.1f} / {other:.1f} ms, mỗi tên {SAMPLES} lần",
    )
