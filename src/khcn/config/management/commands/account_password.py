"""Issue a password on the server: for the first account of an installation, and where nobody else can be the second person."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from khcn.kernel.actors import ACCOUNT_ROLES, SYSTEM, acting
from khcn.kernel.refusals import Refused
from khcn.parties.models import OrgUnit, User
from khcn.parties.operations.password_issues import issue_on_the_server
from khcn.web.views.password_issues import new_password


class Command(BaseCommand):
    """``./khcn account-password NAME`` prints a password once; with ``--new`` it makes the account first, with ``--role``."""

    help = "Cấp mật khẩu cho một tài khoản, hoặc tạo tài khoản / issue a password for an account, or make the account"
    requires_system_checks = ()  # they load every screen; `serve` and `check-system` make them

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose password, and what a new account is."""
        parser.add_argument("username", help="tên đăng nhập / name of the account")
        parser.add_argument(
            "--new", metavar="HỌ-TÊN", help="tạo tài khoản của người này / make it, for this person"
        )
        roles = [str(value) for value, _label in ACCOUNT_ROLES]
        parser.add_argument(
            "--role", choices=roles, help="vai trò, phải có cùng --new / role, required with --new"
        )
        parser.add_argument("--unit", help="mã phòng, đơn vị / code of the unit")
        parser.add_argument(
            "--lost-device", action="store_true", help="bỏ cả mã xác thực / remove the second factor too"
        )
        parser.add_argument("--reason", default="", help="lý do, ghi vào nhật ký / why, for the log")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it; the password goes to standard output by itself."""
        if options["new"] and not options["role"]:
            raise CommandError(
                "Thêm --role VAI-TRÒ cùng --new, ví dụ --role admin. / --new takes --role, such as --role admin."
            )
        with acting(SYSTEM, "./khcn account-password"):
            account = self._made(options) if options["new"] else self._stored(options["username"])
            password = new_password()
            account.set_password(password)
            reason = options["reason"][:300]
            try:
                issue_on_the_server(
                    account=account, reason=reason, at=timezone.now(), removes_factor=options["lost_device"]
                )
            except Refused as refused:
                raise CommandError(str(refused)) from None
        until = timezone.localtime(account.issued_password_until)
        self.stderr.write(
            f"{account.username}, {account.role or '–'}: dùng được đến / good until {until:%H:%M %d/%m/%Y}"
        )
        self.stderr.write(
            "Mật khẩu chỉ hiện một lần, chỉ để đặt mật khẩu riêng. / Shown once; it must be changed."
        )
        self.stdout.write(password)

    @staticmethod
    def _stored(name: str) -> User:
        account = User.objects.filter(username=name).first()
        if account is None:
            raise CommandError(
                f"Không có tài khoản {name}; thêm --new HỌ-TÊN để tạo. / There is no such account."
            )
        return account

    @staticmethod
    def _made(options: dict[str, Any]) -> User:
        name = options["username"]
        if User.objects.filter(username=name).exists():
            raise CommandError(f"Đã có tài khoản {name}; bỏ --new. / The account is there already.")
        unit = None
        if code := options["unit"]:
            unit = OrgUnit.objects.filter(code=code).order_by("valid_from").last()
            if unit is None:
                raise CommandError(f"Không có phòng, đơn vị với mã {code}. / There is no such unit.")
        account = User(username=name, full_name=options["new"], role_id=options["role"], unit=unit)
        account.set_unusable_password()
        account.full_clean(exclude=["password"])
        account.save()
        return account
