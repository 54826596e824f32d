"""The constant parts of the Word file: styles, settings, fonts.

Named styles carry the whole look, so that a clerk who edits the file in Word changes a style and not each paragraph.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Final

from docx.oxml.ns import nsmap

from khcn.kernel.documents import layout

if TYPE_CHECKING:
    from khcn.kernel.documents.layout import PaperMeasures

_W: Final = f'xmlns:w="{nsmap["w"]}"'
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_FIRST_LINE: Final = round(layout.FIRST_LINE_MM / 25.4 * 1440)

_BUILT_IN: Final = frozenset(
    {"Body Text", "Title", "Subtitle", "caption", "header", "footer", "footnote text"}
)


def _paragraph_style(  # noqa: PLR0913 - a row of the table below
    identity: str,
    name: str,
    *,
    size: float,
    look: str = "",
    align: str = "left",
    before: float = 0,
    after: float = 0,
    line: int = 240,
    first_line: int = 0,
    left: int = 0,
    extra: str = "",
    level: int | None = None,
) -> str:
    outline = "" if level is None else f'<w:outlineLvl w:val="{level}"/>'
    spacing = f'<w:spacing w:before="{round(before * 20)}" w:after="{round(after * 20)}" w:line="{line}" w:lineRule="auto"/>'
    custom = "" if name in _BUILT_IN or name.startswith("heading ") else ' w:customStyle="1"'
    return (
        f'<w:style w:type="paragraph"{custom} w:styleId="{identity}"><w:name w:val="{name}"/><w:basedOn w:val="Normal"/>'
        f'<w:qFormat/><w:pPr>{extra}{spacing}<w:ind w:left="{left}" w:firstLine="{first_line}"/><w:jc w:val="{align}"/>{outline}</w:pPr>'
        f'<w:rPr>{look}<w:sz w:val="{round(size * 2)}"/><w:szCs w:val="{round(size * 2)}"/></w:rPr></w:style>'
    )


_BOLD: Final = "<w:b/><w:bCs/>"
_ITALIC: Final = "<w:i/><w:iCs/>"
_KEEP: Final = "<w:keepNext/><w:keepLines/>"
_LOOKS: Final = (_BOLD, _BOLD, _BOLD, _BOLD + _ITALIC, _ITALIC)


def _body(
    measures: PaperMeasures,
    identity: str,
    name: str,
    look: str = "",
    extra: str = "",
    level: int | None = None,
) -> str:
    return _paragraph_style(
        identity, name, size=measures.text_pt, look=look, align="both", after=measures.paragraph_gap_pt,
        line=round(measures.line_height * 240), first_line=_FIRST_LINE, extra=extra, level=level,
    )  # fmt: skip


def _annexes_and_tables(measures: PaperMeasures) -> list[str]:
    text = functools.partial(_paragraph_style, size=measures.text_pt)
    table = functools.partial(_paragraph_style, size=measures.table_pt)
    cell = measures.cell_gap_pt - 1
    return [
        text("AnnexLabel", "Phụ lục", look=_BOLD, align="center", extra=_KEEP, level=0),
        text("AnnexTitle", "Tên phụ lục", look=_BOLD, align="center", extra=_KEEP),
        text("AnnexReference", "Kèm theo văn bản", look=_ITALIC, align="center", after=12, extra=_KEEP),
        text("Caption", "caption", look=_BOLD, align="center", before=6, after=6, extra=_KEEP),
        table("TableText", "Chữ trong bảng", before=cell, after=cell),
        table("TableHead", "Đầu bảng", look=_BOLD, align="center", before=cell, after=cell),
        _paragraph_style("AfterTable", "Sau bảng", size=2, after=measures.paragraph_gap_pt),
        _paragraph_style("Header", "header", size=layout.PAGE_NUMBER_PT, align="center"),
        _paragraph_style("FootnoteText", "footnote text", size=layout.NOTE_PT, align="both"),
    ]


def _paragraphs(measures: PaperMeasures) -> str:
    text = functools.partial(_paragraph_style, size=measures.text_pt)
    front = measures.front_gap_pt - 2  # the line above has its own distance
    return "".join(
        [
            _body(measures, "BodyText", "Body Text"),
            *(
                _body(measures, f"Heading{level}", f"heading {level}", look, _KEEP, level - 1)
                for level, look in enumerate(_LOOKS, start=1)
            ),
            _paragraph_style("GoverningBody", "Cơ quan chủ quản", size=layout.BODY_NAME_PT, align="center"),
            _paragraph_style(
                "IssuingBody", "Cơ quan ban hành", size=layout.BODY_NAME_PT, look=_BOLD, align="center"
            ),
            _paragraph_style(
                "NationalName", "Quốc hiệu", size=layout.BODY_NAME_PT, look=_BOLD, align="center"
            ),
            _paragraph_style("Motto", "Tiêu ngữ", size=layout.MOTTO_PT, look=_BOLD, align="center"),
            _paragraph_style(
                "DocumentNumber", "Số ký hiệu", size=layout.NUMBER_PT, align="center", before=front / 2
            ),
            _paragraph_style(
                "PlaceAndDate",
                "Địa danh ngày tháng",
                size=layout.NUMBER_PT,
                look=_ITALIC,
                align="center",
                before=front / 2,
            ),
            text("Title", "Title", look=_BOLD, align="center", before=front, extra=_KEEP),
            text("Subtitle", "Subtitle", look=_BOLD, align="center", extra=_KEEP),
            _paragraph_style(
                "LetterSubject", "Trích yếu công văn", size=layout.LETTER_SUBJECT_PT, align="center", before=3
            ),
            text(
                "Authority", "Thẩm quyền ban hành", look=_BOLD, align="center", before=6, after=6, extra=_KEEP
            ),
            text("Addressee", "Kính gửi", align="center", before=front, after=front),
            text("AddresseeList", "Kính gửi nhiều nơi", before=3, left=2 * _FIRST_LINE),
            text("AddresseeLast", "Kính gửi nơi cuối", before=3, after=front, left=2 * _FIRST_LINE),
            _paragraph_style(
                "DraftNote", "Dự thảo", size=layout.NUMBER_PT, look=_BOLD, align="center", before=3
            ),
            _paragraph_style(
                "RecipientsHead", "Nơi nhận", size=layout.RECIPIENTS_HEAD_PT, look=_BOLD + _ITALIC
            ),
            _paragraph_style("Recipients", "Danh sách nơi nhận", size=layout.RECIPIENTS_PT),
            text("Signer", "Người ký", look=_BOLD, align="center"),
            text("SignerName", "Họ tên người ký", look=_BOLD, align="center", before=measures.signature_pt),
            *_annexes_and_tables(measures),
        ]
    )


@functools.cache
def styles(measures: PaperMeasures, *, foot: bool) -> str:
    """The styles of a document on this paper; with ``foot`` that of the line in the bottom margin, too.

    Those without a foot stay, byte for byte, what they were before there was any.
    """
    text = round(measures.text_pt * 2)
    line = _paragraph_style("Footer", "footer", size=layout.PAGE_FOOT_PT) if foot else ""
    return (
        f"{_HEAD}<w:styles {_W}><w:docDefaults><w:rPrDefault><w:rPr>"
        f'<w:rFonts w:ascii="{layout.FONT}" w:hAnsi="{layout.FONT}" w:eastAsia="{layout.FONT}" w:cs="{layout.FONT}"/>'
        f'<w:sz w:val="{text}"/><w:szCs w:val="{text}"/>'
        '<w:lang w:val="vi-VN" w:eastAsia="vi-VN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
        "<w:pPrDefault/></w:docDefaults>"
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>'
        '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont"><w:name w:val="Default Paragraph Font"/>'
        "<w:semiHidden/></w:style>"
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:semiHidden/><w:tblPr>'
        '<w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar><w:top w:w="0" w:type="dxa"/><w:left w:w="0" w:type="dxa"/>'
        '<w:bottom w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>'
        '<w:style w:type="numbering" w:default="1" w:styleId="NoList"><w:name w:val="No List"/><w:semiHidden/></w:style>'
        '<w:style w:type="character" w:styleId="FootnoteReference"><w:name w:val="footnote reference"/>'
        '<w:rPr><w:vertAlign w:val="superscript"/></w:rPr></w:style>'
        f"{_paragraphs(measures)}{line}</w:styles>"
    )


SETTINGS: Final = (
    f'{_HEAD}<w:settings {_W}><w:zoom w:percent="100"/><w:defaultTabStop w:val="720"/>'
    '<w:characterSpacingControl w:val="doNotCompress"/>'
    '<w:footnotePr><w:footnote w:id="-1"/><w:footnote w:id="0"/></w:footnotePr>'
    # Of justified text, a line that ends in a line break is not stretched to the margin.
    '<w:compat><w:doNotExpandShiftReturn/><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/>'
    '</w:compat><w:themeFontLang w:val="vi-VN"/><w:decimalSymbol w:val=","/><w:listSeparator w:val=";"/></w:settings>'
)

FONT_TABLE: Final = (
    f'{_HEAD}<w:fonts {_W}><w:font w:name="{layout.FONT}"><w:panose1 w:val="02020603050405020304"/><w:charset w:val="00"/>'
    '<w:family w:val="roman"/><w:pitch w:val="variable"/></w:font></w:fonts>'
)
