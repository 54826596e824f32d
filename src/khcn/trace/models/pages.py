"""Public pages that are stored as they were made, and by what it is known that nothing they show has changed (docs/adr/0063)."""

from __future__ import annotations

from django.db import models


class PageStamp(models.Model):
    """Changes of rows from which public pages are made. The sum over all rows is the stamp: each change adds a random number to it, in its
    own transaction, so that two stamps are the same only where the same changes were committed. Written by triggers of the database
    (`khcn.trace.store.page_triggers`).
    """

    changes = models.BigIntegerField()


class StoredPage(models.Model):
    """The page of a product or lot, by its address. It is answered only while the stamp is the one that was read before the page was made."""

    key = models.CharField(max_length=64, primary_key=True)  # SHA-256 of path, query string and language
    # SHA-256 of the program, the address of the server, the department and the day
    made_for = models.CharField(max_length=64)
    stamp = models.BigIntegerField()
    day = models.DateField(db_index=True)
    path = models.CharField(max_length=200)  # what a look-up counts for (docs/adr/0060)
    headers = models.TextField()  # a JSON object
    content = models.BinaryField()  # compressed, as most browsers take it (gzip)
