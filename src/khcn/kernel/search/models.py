"""The search table: one row for each record of each register."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

LONGEST_LABEL = 300
LONGEST_NAME = 150  # what is compared with the beginning of a name; also the width of two indexes


class SearchEntry(models.Model):
    """By what one record is found.

    The key is made of the number of the model and the key of the record (:mod:`.declarations`), so that the records of a
    register lie beside each other and a range of keys is a register.
    """

    id = models.BigAutoField(primary_key=True)
    model = models.IntegerField()
    object_id = models.BigIntegerField()
    label = models.CharField(max_length=LONGEST_LABEL)  # as pages of results show the record
    spelling = models.CharField(max_length=LONGEST_NAME)  # the name in small letters, with its marks
    name = models.CharField(max_length=LONGEST_NAME)  # the name, folded
    text = models.TextField()  # own and related words, folded, with a space before each

    class Meta:
        verbose_name = _("Mục tra cứu")
        verbose_name_plural = _("Bảng tra cứu")
        indexes: ClassVar = [
            models.Index(fields=["model", "name"], name="search_by_name"),
            models.Index(fields=["model", "spelling"], name="search_by_spelling"),
        ]

    def __str__(self) -> str:
        return self.label
