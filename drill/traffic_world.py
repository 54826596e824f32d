"""Signed-in people for the drills of load, on the database of an installation that has the demonstration's data.

Usage: KHCN_DATA=… python -m drill.traffic_world COUNT. Prints JSON: keys of sessions, and pages.
"""

from __future__ import annotations

import json
import os
import sys
from http import HTTPStatus
from typing import Final

PLACES: Final = (
    "/",
    "/my-work/",
    "/deadlines/",
    "/science/tasks/",
    "/science/tasks/?q=trong",
    "/reports/",
    "/search/?q=nghien+cuu",
    "/science/proposals/",
)
_EACH: Final = 20  # pages of records


def main(count: int) -> None:
    """Make accounts and sessions as signing in makes them, without the second that the hash of a password takes."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "khcn.config.settings")
    import django  # local: settings first

    django.setup()
    from django.test import Client  # local: settings first

    from khcn.kernel.actors import SYSTEM, Role, acting  # local: settings first
    from khcn.kernel.registers.registry import register_of  # local: settings first
    from khcn.parties.models import OrgUnit, User  # local: settings first
    from khcn.reference.models import LegalDocument  # local: settings first
    from khcn.reports.models import ReportInstance  # local: settings first
    from khcn.science.models import ScienceTask  # local: settings first

    unit = OrgUnit.objects.order_by("pk").last()
    sessions = []
    for number in range(count):
        with acting(SYSTEM, "diễn tập"):
            user = User(
                username=f"dien-tap-{number}",
                full_name=f"Diễn tập {number}",
                role_id=Role.OFFICE.value,
                unit=unit,
            )
            user.set_unusable_password()
            user.save()
        client = Client(headers={"host": "127.0.0.1"})
        client.force_login(user)
        sessions.append(client.cookies["sessionid"].value)
    client = Client(headers={"host": "127.0.0.1"})
    client.cookies["sessionid"] = sessions[0]
    pages = [*PLACES]
    for model in (ScienceTask, LegalDocument):
        pages += [
            register_of(model).detail_url(pk)
            for pk in model.objects.order_by("pk").values_list("pk", flat=True)[:_EACH]
        ]
    pages += [f"/reports/{pk}/" for pk in ReportInstance.objects.values_list("pk", flat=True)]
    failing = [each for each in pages if client.get(each).status_code != HTTPStatus.OK]
    assert not failing, failing
    print(json.dumps({"sessions": sessions, "pages": pages}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
