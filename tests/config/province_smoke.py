"""In a process of its own, on the database that the settings name: a record with its log, found by search, and a number, all of it
sealed in a log that is whole; and, where a second argument is given, a party with a key."""

import json
import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "khcn.config.settings")
django.setup()

from django.db import transaction  # noqa: E402 -- after set-up
from django.utils import timezone  # noqa: E402 -- the same

from khcn.kernel.actors import SYSTEM, acting  # noqa: E402 -- the same
from khcn.kernel.audit.log_verification import verify_log  # noqa: E402 -- the same
from khcn.kernel.numbering.operations import allocate  # noqa: E402 -- the same
from khcn.kernel.search.declarations import declared  # noqa: E402 -- the same
from khcn.kernel.search.global_search import SearchSource, find_records  # noqa: E402 -- the same
from khcn.kernel.search.search_words import read_words  # noqa: E402 -- the same
from khcn.parties.models import Organisation  # noqa: E402 -- the same

if __name__ == "__main__":
    name, *more = sys.argv[1:]
    with transaction.atomic(), acting(SYSTEM):
        Organisation(name=name).save()
        number = allocate(
            book="SO",
            unit_code="SKHCN",
            on=timezone.localdate(),
            pattern="{number}/QĐ-{unit}",
            given_to=name,
            actor=SYSTEM,
        )
    assert verify_log().findings == []
    hits = find_records([SearchSource(declared(Organisation))], read_words("hop tac"), 8)
    found = {"found": [each.label for each in hits], "number": str(number)}
    if more:
        from tests.trace.served.world import prepare  # local: it loads much

        found |= prepare()
    json.dump(found, sys.stdout)
