"""The look of the book in Word: pandoc's own reference document with the house type and rules."""

import io
import re
import zipfile

from rareaccess.render.pandoc import pandoc_bytes

__all__ = ["house_styles", "reference_document"]

FONT, ACCENT = "Arial", "12436D"
LINE = '<w:{side} w:val="single" w:sz="{size}" w:space="0" w:color="16191D"/>'
ADDED = (
    '<w:style w:type="paragraph" w:customStyle="1" w:styleId="Callout"><w:name w:val="Callout"/>'
    '<w:basedOn w:val="BodyText"/><w:pPr><w:pBdr><w:left w:val="single" w:sz="24" w:space="8" '
    f'w:color="{ACCENT}"/></w:pBdr><w:shd w:val="clear" w:color="auto" w:fill="F3F5F7"/>'
    '<w:ind w:left="170"/></w:pPr></w:style>'
)
A4 = (
    b'<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1304" w:right="1304" '
    b'w:bottom="1304" w:left="1304" w:header="709" w:footer="709" w:gutter="0"/></w:sectPr>'
)
SIZES = {"Title": 56, "Heading1": 36, "Heading2": 28, "Heading3": 24, "Compact": 20, "Caption": 20}
"""Half points; Compact is what pandoc sets the cells of tables in."""


def _edit(styles: str, name: str, pattern: str, text: str) -> str:
    """Replace a pattern inside one style."""

    def edited(match: re.Match[str]) -> str:
        return re.sub(pattern, text, match.group(0), count=1, flags=re.S)

    return re.sub(rf'<w:style [^>]*w:styleId="{name}".*?</w:style>', edited, styles, flags=re.S)


def house_styles(styles: str) -> str:
    """Return `word/styles.xml` with Arial, dark headings, and tables with horizontal rules.

    Examples
    --------
    >>> house_styles('<w:rFonts w:asciiTheme="x"/></w:styles>')[:30]
    '<w:rFonts w:ascii="Arial" w:hA'
    """
    fonts = f'<w:rFonts w:ascii="{FONT}" w:hAnsi="{FONT}" w:eastAsia="{FONT}" w:cs="{FONT}"/>'
    styles = re.sub(r"<w:rFonts[^>]*/>", fonts, styles)
    colour = f'<w:color w:val="{ACCENT}"/>'
    styles = re.sub(r"<w:color [^>]*w:themeColor[^>]*/>", colour, styles)
    styles = styles.replace('w:lang w:val="en-US"', 'w:lang w:val="en-GB"')
    styles = re.sub(r'<w:sz(Cs)? w:val="24" />', r'<w:sz\1 w:val="22" />', styles, count=2)
    for name, size in SIZES.items():
        styles = _edit(styles, name, r"<w:sz w:.*?<w:szCs[^>]*/>", "")
        size_of = f'<w:b/><w:sz w:val="{size}"/>' if size > 20 else f'<w:sz w:val="{size}"/>'
        if f'w:styleId="{name}"' in styles and name == "Compact":
            styles = _edit(styles, name, "</w:pPr>", f"</w:pPr><w:rPr>{size_of}</w:rPr>")
        else:
            styles = _edit(styles, name, r"<w:i />|</w:rPr>", f"{size_of}\\g<0>")
    styles = _edit(styles, "Caption", r"<w:i />", "")
    styles = _edit(styles, "Title", r'<w:jc w:val="center" />', '<w:jc w:val="left"/>')
    styles = _edit(styles, "Subtitle", r'<w:jc w:val="center" />', '<w:jc w:val="left"/>')
    styles = _edit(styles, "Author", r'<w:jc w:val="center" />', '<w:jc w:val="left"/>')
    styles = _edit(styles, "Heading1", r"<w:keepLines />", "<w:keepLines/><w:pageBreakBefore/>")
    borders = "".join(LINE.format(side=side, size=12) for side in ("top", "bottom"))
    borders += LINE.format(side="insideH", size=2)
    styles = _edit(
        styles, "Table", r"<w:tblInd [^>]*/>", rf"\g<0><w:tblBorders>{borders}</w:tblBorders>"
    )
    styles = _edit(
        styles, "Table", r'<w:tblStylePr w:type="firstRow">', r"\g<0><w:rPr><w:b/></w:rPr>"
    )
    return styles.replace("</w:styles>", ADDED + "</w:styles>")


def reference_document() -> bytes:
    """Return the reference document for `pandoc --reference-doc`, the same bytes each time."""
    found = pandoc_bytes(["--print-default-data-file=reference.docx"], "")
    original, built = zipfile.ZipFile(io.BytesIO(found)), io.BytesIO()
    with zipfile.ZipFile(built, "w", zipfile.ZIP_DEFLATED) as new:
        for item in original.infolist():
            content = original.read(item.filename)
            if item.filename == "word/styles.xml":
                content = house_styles(content.decode()).encode()
            elif item.filename == "word/document.xml":
                content = re.sub(
                    rb"<w:sectPr\s*/>|<w:sectPr>.*?</w:sectPr>", A4, content, flags=re.S
                )
            new.writestr(zipfile.ZipInfo(item.filename), content)
    return built.getvalue()
