"""How often labels were looked up, without anything about who did (docs/adr/0060)."""

from __future__ import annotations

from django.db import models


class ScanKey(models.Model):
    """The key by which the networks of a period become numbers. When it is thrown away, nobody can find out what they stand for."""

    period = models.DateField(primary_key=True)  # the first day of a month
    secret = models.CharField(max_length=64)


class ScanNetwork(models.Model):
    """That a label of one single object was looked up from a network on a day. `network`: one of 65,536 numbers, by the key of the period
    and for this object alone, so that neither a network nor what else was looked up from it can be found.
    """

    pk = models.CompositePrimaryKey("thing", "period", "day", "network")
    thing = models.CharField(max_length=200)
    period = models.DateField()
    day = models.DateField(db_index=True)
    network = models.IntegerField()
    scans = models.IntegerField()


class ScanDay(models.Model):
    """How often the labels of a product or a lot were looked up on a day, until registers take it over."""

    pk = models.CompositePrimaryKey("path", "day")
    path = models.CharField(max_length=200)
    day = models.DateField(db_index=True)
    scans = models.IntegerField()


class CopiedCode(models.Model):
    """A code of one single object that was looked up from so many networks that it may be on more than one label.

    While `is_warned`, its page says so. `reviewed_on`: a person has looked at it; where the page does not warn since then,
    look-ups after that day count anew. `counts`: by day, from how many networks and how often.
    """

    thing = models.CharField(max_length=200, primary_key=True)
    lot = models.CharField(max_length=200, blank=True)  # the path of its lot, where that is known
    noticed_on = models.DateField()
    counts = models.JSONField(default=dict)
    reviewed_on = models.DateField(null=True)
    is_warned = models.BooleanField(default=True)
