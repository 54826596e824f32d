"""What people attach: odd names, wrong kinds, and how it is given back."""

import re
from urllib.parse import unquote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from khcn.kernel.files.models import StoredFile
from khcn.kernel.files.operations import LARGEST
from khcn.kernel.registers.models import Attachment
from tests.security.test_matrix import HEADERS, signed_in
from tests.security.world import PDF

ODD = {
    "../../../etc/passwd.pdf": "passwd.pdf",
    "..\\..\\windows\\win.pdf": "win.pdf",
    "C:\\fakepath\\Báo cáo.pdf": "Báo cáo.pdf",
    "mẫu\u202efdp.exe.pdf": "mẫufdp.exe.pdf",
    "a\x00b.pdf": "ab.pdf",
    "a\r\nSet-Cookie: x=1.pdf": None,
    'a"; filename="x.html.pdf': None,
    "<img src=x onerror=alert(1)>.pdf": "<img src=x onerror=alert(1)>.pdf",
    "CON.pdf": "CON.pdf",
    "Tệp " + "ế" * 300 + ".pdf": None,
    "....pdf": None,
    "=cmd|' /C calc'!A0.pdf": None,
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", ODD)
def test_odd_names_are_made_fit(world, name):
    client = signed_in(world, "officer")
    record = world.records["science.sciencetask"]
    base = f"{record.get_absolute_url()}files/"
    answer = client.post(base, {"file": SimpleUploadedFile("x.pdf", PDF + name.encode("utf-8", "replace"))})
    assert answer.status_code == 303
    sent = SimpleUploadedFile("x.pdf", PDF)
    sent._name = name  # as a client that is no browser would write it
    before = set(Attachment.objects.values_list("pk", flat=True))
    client.post(base, {"file": sent})
    made = Attachment.objects.exclude(pk__in=before).filter(object_id=record.pk).order_by("-pk").first()
    if made is None:  # nothing was left of the name
        return
    assert not set("/\\\x00\r\n\u202e") & set(made.name)
    assert len(made.name) <= 150
    if ODD[name]:
        assert made.name == ODD[name]
    assert re.fullmatch(f"stored/{made.file.sha256}(_[A-Za-z0-9]{{7}})?", made.file.content.name)
    page = client.get(record.get_absolute_url() + "documents/").content.decode()
    assert "<img src=x" not in page
    given = client.get(f"{base}{made.pk}/")
    assert b"".join(given) == PDF
    assert given.headers["Content-Type"] == "application/pdf"
    assert given.headers["Content-Disposition"].startswith("attachment; filename")
    assert "\n" not in given.headers["Content-Disposition"]
    if "filename*=utf-8''" in given.headers["Content-Disposition"]:
        assert unquote(given.headers["Content-Disposition"].partition("utf-8''")[2]) == made.name
    assert {each: given.headers.get(each) for each in HEADERS} == HEADERS


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.html", b"<script>alert(1)</script>"),
        ("a.svg", b"<svg onload=alert(1)>"),
        ("a.pdf", b"<script>alert(1)</script>"),
        ("a.html", PDF),
        ("a.pdf.html", PDF),
        ("a", PDF),
        ("a.exe", b"MZ\x90\x00"),
        ("a.pdf", b"MZ\x90\x00"),
        ("a.docx", PDF),
        ("a.jar", b"PK\x03\x04 jar"),
        ("a.pdf", b""),
        ("a.pdf", b"%PDF-" + b"x" * LARGEST),
        ("a.gif", b"GIF89a/*<script>"),
        ("a.js", b"%PDF-1.4"),
    ],
)
def test_other_kinds_are_refused_in_words_and_not_stored(world, name, content):
    client = signed_in(world, "officer")
    record = world.records["science.sciencetask"]
    before = StoredFile.objects.count(), Attachment.objects.count()
    answer = client.post(
        f"{record.get_absolute_url()}files/", {"file": SimpleUploadedFile(name, content)}, follow=True
    )
    assert answer.status_code in {200, 400}
    assert (StoredFile.objects.count(), Attachment.objects.count()) == before


@pytest.mark.django_db
def test_a_file_is_reached_only_through_its_own_record(world):
    client = signed_in(world, "reader")
    task, document = world.records["science.sciencetask"], world.records["reference.legaldocument"]
    of_task, of_document = (
        world.attachments[name].pk for name in ("science.sciencetask", "reference.legaldocument")
    )
    assert client.get(f"{task.get_absolute_url()}files/{of_task}/").status_code == 200
    assert client.get(f"{task.get_absolute_url()}files/{of_document}/").status_code == 404
    assert client.get(f"{document.get_absolute_url()}files/{of_task}/").status_code == 404
    stored = world.attachments["science.sciencetask"].file.content.name
    for address in (f"/files/{stored}", f"/{stored}", f"/media/{stored}", f"/static/{stored}"):
        assert client.get(address, follow=True).status_code == 404
