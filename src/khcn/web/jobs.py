"""Recurring work of the shell: the morning's e-mail."""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone, translation

from khcn.kernel.jobs.daily import daily
from khcn.web.digest import send_digests

if TYPE_CHECKING:
    from khcn.kernel.jobs.recurring import JobContext

daily("khcn.web.jobs.send_morning_mail", at=time(6, 30))


def send_morning_mail(context: JobContext) -> None:
    """Tell everybody what is new, in the language of the office; a failure is tried again in an hour."""
    with translation.override(settings.LANGUAGE_CODE):
        send_digests(on=timezone.localtime(context.now()).date())
