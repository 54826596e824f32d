"""Files of papers in tests that ask for no drawn ones: the document is composed from the template and the data, and neither laid out nor written as Word.

That takes a process of its own and a tenth of a second of a processor for each paper. What an area answers for is which data its papers
print, and what follows from them; how any document becomes files is tested by kernel/ and conformance/.
"""

import orjson

from khcn.kernel.bounded_process import run_bounded
from khcn.kernel.documents.serialization import fingerprint
from khcn.kernel.papers.models import TemplateFormat
from khcn.kernel.papers.printing import PROCESS
from khcn.kernel.papers.template_language import TemplateRefused
from khcn.kernel.papers.toml_template import compose_document, read_layout


def composed(process, request, limits):
    """In the place of `run_bounded`: files of a few letters that are equal where the documents are."""
    line, _end, content = request.partition(b"\n")
    asked = orjson.loads(line) if process == PROCESS else {}
    if asked.get("wanted") != "files" or asked["format"] != TemplateFormat.TOML:
        return run_bounded(process, request, limits)
    try:
        document = compose_document(read_layout(content), asked["words"], asked["data"])
    except TemplateRefused as refusal:
        return orjson.dumps({"refused": str(refusal)})
    files = [start + fingerprint(document).encode() for start in (b"PK\x03\x04", b"%PDF-1.7 ")]
    return orjson.dumps({"lengths": [len(each) for each in files]}) + b"\n" + b"".join(files)
