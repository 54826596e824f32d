"""Run once before the browser tests, in a process of its own: the demonstration data, with passwords the tests know. The folder has
the migrated database and the static files already.

Usage: KHCN_DATA=… python tests/e2e/prepare.py PASSWORD
"""

import os
import sys
from datetime import date, timedelta
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "khcn.config.settings")
django.setup()

from django.conf import settings  # noqa: E402 -- after set-up
from django.utils import timezone  # noqa: E402 -- the same

from khcn.config.demo import accounts, dealings, goods, loading, tracing  # noqa: E402 -- the same
from khcn.config.demo.workbooks import division_files  # noqa: E402 -- the same
from khcn.config.national_lists import enter_national_lists  # noqa: E402 -- the same
from khcn.goods.models import Location, Lot, LotEntry, ProcessStep, TradeItem  # noqa: E402 -- the same
from khcn.kernel.actors import SYSTEM, acting  # noqa: E402 -- the same
from khcn.parties.models import Organisation, User  # noqa: E402 -- the same
from khcn.reference.operations import prefill_years  # noqa: E402 -- the same
from khcn.trace.models import TraceParty  # noqa: E402 -- the same


def main(password):
    """Records, accounts, reports: through the pages that people use."""
    prefill_years(years=loading.CALENDAR_YEARS, actor=SYSTEM)
    today = timezone.localdate()
    enter_national_lists(on=today)
    for division in division_files(settings.DEMO):
        loading.import_division(
            folder=settings.DEMO, division=division, output=Path(settings.DATA) / "excel", on=today
        )
    accounts.create_accounts(settings.DEMO)
    accounts.create_outside_accounts(settings.DEMO)
    dealings.deal(folder=settings.DEMO / "goods", on=today)
    open_shop()
    make_tea()
    with acting(SYSTEM):
        for user in User.objects.all():
            user.set_password(password)
            user.save(update_fields=["password"])
    loading.create_reports(folder=settings.DEMO, on=today)
    tracing.capture_chain(folder=settings.DEMO / "trace", at=timezone.now())
    goods.publish_lots(folder=settings.DEMO / "pictures", on=today, at=timezone.now())


def open_shop():
    """The shop of the demonstration with a place and an account of its own: it receives goods (test_recall_day)."""
    with acting(SYSTEM):
        party = TraceParty.objects.get(name="Cửa hàng nông sản Minh Họa")
        party.organisation, _made = Organisation.objects.get_or_create(name=party.name)
        party.save()
        Location.objects.create(
            organisation=party.organisation,
            code="QUAY",
            name="Quầy hàng Minh Họa",
            kind="shop",
            admin_unit=Location.objects.latest("pk").admin_unit,
            since_on=date(2022, 1, 1),
        )
        User.objects.create(
            username="cua-hang", full_name="Người bán hàng Minh Họa", organisation=party.organisation
        )


def make_tea():
    """Lots of these weeks, as those of the demonstration are past their last day: leaves and tea that are sent and recalled (test_recall_day),
    tea for the diary on telephones, and tea that a shop receives on its telephone: what one test enters changes no number of another.
    """
    today = timezone.localdate()
    plucked, packed = today - timedelta(days=20), today - timedelta(days=19)
    leaves, tea, written, sent = (
        Lot(item=TradeItem.objects.get(gtin=gtin), number=number, made_on=day)
        for gtin, number, day in (
            ("9521400000014", "BUP-77001", plucked),
            ("9521400000021", "CS-77001", packed),
            ("9521400000021", "CS-77002", packed),
            ("9521400000021", "CS-77003", packed),
        )
    )
    field, workshop = (Location.objects.get(code=code) for code in ("NUONG-1", "XUONG"))
    packing = ProcessStep.objects.get(name="Đóng gói", group=tea.item.group)
    with acting(SYSTEM, on=today):
        dealings.write_marked([leaves, tea, written, sent], today)
        entries = (
            {"lot": leaves, "kind": "harvest", "done_on": plucked, "location": field, "amount": 250},
            {
                "lot": leaves,
                "kind": "use",
                "done_on": packed,
                "location": workshop,
                "amount": 240,
                "into": tea,
            },
            *(
                {
                    "lot": lot,
                    "kind": "make",
                    "done_on": packed,
                    "location": workshop,
                    "amount": 480,
                    "step": packing,
                }
                for lot in (tea, written, sent)
            ),
            {"lot": tea, "kind": "sell", "done_on": packed, "location": workshop, "amount": 60},
        )
        dealings.write_marked([LotEntry(**each) for each in entries], today)


if __name__ == "__main__":
    main(sys.argv[1])
