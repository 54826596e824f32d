"""Run once before the browser tests, in a process of its own: the demonstration data, with passwords the tests know. The folder has
the migrated database and the static files already.

Usage: KHCN_DATA=… python tests/e2e/prepare.py PASSWORD
"""

import os
import sys
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "khcn.config.settings")
django.setup()

from django.conf import settings  # noqa: E402 -- after set-up
from django.utils import timezone  # noqa: E402 -- the same

from khcn.config.demo import accounts, goods, loading, tracing  # noqa: E402 -- the same
from khcn.config.demo.workbooks import division_files  # noqa: E402 -- the same
from khcn.config.national_lists import enter_national_lists  # noqa: E402 -- the same
from khcn.kernel.actors import SYSTEM, acting  # noqa: E402 -- the same
from khcn.parties.models import User  # noqa: E402 -- the same
from khcn.reference.operations import prefill_years  # noqa: E402 -- the same


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
    with acting(SYSTEM):
        for user in User.objects.all():
            user.set_password(password)
            user.save(update_fields=["password"])
    loading.create_reports(folder=settings.DEMO, on=today)
    tracing.capture_chain(folder=settings.DEMO / "trace", at=timezone.now())
    goods.publish_lots(folder=settings.DEMO / "pictures", on=today, at=timezone.now())


if __name__ == "__main__":
    main(sys.argv[1])
