"""The days of what happened to a package before: no later step is of an earlier day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Max
from django.utils.translation import gettext as _

from khcn.goods.workflow import TAKEN_BACK
from khcn.kernel.refusals import Refused
from khcn.kernel.text.dates import format_date

if TYPE_CHECKING:
    from datetime import date

    from khcn.goods.models import Package


def refuse_day_before(package: Package, day: date, name: str) -> None:
    """Raise ``Refused`` for a day on which a package was still away, or in another one."""
    back = package.shipments.filter(state=TAKEN_BACK).aggregate(last=Max("arrival__done_on"))["last"]
    if back is not None and day < back:
        text = _("%(package)s đã giao đi và về lại ngày %(day)s. Hãy xem lại ngày.")
        raise Refused.about(text % {"package": package, "day": format_date(back)}, name, code="order")
    taken_out = package.outer_lines.filter(wrong_on__isnull=True, taken_out_on__isnull=False)
    last = taken_out.select_related("package").order_by("-taken_out_on", "-pk").first()
    if last is not None and last.taken_out_on is not None and day < last.taken_out_on:
        text = _("%(package)s còn xếp trên %(outer)s đến ngày %(day)s. Hãy xem lại ngày.")
        words = {"package": package, "outer": last.package, "day": format_date(last.taken_out_on)}
        raise Refused.about(text % words, name, code="order")
