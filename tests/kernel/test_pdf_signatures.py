"""Signatures in PDF files: ours hold, and each way to tamper with one is named."""

import re
import subprocess
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
import typst
from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import timestamps
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner

from khcn.kernel.pdf_signatures.certificate import SigningRefused, TokenRefused
from khcn.kernel.pdf_signatures.checking import check_signatures
from khcn.kernel.pdf_signatures.findings import SignatureFinding, SignatureVerdict
from khcn.kernel.pdf_signatures.signing import SignaturePlace, sign_pdf
from tests.conftest import require_all
from tests.kernel.signing_authority import (
    AGENCY,
    NOW,
    OURS,
    PASSPHRASE,
    SHORT,
    STRANGER,
    by_sha1,
    key,
    pem,
    pkcs12_file,
)

PLACE = SignaturePlace(0, (300, 100, 526, 180))
PDF = typst.Compiler(b"= Quy\xe1\xba\xbft \xc4\x91\xe1\xbb\x8bnh\n#lorem(40)").compile(format="pdf")
YEAR = timedelta(days=365)


@pytest.fixture
def certificate(settings, tmp_path):
    """Give the installation a certificate and roots; again, to change them."""

    def give(issued=None, *, roots=(OURS,), passphrase=PASSPHRASE, revoked=()):
        file, secret, trusted = tmp_path / "so.p12", tmp_path / "passphrase", tmp_path / "roots.pem"
        file.write_bytes(pkcs12_file(issued or OURS.issue()))
        secret.write_text(passphrase + "\n", "utf-8")
        trusted.write_bytes(b"".join(pem(each.root) for each in roots))
        lists = tmp_path / "crls"
        lists.mkdir(exist_ok=True)
        for number, content in enumerate(revoked):
            (lists / f"{number}.crl").write_bytes(content)
        settings.SIGNATURE_PKCS12, settings.SIGNATURE_PASSPHRASE_FILE = file, secret
        settings.SIGNATURE_ROOTS = trusted if roots else None
        settings.SIGNATURE_CRLS = lists if revoked else None

    give()
    return give


def signed(at=NOW):
    return sign_pdf(PDF, place=PLACE, at=at)[0]


def verdicts(content, at=NOW):
    return [each.verdict for each in check_signatures(content, at=at)]


def test_a_file_without_signatures_has_none():
    assert check_signatures(PDF, at=NOW) == []


def test_the_signature_names_the_agency_and_holds_the_whole_file(certificate):
    content, finding = sign_pdf(PDF, place=PLACE, at=NOW)
    assert content.startswith(PDF)
    assert check_signatures(content, at=NOW) == [finding]
    assert (finding.verdict, finding.signer, finding.issuer) == (SignatureVerdict.VALID, AGENCY, OURS.name)
    assert (finding.is_time_proven, finding.is_revocation_checked) == (False, False)
    assert "Chưa kiểm tra được chứng thư có bị thu hồi" in finding.words
    assert SignatureFinding.from_json(finding.as_json()) == finding


