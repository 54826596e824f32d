"""One account per role for the demonstration, with passwords made on the spot and printed once."""

from __future__ import annotations

import secrets
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.parties.models import Organisation, OrgUnit, User
from khcn.parties.queries import answering_units

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """What is printed for the newcomer."""

    username: str
    password: str
    role: str  # of an account of an organisation, the organisation
    unit: str


def create_accounts(folder: Path) -> list[DemoAccount]:
    """Create or renew the accounts of the department in ``users.toml``; units are joined to them once they are imported."""
    made = []
    with acting(SYSTEM, "Tài khoản dùng thử"):
        for each in _listed(folder, "user"):
            user = _account(each)
            user.role_id = Role(each["role"]).value
            user.unit = OrgUnit.objects.filter(code=each["unit"]).order_by("valid_from").last()
            password = _with_new_password(user)
            made.append(DemoAccount(user.username, password, str(user.role), each["unit"]))
    return made


def create_outside_accounts(folder: Path) -> list[DemoAccount]:
    """Create or renew the accounts of organisations in ``users.toml``, which are on record by now."""
    made = []
    with acting(SYSTEM, "Tài khoản dùng thử"):
        for each in _listed(folder, "outside_user"):
            user = _account(each)
            user.organisation = Organisation.objects.get(name=each["organisation"])
            made.append(DemoAccount(user.username, _with_new_password(user), each["organisation"], ""))
    return made


def _listed(folder: Path, kind: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = tomllib.loads((folder / "users.toml").read_text("utf-8"))[kind]
    return found


def _account(listed: dict[str, str]) -> User:
    user = User.objects.filter(username=listed["username"]).first() or User(username=listed["username"])
    user.full_name, user.is_active = listed["full_name"], True
    return user


def _with_new_password(user: User) -> str:
    password = secrets.token_urlsafe(9)
    user.set_password(password)
    user.save()
    return password


def move_accounts(folder: Path, *, on: date) -> None:
    """Join the accounts to the divisions that have their work on a day."""
    moved = answering_units(on=on)
    with acting(SYSTEM, "Tài khoản dùng thử"):
        for each in _listed(folder, "user"):
            user = User.objects.filter(username=each["username"]).first()
            unit = OrgUnit.objects.valid(on=on).filter(code=moved.get(each["unit"], each["unit"])).first()
            if user is not None and unit is not None and user.unit_id != unit.pk:
                user.unit = unit
                user.save()
