"""For the kill test, in a process of its own: one account and one host in a migrated database, or the judgement on it.

Usage: KHCN_DATA=… python -m tests.security.kill_world prepare|judge
"""

import json
import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "khcn.config.settings")
django.setup()

from khcn.kernel.actors import SYSTEM, Role, acting  # noqa: E402 -- after set-up
from khcn.kernel.audit.jobs import verify_log_job  # noqa: E402 -- the same
from khcn.kernel.audit.models import ChangeEntry  # noqa: E402 -- the same
from khcn.kernel.intake.models import Batch  # noqa: E402 -- the same
from khcn.science.models import ScienceTask  # noqa: E402 -- the same
from tests.kernel.intake_sample import reference_data  # noqa: E402 -- the same
from tests.security.world import PASSWORD  # noqa: E402 -- the same
from tests.web.conftest import account  # noqa: E402 -- the same


def prepare():
    reference_data()
    user = account(Role.OFFICER, "QLKH")
    with acting(SYSTEM):
        user.set_password(PASSWORD)
        user.save(update_fields=["password"])


def judge():
    """What is on record, after the chain was walked from the first entry to the head."""
    verify_log_job()
    codes = list(ScienceTask.objects.order_by("code").values_list("code", flat=True))
    created = ChangeEntry.objects.filter(model="science.sciencetask", action="create").count()
    batches = {batch.pk: batch.state for batch in Batch.objects.all()}
    lost = [batch.pk for batch in Batch.objects.all() if not batch.file.storage.exists(batch.file.name)]
    print(json.dumps({"codes": codes, "created": created, "batches": batches, "lost": lost}))  # noqa: T201


if __name__ == "__main__":
    {"prepare": prepare, "judge": judge}[sys.argv[1]]()
