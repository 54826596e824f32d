"""What the registers of this area have in common."""

from functools import partial
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from khcn.kernel.access.scopes import Department, Scope
from khcn.kernel.actions.corrections import correction
from khcn.kernel.registers.spec import Register
from khcn.office import rules


class OfficeRegister(Register):
    """What the office has on record for all."""

    owner = "VP"
    scope: ClassVar[Scope] = Department(write=rules.office_staff)


class StaffRegister(OfficeRegister):
    """What it has on record about single members of staff."""

    scope: ClassVar[Scope] = Department(write=rules.office_staff, read=rules.staff_readers)


of_office = partial(correction, who=rules.office_staff)
# A step that was entered on the wrong record: what it wrote is taken back.
take_back = partial(of_office, asks_reason=_("Lý do"), icon="arrow-back-up")
