"""A signature as an incremental update of a PDF file, by pyHanko. Slow to import."""

from __future__ import annotations

from io import BytesIO
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.utils import timezone
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import AxisAlignment, Margins, SimpleBoxLayoutRule
from pyhanko.sign import timestamps
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from pyhanko.stamp import StaticStampStyle

from khcn.kernel.documents.pdf import render_stamp
from khcn.kernel.pdf_signatures.findings import name_in_certificate

if TYPE_CHECKING:
    from datetime import datetime

FIELD: Final = "CoQuan"  # name of the signature field; one for each signature in a file
_WHOLE_BOX: Final = SimpleBoxLayoutRule(AxisAlignment.ALIGN_MID, AxisAlignment.ALIGN_MID, Margins())
_TIME_OUT: Final = 10  # seconds for the time-stamping authority


def with_signature(
    content: bytes, *, signer: Any, page: int, box: tuple[int, int, int, int], at: datetime
) -> bytes:
    """The file with a signature of ``signer`` that is seen in ``box`` (points from the lower left corner) of a page."""
    agency = name_in_certificate(signer.signing_cert.subject)
    address = settings.SIGNATURE_TIMESTAMP_URL
    with NamedTemporaryFile(suffix=".pdf") as stamp:  # pyHanko reads it by its name, while it signs
        stamp.write(_seen(agency, at, box))
        stamp.flush()
        signing = PdfSigner(
            PdfSignatureMetadata(
                field_name=FIELD, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES, name=agency
            ),
            signer,
            timestamper=timestamps.HTTPTimeStamper(address, timeout=_TIME_OUT) if address else None,
            stamp_style=StaticStampStyle.from_pdf_file(
                stamp.name, border_width=0, background_layout=_WHOLE_BOX
            ),
            new_field_spec=SigFieldSpec(FIELD, on_page=page, box=box),
        )
        return bytes(signing.sign_pdf(IncrementalPdfFileWriter(BytesIO(content))).getvalue())


def _seen(agency: str, at: datetime, box: tuple[int, int, int, int]) -> bytes:
    """Who and when, by ISO 8601 with the zone (Decree 30/2020/NĐ-CP, Phụ lục I, phần I, mục II.8)."""
    left, bottom, right, top = box
    when = timezone.localtime(at).isoformat(sep=" ", timespec="seconds")
    lines = [f"Ký bởi: {agency}", f"Thời gian ký: {when}"]
    return render_stamp(lines, right - left, top - bottom, settings.FONTS)
