"""Whether the service answers, here and under its public name, and whether mail can go out."""

from __future__ import annotations

import smtplib
import socket
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from http.cookies import SimpleCookie
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import get_connection

from khcn.config.doctor.diagnosis import Diagnosis, error, good, warning
from khcn.web.identity_provider.faults import ProviderUnreachableError
from khcn.web.identity_provider.provider_requests import ExchangeDeadline

if TYPE_CHECKING:
    from collections.abc import Iterator
    from http.client import HTTPResponse

_PATIENCE: Final = 10.0  # seconds
EXPIRES_SOON: Final = timedelta(days=30)
_OK, _FORBIDDEN = 200, 403


@dataclass(frozen=True, slots=True)
class SeenCertificate:
    """What a browser sees of the certificate of the public address, if it trusts it."""

    expires: datetime
    is_self_signed: bool


def service(_at: datetime) -> Iterator[Diagnosis]:
    """The program on this machine."""
    connection = HTTPConnection(_reached(settings.LISTEN.host), settings.LISTEN.port, timeout=_PATIENCE)
    try:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
    except (OSError, HTTPException) as fault:
        yield error(
            f"Dịch vụ không trả lời ở {settings.LISTEN}: {fault}.",
            "systemctl restart khcn; xem journalctl -u khcn. Dịch vụ nghe ở cổng khác thì đặt KHCN_LISTEN.",
        )
        return
    finally:
        connection.close()
    if answer.status == _OK:
        yield good(f"Trả lời ở {settings.LISTEN}")
    else:
        yield error(f"Dịch vụ báo chưa sẵn sàng: {text.strip()[:200]}.", "Xem các mục về cơ sở dữ liệu.")


def _reached(host: str) -> str:
    """By which address a program on this machine reaches what listens there: "any" is no address to ask."""
    address = ip_address(host)
    if not address.is_unspecified:
        return host
    return "127.0.0.1" if address.version == 4 else "::1"  # noqa: PLR2004 -- of IP


def public_address(at: datetime) -> Iterator[Diagnosis]:
    """As a browser comes: name, certificate, proxy."""
    url = urlsplit(settings.PUBLIC_URL)
    host = url.hostname or ""
    if url.scheme != "https":
        return
    port = url.port or 443
    try:
        certificate = certificate_of(host, port, patience=_PATIENCE)
    except ssl.SSLCertVerificationError as fault:
        yield error(
            f"Trình duyệt không tin chứng thư của {host}: {fault.verify_message}.",
            "Đặt chứng thư do tổ chức chứng thực cấp vào /etc/khcn/tls rồi systemctl reload nginx.",
        )
        return
    except OSError as fault:
        yield error(f"Không nối được tới {host}:{port}: {fault}.", "Kiểm tra nginx, tường lửa và tên miền.")
        return
    expires = certificate.expires
    if certificate.is_self_signed:
        yield warning(
            f"Chứng thư của {host} tự ký: máy này tin, trình duyệt của mọi người thì không.",
            "Đặt chứng thư do tổ chức chứng thực cấp vào /etc/khcn/tls rồi systemctl reload nginx.",
        )
    if expires - at < EXPIRES_SOON:
        yield warning(f"Chứng thư của {host} hết hạn ngày {expires:%d/%m/%Y}.", "Xin cấp chứng thư mới.")
    connection = HTTPSConnection(host, port, timeout=_PATIENCE)
    try:
        connection.request("GET", "/login/", headers={"X-Forwarded-For": "192.0.2.1"})
        answer = connection.getresponse()
        answer.read()
        form = _status_of_form(connection, answer)
    except (OSError, HTTPException) as fault:
        yield error(
            f"{settings.PUBLIC_URL} không trả lời: {fault}.", "Kiểm tra nginx: nginx -t; journalctl -u nginx."
        )
        return
    finally:
        connection.close()
    if answer.status != _OK:
        yield error(
            f"{settings.PUBLIC_URL}/login/ trả lời {answer.status}.",
            "Kiểm tra KHCN_HOSTS, KHCN_TRUSTED_PROXY và nginx.",
        )
    elif not answer.getheader("Strict-Transport-Security"):
        yield error(
            "Trang không mang Strict-Transport-Security.", "Kiểm tra KHCN_HTTPS và KHCN_TRUSTED_PROXY."
        )
    elif form == _FORBIDDEN:
        yield error(
            f"Biểu mẫu gửi từ trang ở {settings.PUBLIC_URL} bị từ chối: proxy chuyển tên hoặc cổng khác với trình duyệt.",
            "Dùng deploy/nginx/khcn.conf kèm bản này (Host $host$khcn_port); proxy khác thì đặt KHCN_TRUSTED_ORIGINS là địa chỉ mà "
            "người dùng mở, có cả cổng.",
        )
    else:
        yield good(f"{settings.PUBLIC_URL}, chứng thư đến {expires:%d/%m/%Y}")


