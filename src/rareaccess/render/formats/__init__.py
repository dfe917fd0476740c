"""What the book is written as. Another format is a module here and a line in `MODULES`."""

from importlib import import_module

from rareaccess.render.formats.base import Format

__all__ = ["FORMATS", "SITE"]

SITE = "html"
"""The format in whose folder the files of all others lie."""

MODULES = (
    SITE,
    "docx",
    "pdf",
    "workbook",
)
"""The modules of this package that hold a `FORMAT`, in the order in which they are listed."""

FORMATS: dict[str, Format] = {name: import_module(f"{__name__}.{name}").FORMAT for name in MODULES}
