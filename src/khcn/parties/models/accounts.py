"""The accounts that sign in."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.contrib.auth.models import UserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from khcn.kernel.access.viewing_only import as_allowed_here
from khcn.kernel.actors import Actor, ActorKind, Role, day_of_act
from khcn.kernel.audit.audited import Audited
from khcn.parties.models.account_passwords import AccountPassword
from khcn.parties.models.account_roles import AccountRole, given_name, role_key
from khcn.parties.models.people import Organisation, OrgUnit
from khcn.parties.models.position_queries import StoredPosition, stored_position
from khcn.parties.models.rights_decisions import RoleAssignment, RoleRight, lets_write

# Whose role acts as one of these approves, signs, keeps the number books or administers: nobody issues them a password alone,
# nor those whose role was given rights to write (docs/adr/0027).
ROLES_OF_TWO_PERSONS = frozenset(role.value for role in (Role.HEAD, Role.OFFICE, Role.LEADER, Role.ADMIN))


def roles_of_two_persons(*, on: date) -> models.QuerySet[AccountRole]:
    """The roles whose accounts get no password from one person alone, by what is in force on a day or begins later."""
    return AccountRole.objects.filter(models.Q(acts_as__in=ROLES_OF_TWO_PERSONS) | lets_write("code", on))


class User(Audited, AccountPassword):
    """An account: of a member of staff, with a role and a division, or of an outside organisation. Without either it sees nothing."""

    role = role_key("accounts")
    unit = models.ForeignKey(OrgUnit, models.PROTECT, null=True, blank=True, verbose_name=_("phòng, đơn vị"))
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="accounts",
        verbose_name=_("tổ chức bên ngoài"),
        help_text=_("Chỉ chọn khi tài khoản là của một tổ chức bên ngoài Sở."),
    )
    full_name = models.CharField(_("họ và tên"), max_length=150)
    # People without a first and last name in the western order: one field, as they write it.
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]

    unlogged = (
        *Audited.unlogged,
        "last_login",
        "sessions_ended",
        "issued_password_until",
        "needs_second_person",
    )
    masked = ("password",)
    REQUIRED_FIELDS: ClassVar = ["full_name"]

    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("tài khoản")
        verbose_name_plural = _("tài khoản")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(organisation__isnull=True)
                | models.Q(role__isnull=True, unit__isnull=True),
                name="user_staff_or_organisation",
                violation_error_message=_(
                    "Tài khoản của tổ chức bên ngoài không có vai trò và phòng của Sở. Bỏ một trong hai."
                ),
            )
        ]

    def __str__(self) -> str:
        return self.full_name or self.username

    def save(self, *args: Any, **options: Any) -> None:
        """Log the write, a new password too; the instant of signing in is no change of the record.

        Sessions of an account that is not in use end for good: they do not come back with it.
        """
        if set(options.get("update_fields") or ()) == {"last_login"}:
            models.Model.save(self, *args, **options)
        else:
            if not self.is_active:
                self.sessions_ended += 1
            super().save(*args, **options)

    def derive(self) -> None:
        """An account that has once had such a role is not taken over by lowering its role first."""
        self.needs_second_person = self.needs_second_person or self.decides

    @property
    def decides(self) -> bool:
        """Whether the role written on the account is one of two persons on the day of the act; in work of the program, which
        has no day, whether it ever was.
        """
        day = day_of_act() or date.min
        return self.role_id is not None and roles_of_two_persons(on=day).filter(code=self.role_id).exists()

    @property
    def actor(self) -> Actor:
        """This account with the role that is written on it, whatever the day and what was decided for it; see :meth:`actor_on`."""
        if self.organisation_id is not None:
            return Actor(
                self.pk,
                str(self),
                None,
                kind=ActorKind.ORGANISATION,
                organisation_id=self.organisation_id,
            )
        return self._in(_position(self))

    def actor_on(self, on: date) -> Actor:
        """This account on a day: the role assigned for that day, else the one written on the account, and its rights. Before and
        after the days of a role it gives nothing.

        Two queries, whatever the number of registers; scopes ask the actor and not the database.
        """
        if self.organisation_id is not None:
            return self.actor
        actor = self._in(stored_position(self.pk, on=on))
        return as_allowed_here(RoleRight.given_to(actor, on=on) if actor.role_in_force else actor)

    def position_on(self, on: date) -> tuple[str, int | None]:
        """Code of the role in force on a day, empty without one, and key of the unit."""
        found = stored_position(self.pk, on=on)
        return found.role, found.unit

    def actor_with(self, assigned: RoleAssignment | None, *, on: date) -> Actor:
        """A member of staff on a day with the role assigned, or without an assignment with the one written on the account."""
        return self._in(_position(self if assigned is None else assigned).on(on))

    def _in(self, position: StoredPosition) -> Actor:
        return Actor(
            self.pk,
            str(self),
            Role(position.acts_as) if position.acts_as else None,
            position.unit,
            position.unit_code or "",
            kind=ActorKind.STAFF,
            role_code="" if position.role == position.acts_as else position.role,
            role_name=given_name(position.role, position.name),
        )


def _position(source: User | RoleAssignment) -> StoredPosition:
    """Role and unit of an account or of an assignment."""
    role, unit = source.role, source.unit
    place = (None, "") if unit is None else (unit.pk, unit.code)
    if role is None:
        return StoredPosition(unit=place[0], unit_code=place[1])
    return StoredPosition(role.code, role.name, role.acts_as, role.valid_from, role.valid_to, *place)
