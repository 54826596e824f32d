"""After data have come back from an earlier time: sessions, tokens, keys and addresses of calendars that had ended since are ended again.

Nothing in the restored data tells which those are, so that all of them go.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction
from django.utils import timezone, translation

from khcn.kernel.actors import SYSTEM, acting
from khcn.parties.models import User
from khcn.parties.operations.account_events import end_all_sessions
from khcn.parties.operations.account_tokens import all_tokens_in_use, calendar_addresses, end_all_tokens
from khcn.trace.operations.api_keys import keys_in_use, revoke_key

if TYPE_CHECKING:
    from datetime import datetime

REASON: Final = "Dữ liệu trở về một thời điểm trước"


class Command(BaseCommand):
    """``./khcn end-access``: `./khcn restore` does it as its last step; by hand after a restore to a moment."""

    help = "Kết thúc mọi phiên, mã, khóa truy cập / end all sessions, tokens and keys"
    requires_system_checks = ()  # they load every screen; `serve` and `check-system` make them

    def add_arguments(self, parser: CommandParser) -> None:
        """What stays."""
        parser.add_argument(
            "--keep-keys",
            action="store_true",
            help="giữ mã truy cập, khóa truy xuất, địa chỉ lịch, chỉ liệt kê / tokens, keys and calendars stay, and are listed",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """List what opens something, and end it: all or nothing."""
        at, stays = timezone.now(), options["keep_keys"]
        with translation.override("vi"), acting(SYSTEM, REASON), transaction.atomic():
            lines = self._lines(at)
            sessions = end_all_sessions(at=at, text=REASON)
            if not stays:
                keys = list(keys_in_use(at=at))
                end_all_tokens(at=at, text=f"{REASON}: kết thúc")
                for key in keys:
                    revoke_key(key=key, actor=SYSTEM, at=at)
        self.stdout.write(f"Đã kết thúc {sessions} phiên đăng nhập / sessions ended.")
        if not lines:
            return
        self.stdout.write(
            "Vẫn dùng được, rà từng dòng / these still open the interfaces:"
            if stays
            else "Đã kết thúc, cấp lại khi còn cần / ended, to be issued anew:"
        )
        for line in lines:
            self.stdout.write(f"  {line}")

    def _lines(self, at: datetime) -> list[str]:
        names = dict(User.objects.values_list("pk", "username"))
        return [
            *(
                f"mã truy cập / token {each.account.username}: {each.name}"
                for each in all_tokens_in_use(at=at)
            ),
            *(f"địa chỉ lịch / calendar {names.get(each.user_id, '')}" for each in calendar_addresses()),
            *(
                f"khóa truy xuất / key {each.party.gln} {each.party.name}: {each.label}"
                for each in keys_in_use(at=at)
            ),
        ]
