"""Who stands behind the public pages: the department, where it is and which telephone it has."""

from __future__ import annotations

import logging
import math
from time import monotonic
from typing import Final, NamedTuple

from django.conf import settings
from django.db import Error
from django.utils import timezone
from django.utils.translation import gettext as _

from khcn.reference.queries import province_name

CACHED_FOR: Final = 60
"""Seconds for which the name of the province stands: pages need not ask for it each time, nor wait for a database that is away."""

logger = logging.getLogger(__name__)

_provinces: dict[str, tuple[float, str]] = {}


class PublicContact(NamedTuple):
    """The department as the public finds it; address and telephone are "" where the installation does not name them."""

    name: str
    address: str
    telephone: str

    @property
    def lines(self) -> list[str]:
        """What the foot of a page says of it."""
        telephone = _("điện thoại %(number)s") % {"number": self.telephone} if self.telephone else ""
        return [each for each in (self.name, self.address, telephone) if each]

    @property
    def to_ask(self) -> str:
        """Whom to ask about a warning; "" where the department has no telephone."""
        if not self.telephone:
            return ""
        words = {"department": self.name, "number": self.telephone}
        return _("Cần hỏi thêm: %(department)s, điện thoại %(number)s.") % words


def public_contact() -> PublicContact:
    """The department of this installation, in the language of the page."""
    province = _province()
    name = _("Sở Khoa học và Công nghệ")
    if province:
        name = _("Sở Khoa học và Công nghệ %(province)s") % {"province": province}
    return PublicContact(name, settings.DEPARTMENT_ADDRESS, settings.DEPARTMENT_TELEPHONE)


def _province() -> str:
    at, name = _provinces.get("own", (-math.inf, ""))
    if monotonic() - at > CACHED_FOR:
        try:
            name = province_name(on=timezone.localtime().date())
        except Error:  # the name of before, while the database is away
            logger.warning("the name of the province could not be read for the public pages", exc_info=True)
        _provinces["own"] = (monotonic(), name)
    return name
