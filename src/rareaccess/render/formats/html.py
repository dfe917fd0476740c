"""The book as a site, by Quarto or by pandoc, with the numbers and the notebooks to download."""

import shutil
from pathlib import Path

from rareaccess.render.downloads import copy_downloads
from rareaccess.render.formats.base import Format, Work
from rareaccess.render.quarto import quarto_site
from rareaccess.render.site import write_site

__all__ = ["FORMAT"]


def _write(work: Work, folder: Path) -> None:
    book = work.book
    if work.quarto:
        made = quarto_site(work.quarto, book, work.folder, work.say)
        shutil.copytree(made, folder, dirs_exist_ok=True)
    else:
        write_site(book, folder, csv={one.label: one.path for one in work.numbers})
    copy_downloads(book.root, folder, work.numbers, book.notebooks())


FORMAT = Format("html", _write, lambda book, numbers: {}, from_numbers=True)