def test_every_changed_byte_that_was_signed_is_noticed(certificate):
    content = signed()
    for place in range(50, len(PDF), len(PDF) // 12):
        changed = bytearray(content)
        changed[place] ^= 1
        assert set(verdicts(bytes(changed))) <= {
            SignatureVerdict.CHANGED,
            SignatureVerdict.UNREADABLE,
            SignatureVerdict.ADDED_TO,
        }, place
        assert verdicts(bytes(changed)) != [], place


def test_what_is_appended_after_the_signature_is_noticed(certificate):
    writer = IncrementalPdfFileWriter(BytesIO(signed()))
    writer.root["/Extra"] = generic.TextStringObject("thêm")
    writer.update_root()
    changed = BytesIO()
    writer.write(changed)
    assert verdicts(changed.getvalue()) == [SignatureVerdict.ADDED_TO]


def test_a_second_signature_leaves_the_first_whole(certificate, monkeypatch):
    once = signed()
    monkeypatch.setattr("khcn.kernel.pdf_signatures.incremental_signature.FIELD", "NguoiKy")
    twice = sign_pdf(once, place=SignaturePlace(0, (60, 100, 280, 180)), at=NOW)[0]
    assert verdicts(twice) == [SignatureVerdict.VALID, SignatureVerdict.VALID]


def test_whose_certificate_it_is_counts(certificate):
    content = signed()
    certificate(roots=(STRANGER,))
    assert verdicts(content) == [SignatureVerdict.UNKNOWN_ISSUER]
    certificate(STRANGER.issue(), roots=())
    impostor = signed()  # the same name, of another authority
    certificate()
    assert verdicts(impostor) == [SignatureVerdict.UNKNOWN_ISSUER]


def test_a_revoked_and_an_expired_certificate_are_reported(certificate):
    content, issued = signed(), OURS.issue()
    certificate(revoked=[OURS.revocations(issued)])
    assert verdicts(content) == [SignatureVerdict.REVOKED]
    certificate(revoked=[OURS.revocations()])
    [finding] = check_signatures(content, at=NOW)
    assert (finding.verdict, finding.is_revocation_checked) == (SignatureVerdict.VALID, True)
    [late] = check_signatures(content, at=NOW + timedelta(days=30))
    assert (late.verdict, late.is_revocation_checked) == (SignatureVerdict.VALID, False)
    assert verdicts(content, at=NOW + 2 * YEAR) == [SignatureVerdict.EXPIRED]


@pytest.mark.parametrize(
    ("number", "weakened", "why"),
    [(SHORT, lambda issued: issued, "RSA 1024 bit < 2048 bit"), (1, by_sha1, "SHA-1")],
    ids=["short", "sha1"],
)
def test_a_certificate_that_is_too_weak_signs_nothing(certificate, tmp_path, number, weakened, why):
    issued = weakened(OURS.issue(number=number))
    (tmp_path / "so.p12").write_bytes(pkcs12_file(issued, number=number))
    with pytest.raises(SigningRefused, match=re.escape(f"({why})")) as refused:
        signed()
    assert refused.value.code == "certificate_weak"


@pytest.mark.parametrize(
    ("number", "weakened", "digest"),
    [
        (SHORT, lambda issued: issued, "sha256"),
        (1, by_sha1, "sha256"),
        (1, lambda issued: issued, "sha1"),
    ],
    ids=["short", "certificate by SHA-1", "signature by SHA-1"],
)
def test_a_weak_signature_of_others_is_named(certificate, number, weakened, digest):
    issued = weakened(OURS.issue("Sở khác", number=number))
    signer = SimpleSigner.load_pkcs12_data(
        pkcs12_file(issued, number=number), [], passphrase=PASSPHRASE.encode()
    )
    made = PdfSigner(PdfSignatureMetadata(field_name="Khac", md_algorithm=digest), signer).sign_pdf(
        IncrementalPdfFileWriter(BytesIO(PDF))
    )
    [finding] = check_signatures(made.getvalue(), at=NOW)
    assert (finding.verdict, finding.signer, finding.issuer, finding.is_bad) == (
        SignatureVerdict.WEAK,
        "Sở khác",
        OURS.name,
        True,
    )
    assert "người khác có thể làm giả" in finding.words


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"passphrase": "sai"}, "certificate_unusable"),
        ({"issued": OURS.issue(begins=NOW - 2 * YEAR)}, "certificate_expired"),
        ({"issued": OURS.issue(begins=NOW + YEAR)}, "certificate_expired"),
        ({"revoked": [OURS.revocations(OURS.issue())]}, "signature_refused"),
        ({"roots": (STRANGER,)}, "signature_refused"),
    ],
)
def test_nothing_is_signed_with_a_certificate_that_does_not_fit(certificate, given, code):
    certificate(**given)
    with pytest.raises(SigningRefused) as refused:
        signed()
    assert refused.value.code == code


def test_without_a_certificate_or_with_a_broken_file_the_reason_is_reported(certificate, settings):
    with pytest.raises(SigningRefused) as refused:
        sign_pdf(b"%PDF-1.7 broken", place=PLACE, at=NOW)
    assert refused.value.code == "not_signed"
    settings.SIGNATURE_PKCS12 = None
    with pytest.raises(SigningRefused) as refused:
        signed()
    assert refused.value.code == "no_certificate"


