"""A certification authority of our own, and what it issues: for tests of signatures."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

NOW = datetime(2023, 9, 14, 5, tzinfo=UTC)
AGENCY = "SỞ KHOA HỌC VÀ CÔNG NGHỆ TỈNH THỬ NGHIỆM"
PASSPHRASE = "cum-tu-thu"


def _name(common_name):
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


SHORT = 77


@cache  # keys take their time
def key(number):
    """The private key of a number, by which the tests know it; that of ``SHORT`` is too short for anything."""
    return rsa.generate_private_key(65537, 1024 if number == SHORT else 2048)


@dataclass(frozen=True)
class Authority:
    name: str = "Chứng thực thử nghiệm"
    number: int = 0

    def issue(
        self,
        subject=AGENCY,
        *,
        number=1,
        is_authority=False,
        begins=NOW - timedelta(days=30),
        days=365,
        stamps=False,
    ):
        usage = dict.fromkeys(
            ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
             "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
            False,
        )  # fmt: skip
        names = ("key_cert_sign", "crl_sign") if is_authority else ("digital_signature", "content_commitment")
        public = key(number).public_key()
        builder = (
            x509.CertificateBuilder()
            .subject_name(_name(subject))
            .issuer_name(_name(self.name))
            .public_key(public)
            .serial_number(1000 + number)
            .not_valid_before(begins)
            .not_valid_after(begins + timedelta(days=days))
            .add_extension(x509.BasicConstraints(is_authority, None), critical=True)
            .add_extension(x509.KeyUsage(**usage | dict.fromkeys(names, True)), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(key(self.number).public_key()),
                critical=False,
            )
        )
        if not is_authority:  # as real ones have it: where the list of revoked certificates is published
            place = x509.UniformResourceIdentifier("http://authority.example/revoked.crl")
            points = x509.CRLDistributionPoints([x509.DistributionPoint([place], None, None, None)])
            builder = builder.add_extension(points, critical=False)
        if stamps:
            purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
            builder = builder.add_extension(purpose, critical=True)
        return builder.sign(key(self.number), hashes.SHA256())

    @property
    def root(self):
        return self.issue(self.name, number=self.number, is_authority=True, days=3650)

    def revocations(self, *certificates, at=NOW - timedelta(days=1), lasts=timedelta(days=7)):
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(_name(self.name))
            .last_update(at)
            .next_update(at + lasts)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(key(self.number).public_key()),
                critical=False,
            )
            .add_extension(x509.CRLNumber(1), critical=False)
        )
        for each in certificates:
            row = (
                x509.RevokedCertificateBuilder().serial_number(each.serial_number).revocation_date(at).build()
            )
            builder = builder.add_revoked_certificate(row)
        return builder.sign(key(self.number), hashes.SHA256()).public_bytes(Encoding.DER)


OURS = Authority()
STRANGER = Authority("Chứng thực lạ", number=9)


def by_sha1(certificate):
    """The certificate as one that its authority has signed by SHA-1, which our library does not do any more: it says so, and the
    signature itself is that of before.
    """
    found = asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))
    algorithm = {"algorithm": "sha1_rsa"}
    found["signature_algorithm"] = algorithm
    found["tbs_certificate"]["signature"] = algorithm
    return x509.load_der_x509_certificate(found.dump(force=True))


def pem(certificate):
    return certificate.public_bytes(Encoding.PEM)


def pkcs12_file(certificate, *, number=1, authority=OURS):
    locked = BestAvailableEncryption(PASSPHRASE.encode())
    return pkcs12.serialize_key_and_certificates(b"so", key(number), certificate, [authority.root], locked)
