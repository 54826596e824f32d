"""Word files made for tests, and changes to their parts."""

import io
import zipfile

from docx import Document


def word(*paragraphs):
    document = Document()
    for text in paragraphs:
        document.add_paragraph(text)
    result = io.BytesIO()
    document.save(result)
    return result.getvalue()


def with_part(content, name, body, *, instead=None):
    """The same package with one part added or changed."""
    result = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target,
    ):
        for entry in source.namelist():
            text = source.read(entry)
            target.writestr(entry, instead(text) if entry == name and instead else text)
        if not instead:
            target.writestr(name, body)
    return result.getvalue()
