"""Mail into a folder: each message a file that any mail program opens. For installations without a mail server."""

from __future__ import annotations

import os
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from khcn.kernel.durable_writes import make_folder, sync_file, sync_folder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.core.mail import EmailMessage


class EmlBackend(BaseEmailBackend):
    """Writes one .eml file for each message, whole or not at all."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write the files; returns how many."""
        folder = Path(settings.EMAIL_FILE_PATH)
        make_folder(folder, mode=0o700)
        for message in email_messages:
            name = f"{timezone.localtime():%Y%m%d-%H%M%S}-{uuid.uuid4().hex[:8]}.eml"
            partial = folder / f".{name}"
            with partial.open("wb") as file:
                file.write(message.message().as_bytes())
                sync_file(file)
            os.replace(partial, folder / name)  # noqa: PTH105 -- atomic
        sync_folder(folder)  # before the database says that they were sent
        return len(email_messages)