def _status_of_form(connection: HTTPSConnection, page: HTTPResponse) -> int:
    """The answer to the form of the page, sent empty as a browser sends it, with the origin that the browser would name."""
    sent = SimpleCookie()
    for each in page.headers.get_all("Set-Cookie", []):
        sent.load(each)
    token = sent[settings.CSRF_COOKIE_NAME].value if settings.CSRF_COOKIE_NAME in sent else ""
    headers = {
        "Cookie": f"{settings.CSRF_COOKIE_NAME}={token}",
        "X-CSRFToken": token,
        "Origin": settings.PUBLIC_URL,
        "Content-Type": "application/x-www-form-urlencoded",
    }
    connection.request("POST", "/login/", b"username=&password=", headers)
    answer = connection.getresponse()
    answer.read()
    return answer.status


def certificate_of(host: str, port: int, *, patience: float) -> SeenCertificate:
    """Raises OSError, of which SSLCertVerificationError is one."""
    context = ssl.create_default_context()
    with (
        socket.create_connection((host, port), timeout=patience) as plain,
        context.wrap_socket(plain, server_hostname=host) as secure,
    ):
        certificate = secure.getpeercert() or {}
    return SeenCertificate(
        expires=datetime.fromtimestamp(ssl.cert_time_to_seconds(str(certificate["notAfter"])), UTC),
        is_self_signed=certificate.get("issuer") == certificate.get("subject"),
    )


def identity_provider(_at: datetime) -> Iterator[Diagnosis]:
    """People can sign in by it: it answers, names itself as it is set here, and has keys."""
    provider = settings.IDENTITY_PROVIDER
    if provider is None:
        yield good("Chỉ đăng nhập bằng mật khẩu (KHCN_OIDC_ISSUER không đặt)")
        return
    try:
        provider.secret()
    except OSError as fault:
        yield error(
            f"Không đọc được mã bí mật của hệ thống ở nhà cung cấp định danh: {fault}.",
            "Kiểm tra KHCN_OIDC_CLIENT_SECRET_FILE; tài khoản của dịch vụ phải đọc được tệp ấy.",
        )
    from khcn.web.identity_provider.metadata import ProviderKnowledge  # local: optional dependency

    knowledge, deadline = ProviderKnowledge(), ExchangeDeadline.of(provider)
    try:
        knowledge.metadata(provider, deadline)
        keys = knowledge.keys(provider, deadline)
    except ProviderUnreachableError as fault:
        yield error(
            f"Không liên lạc được với nhà cung cấp định danh {provider.issuer}: {fault}. Đăng nhập bằng mật khẩu vẫn được.",
            "Kiểm tra KHCN_OIDC_ISSUER, KHCN_OIDC_HOSTS, mạng và tường lửa; hỏi bên vận hành nhà cung cấp.",
        )
        return
    if keys:
        yield good(f"{provider.issuer} trả lời, {len(keys)} khóa")
    else:
        yield error(
            f"{provider.issuer} không có khóa nào dùng được để kiểm tra chữ ký: không ai đăng nhập được bằng tài khoản định danh.",
            "Hỏi bên vận hành nhà cung cấp: cần khóa RSA từ 2048 bit hoặc khóa đường cong elliptic.",
        )


def mail_server(_at: datetime) -> Iterator[Diagnosis]:
    """Reminders and alarms can be sent."""
    if not settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        yield warning(
            f"Chưa đặt máy chủ thư (KHCN_SMTP): nhắc hạn và báo động chỉ nằm ở {settings.EMAIL_FILE_PATH}.",
            "Đặt KHCN_SMTP=smtp://tài-khoản:mật-khẩu@máy-chủ:587 và KHCN_MAIL_FROM.",
        )
        return
    connection = get_connection()
    try:
        connection.open()
    except (OSError, smtplib.SMTPException) as fault:
        yield error(
            f"Không gửi được thư qua {settings.EMAIL_HOST}: {fault}.", "Kiểm tra KHCN_SMTP và tường lửa."
        )
        return
    finally:
        connection.close()
    yield good(settings.EMAIL_HOST)
