"""One account per role for the demonstration, with passwords made on the spot and printed once."""

from __future__ import annotations

import secrets
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.parties.models import OrgUnit, User

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """What is printed for the newcomer."""

    username: str
    password: str
    role: str
    unit: str


def create_accounts(folder: Path) -> list[DemoAccount]:
    """Create or renew the accounts of ``users.toml``; units are joined to them once they are imported."""
    made = []
    with acting(SYSTEM, "Tài khoản dùng thử"):
        for each in tomllib.loads((folder / "users.toml").read_text("utf-8"))["user"]:
            user = User.objects.filter(username=each["username"]).first() or User(username=each["username"])
            password = secrets.token_urlsafe(9)
            user.full_name, user.role_id = each["full_name"], Role(each["role"]).value
            user.unit = OrgUnit.objects.filter(code=each["unit"]).order_by("valid_from").last()
            user.set_password(password)
            user.is_active = True
            user.save()
            made.append(DemoAccount(user.username, password, str(user.role), each["unit"]))
    return made
