"""What the scenes of test_at_once.py have in common. Django is set up only when they are played, so imports are local."""

import copy
import threading
import traceback
from datetime import date

from tests.own_rows import put_rows, take_rows


def at_once(*actions):
    """Run all actions in threads that start together; their results in order. An exception is a result too."""
    from django.db import connections

    gate = threading.Barrier(len(actions))
    results = [None] * len(actions)

    def run(place, action):
        try:
            gate.wait()
            results[place] = action()
        except Exception as fault:  # noqa: BLE001 -- handed to the scene, which will not expect it
            traceback.print_exc()
            results[place] = fault
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place, action)) for place, action in enumerate(actions)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(120)
    return results


def browser(user):
    from django.test import Client

    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def opened(client, address, xpath="//main//form[@method='post']", **typed):
    """What a browser would send from a page that was opened just now."""
    from tests.web.conftest import form_values, tree

    return {**form_values(tree(client.get(address)), xpath), **typed}


def opened_preview(client, batch):
    """The same for the button that writes an imported file."""
    return opened(client, f"/import/{batch.pk}/", "//form[contains(@action, '/confirm/')]")


def posting(client, address, data, **options):
    return lambda: client.post(address, data, **options)


def statuses(answers):
    return sorted(getattr(each, "status_code", repr(each)) for each in answers)


def a_form_version():
    """A stored definition of a report, with the window of its period."""
    from khcn.kernel.actors import SYSTEM, acting
    from khcn.reference.models import RegimeWindow, ReportingRegime
    from khcn.reports.forms.definition import parse_form
    from khcn.reports.models import FormVersion
    from tests.reports.conftest import FORM_TOML

    with acting(SYSTEM):
        regime = ReportingRegime(code="BC-DINH-KY", name="Quyết định 19/2019/QĐ-UBND")
        regime.save()
        RegimeWindow(
            regime=regime, kind="nine_months", number=1, start_day=15, start_month=12, starts_year_before=True,
            end_day=14, end_month=9, valid_from=date(2019, 1, 1),
        ).save()  # fmt: skip
        form = parse_form(FORM_TOML)
        version = FormVersion(
            code=form.code, version=1, title=form.title, valid_from=form.valid_from, body=FORM_TOML
        )
        version.save()
    return version


_made = []
"""The world and its rows, once they have been made."""


def a_world():
    """The world, in an empty database. A process makes it once; after that its rows are put there again."""
    from tests.security.world import build

    if not _made:
        world = build(a_form_version(), frozen=False)
        _made.extend((world, take_rows()))
    else:
        put_rows(_made[1])
    return copy.deepcopy(_made[0])


def edit_form(client, address):
    """What a browser would send back from an edit page."""
    from tests.web.conftest import form_values, tree

    return form_values(tree(client.get(address)))


def chain_is_whole():
    from khcn.kernel.audit.jobs import verify_log_job

    verify_log_job()
