"""Give a trace party a key for the EPCIS interface, list its keys, or revoke one."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from khcn.kernel.actors import SYSTEM
from khcn.kernel.refusals import Refused
from khcn.trace.models import ApiKey, TraceParty
from khcn.trace.operations.api_keys import issue_key, revoke_key


class Command(BaseCommand):
    """``./khcn trace-key <GLN> --label …`` prints a new secret once; ``--list`` and ``--revoke`` look after old ones."""

    help = "Cấp khóa giao diện EPCIS cho một cơ sở tham gia truy xuất / give a trace party a key for the EPCIS interface"
    requires_system_checks = ()  # they load every screen; `serve` and `check-system` make them

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose key, and what to do."""
        parser.add_argument("gln", help="mã GLN của cơ sở tham gia truy xuất / GLN of the party")
        parser.add_argument("--label", help="tên khóa, ví dụ tên phần mềm dùng khóa / what the key is for")
        parser.add_argument("--list", action="store_true", help="liệt kê các khóa / list the keys")
        parser.add_argument(
            "--revoke", type=int, metavar="ID", help="thu hồi khóa có số này / revoke this key"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it; the secret goes to standard output by itself, so that it can be piped."""
        party = TraceParty.objects.filter(gln=options["gln"]).first()
        if party is None:
            raise CommandError(
                f"Không có cơ sở tham gia truy xuất với mã GLN {options['gln']}. / There is no such trace party."
            )
        now = timezone.now()
        keys = ApiKey.objects.filter(party=party).order_by("pk")
        if options["list"]:
            for key in keys:
                state = "đang dùng / in use"
                if key.revoked_at is not None:
                    state = f"đã thu hồi / revoked {key.revoked_at:%Y-%m-%d}"
                elif not key.is_in_use(at=now):
                    state = f"hết hạn / expired {key.expires_at:%Y-%m-%d}"
                self.stdout.write(f"{key.pk}\t{key.issued_at:%Y-%m-%d}\t{state}\t{key.label}")
        elif options["revoke"] is not None:
            found = keys.filter(pk=options["revoke"]).first()
            if found is None:
                raise CommandError("Bên này không có khóa với số đó. / The party has no such key.")
            revoke_key(key=found, actor=SYSTEM, at=now)
            self.stdout.write(f"Đã thu hồi khóa {found.pk}. / Revoked.")
        elif options["label"]:
            try:
                secret = issue_key(party=party, label=options["label"], actor=SYSTEM, at=now)
            except Refused as refused:
                raise CommandError(f"{refused} / The party has too many keys in use.") from None
            self.stderr.write("Khóa chỉ hiện một lần; hãy cất giữ. / Shown once only.")
            self.stdout.write(secret)
        else:
            raise CommandError("Thiếu --label, --list hoặc --revoke. / Give --label, --list or --revoke.")
