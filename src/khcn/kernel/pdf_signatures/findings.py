"""What a check of one signature found, and the words for it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class SignatureVerdict(StrEnum):
    """From the worst to the best; the first that is true of a signature is its verdict."""

    UNREADABLE = "unreadable"
    WEAK = "weak"  # a short key or a broken hash: it may be forged, and proves neither signer nor content
    CHANGED = "changed"  # the signed bytes are not those that were signed, or the signature is not of this certificate
    REVOKED = "revoked"
    EXPIRED = "expired"  # or not valid yet, on the day of the check
    ADDED_TO = "added_to"  # something was appended that signing and filling in do not explain
    UNKNOWN_ISSUER = "unknown_issuer"
    VALID = "valid"


_WORDS = {
    SignatureVerdict.UNREADABLE: gettext_lazy("Không đọc được chữ ký số trong tệp này."),
    SignatureVerdict.CHANGED: gettext_lazy("Nội dung tệp đã bị thay đổi sau khi ký."),
    SignatureVerdict.REVOKED: gettext_lazy("Chứng thư số đã bị thu hồi."),
    SignatureVerdict.EXPIRED: gettext_lazy("Chứng thư số không còn hiệu lực vào lúc kiểm tra."),
    SignatureVerdict.WEAK: gettext_lazy(
        "Chữ ký hoặc chứng thư dùng khóa quá ngắn hoặc hàm băm đã bị phá (SHA-1, MD5), nên người khác có thể làm giả."
    ),
    SignatureVerdict.ADDED_TO: gettext_lazy("Tệp có phần được thêm vào sau khi ký."),
    SignatureVerdict.UNKNOWN_ISSUER: gettext_lazy(
        "Nội dung đúng như khi ký, nhưng máy chủ không có chứng thư gốc để biết ai cấp chứng thư này."
    ),
    SignatureVerdict.VALID: gettext_lazy("Nội dung đúng như khi ký, chứng thư do tổ chức được tin cậy cấp."),
}


@dataclass(frozen=True, slots=True)
class SignatureFinding:
    """One signature of a file, on the day of the check."""

    verdict: SignatureVerdict
    signer: str = ""
    issuer: str = ""
    signed_at: datetime | None = None
    """As the signer's clock had it, unless ``is_time_proven``."""
    is_time_proven: bool = False
    """A time-stamping authority that we trust says so."""
    is_revocation_checked: bool = False
    """A list of revoked certificates by the issuer was at hand and in force."""

    @property
    def words(self) -> str:
        """The verdict and what it does not cover, in Vietnamese."""
        parts = [str(_WORDS[self.verdict])]
        if self.verdict is SignatureVerdict.VALID and not self.is_revocation_checked:
            parts.append(_("Chưa kiểm tra được chứng thư có bị thu hồi hay không."))
        return " ".join(parts)

    @property
    def is_bad(self) -> bool:
        """Whether the file should not be relied upon."""
        return self.verdict not in {SignatureVerdict.VALID, SignatureVerdict.UNKNOWN_ISSUER}

    @property
    def time_words(self) -> str:
        """When it was signed and who says so."""
        if self.signed_at is None:
            return ""
        at = f"{timezone.localtime(self.signed_at):%H:%M:%S %d/%m/%Y}"
        return (
            _("%(at)s (có dấu thời gian)") if self.is_time_proven else _("%(at)s (theo đồng hồ của người ký)")
        ) % {"at": at}

    def as_json(self) -> dict[str, Any]:
        """To be stored."""
        return {**asdict(self), "signed_at": self.signed_at and self.signed_at.isoformat()}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> SignatureFinding:
        """As it was stored."""
        at = stored["signed_at"]
        return cls(
            **{
                **stored,
                "verdict": SignatureVerdict(stored["verdict"]),
                "signed_at": at and datetime.fromisoformat(at),
            }
        )


def name_in_certificate(name: Any) -> str:
    """The common name of a subject or issuer (asn1crypto), else its organisation."""
    parts = name.native
    found = parts.get("common_name") or parts.get("organization_name") or ""
    return " ".join(found) if isinstance(found, list) else str(found)