def test_a_time_stamping_authority_proves_the_time(certificate, settings, monkeypatch):
    issued = asn1_x509.Certificate.load(
        OURS.issue("Dấu thời gian", number=2, stamps=True).public_bytes(Encoding.DER)
    )
    private = asn1_keys.PrivateKeyInfo.load(
        key(2).private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    )
    asked = []

    def authority(address, timeout):
        asked.append((address, timeout))
        return timestamps.DummyTimeStamper(issued, private, fixed_dt=NOW + timedelta(seconds=3))

    monkeypatch.setattr("pyhanko.sign.timestamps.HTTPTimeStamper", authority)
    settings.SIGNATURE_TIMESTAMP_URL = "http://tsa.example/"
    _content, finding = sign_pdf(PDF, place=PLACE, at=NOW)
    assert asked == [("http://tsa.example/", 10)]
    assert (finding.verdict, finding.signed_at, finding.is_time_proven) == (
        SignatureVerdict.VALID,
        NOW + timedelta(seconds=3),
        True,
    )


@pytest.mark.parametrize(
    "content", [b"/ByteRange", b"%PDF-1.7\n/ByteRange [0 1 2 3]", PDF[:500] + b"/ByteRange" + PDF[500:]]
)
def test_hostile_files_are_unreadable_or_unsigned(content):
    assert verdicts(content) in ([], [SignatureVerdict.UNREADABLE])


TOKEN_LIBRARY = Path("/usr/lib/softhsm/libsofthsm2.so")


def test_the_key_may_be_on_a_token(certificate, settings, tmp_path, monkeypatch):
    if not TOKEN_LIBRARY.exists():
        if require_all():
            pytest.fail("softhsm2 is required")
        pytest.skip("softhsm2 is not installed")
    (tmp_path / "tokens").mkdir()
    (tmp_path / "softhsm2.conf").write_text(f"directories.tokendir = {tmp_path / 'tokens'}\n", "utf-8")
    monkeypatch.setenv("SOFTHSM2_CONF", str(tmp_path / "softhsm2.conf"))
    private = tmp_path / "key.pem"
    private.write_bytes(key(1).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    for arguments in (
        ("--init-token", "--free", "--label", "so", "--so-pin", "12345678", "--pin", "4321"),
        ("--import", str(private), "--token", "so", "--label", "dau", "--id", "01", "--pin", "4321"),
    ):
        subprocess.run(["softhsm2-util", *arguments], check=True, capture_output=True)
    import pkcs11
    from pkcs11.util.x509 import decode_x509_certificate

    library = pkcs11.lib(str(TOKEN_LIBRARY))
    with library.get_token(token_label="so").open(rw=True, user_pin="4321") as session:
        session.create_object(
            decode_x509_certificate(OURS.issue().public_bytes(Encoding.DER))
            | {pkcs11.Attribute.TOKEN: True, pkcs11.Attribute.LABEL: "dau", pkcs11.Attribute.ID: b"\x01"}
        )
    (tmp_path / "pin").write_text("4321\n", "utf-8")
    settings.SIGNATURE_PKCS12 = None
    settings.SIGNATURE_PKCS11_MODULE, settings.SIGNATURE_PIN_FILE = TOKEN_LIBRARY, tmp_path / "pin"
    settings.SIGNATURE_PKCS11_TOKEN, settings.SIGNATURE_PKCS11_LABEL = "so", "dau"
    assert verdicts(signed()) == [SignatureVerdict.VALID]
    (tmp_path / "pin").write_text("0000\n", "utf-8")
    with pytest.raises(TokenRefused) as refused:  # after which nothing tries by itself
        signed()
    assert refused.value.code == "certificate_unusable"
    with monkeypatch.context() as opened:
        opened.setattr("pyhanko.sign.pkcs11.open_pkcs11_session", lambda *_: pytest.fail("tried again"))
        with pytest.raises(TokenRefused, match="sửa hoặc ghi lại"):
            signed()
    (tmp_path / "pin").write_text("4321\n", "utf-8")
    assert verdicts(signed()) == [SignatureVerdict.VALID]
