"""Templates that would block or break a web server: each is refused in words, by the process that fills it."""

import pytest

from khcn.kernel.bounded_process import ProcessLimits
from khcn.kernel.papers.printing import preview_html, print_files
from khcn.kernel.papers.template_language import TemplateRefused
from khcn.kernel.papers.template_versions import format_of, try_template
from khcn.kernel.papers.withdrawal_notice import NOTICE
from tests.kernel.docx_given import with_part, word

SHIPPED = NOTICE.template.read_text()
NESTED = "{% if number %}" * 120 + "{% endif %}" * 120
DENIED = "{{ " + "not " * 3000 + "number }}"


def layout(text):
    return f"{SHIPPED}\n[[block]]\ntext = {text!r}\n".encode()


def with_text(text):
    """A Word template whose document holds this text once more, in one run."""
    run = f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>".encode()
    return with_part(
        word("Số {{ number }}"),
        "word/document.xml",
        b"",
        instead=lambda xml: xml.replace(b"<w:body>", b"<w:body>" + run),
    )


CASES = {
    "Word, typed number": (word("Số 05/GCN-SKHCN", "{{ earlier }}"), "không có chỗ điền số"),
    "Word, nothing of the record": (word("Số {{ number }}", "{{ signer_name }}"), "chỗ điền nào của hồ sơ"),
    "Word, braces": (with_text("{" * 2_000_000), "hơn 2000 chỗ điền"),
    "Word, three braces": (with_text("{{{ number }}"), "ba dấu"),
    "Word, braces in runs": (with_text("{{</w:t></w:r><w:r><w:t>{ number }}"), "ba dấu"),
    "Word, words": (with_text("{{ number }}" * 100_000), "hơn 2000 chỗ điền"),
    "Word, nested": (with_text(NESTED), "lồng nhau"),
    "Word, denied": (with_text(DENIED), "lồng nhau"),
    "Word, braces that do not end": (with_text("{{ a" * 1_000 + "x" * 3_000_000), "Không điền được mẫu Word"),
    "TOML, dotted key": (b"a" + b".a" * 20_000 + b" = 1", "quá phức tạp"),
    "TOML, brackets": (b"x=" + b"[" * 5_000, "ngoặc lồng nhau"),
    "TOML, long number": (b"x = " + b"9" * 5_000, "không đọc được"),
    "TOML, size": (layout("x" * 3_000_000), "256 KB"),
    "TOML, one word": (layout("x" * 200_000), "200000 ký tự, nhiều nhất 20000"),
    "TOML, blocks": (SHIPPED.encode() + b'\n[[block]]\ntext="x"' * 600, "mục, nhiều nhất 500"),
    "TOML, words": (SHIPPED.encode() + f'\n[[block]]\ntext="{"{{number}}" * 300}"'.encode() * 10, "chỗ điền, nhiều nhất 2000"),
    "TOML, unknown names": ("\n".join(f"x{n} = 1" for n in range(9_000)).encode(), "x0, .*…"),
    "TOML, nested": (layout(NESTED), "lồng nhau"),
    "TOML, denied": (layout(DENIED), "lồng nhau"),
    "TOML, number in a word": (layout("{{ " + "9" * 5_000 + " }}"), "Không đọc được"),
    "TOML, no UTF-8": (b"\xff\xfe", "không phải tệp Word"),
    "TOML, level": (layout("x").replace(b"text =", b"level = 99\nheading ="), "bậc 99"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_template_that_would_hold_up_or_break_the_program_is_refused_in_words(case):
    content, words = CASES[case]
    with pytest.raises(TemplateRefused, match=words) as refusal:
        try_template(NOTICE, content)
    assert len(str(refusal.value)) < 1_600


def test_a_paper_is_printed_and_shown_within_limits_as_well():
    """An accepted template may meet longer data than those of its trial."""
    content, data = NOTICE.template.read_bytes(), {**NOTICE.sample(), "symbol": ""}
    assert "<article" in preview_html(NOTICE, format_of(content), content, data)
    little = ProcessLimits(seconds=30, cpu_seconds=20, memory=64 * 2**20, answer=2**20)
    with pytest.raises(TemplateRefused, match="quá phức tạp"):
        print_files(NOTICE, format_of(content), content, data, little)


def test_a_fault_of_the_program_is_a_refusal_too_and_is_logged(caplog):
    content = NOTICE.template.read_bytes()
    with pytest.raises(TemplateRefused, match="Không điền được mẫu này"):
        print_files(NOTICE, format_of(content), content, {})  # no data at all: a KeyError of the composer
    assert "KeyError" in caplog.text
