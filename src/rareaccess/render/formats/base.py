"""What a format of the book is: its name, its files, and how they are written."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rareaccess.render.book import Book
from rareaccess.render.downloads import Numbers
from rareaccess.render.quarto import Quarto

__all__ = ["ONE_FILE", "Format", "Work"]

ONE_FILE = "The book in one file"
"""The heading on the downloads page of the formats that hold the whole book in one file."""


@dataclass(frozen=True)
class Work:
    """What a format is written from.

    Parameters
    ----------
    book
        As `load_book` gives it.
    numbers
        The released numbers of the whole book, in its order.
    folder
        An empty folder for what is made on the way.
    quarto
        The Quarto that makes the pages; None for pandoc.
    say
        Takes one line for people.
    """

    book: Book
    numbers: Sequence[Numbers]
    folder: Path
    quarto: Quarto | None = None
    say: Callable[[str], object] = print


@dataclass(frozen=True)
class Format:
    """One format of the book.

    Parameters
    ----------
    name
        As after `--to`.
    write
        Writes the format's files into the folder of the book.
    list_files
        Place in that folder of each file, and its title on the downloads page. Only the site lists
        none: all other files are its own.
    heading, about
        Where the downloads page lists the files, and what it says above them.
    from_numbers
        Whether the format is made again when released numbers change and the chapters do not.
    """

    name: str
    write: Callable[[Work, Path], None]
    list_files: Callable[[Book, Sequence[Numbers]], Mapping[str, str]]
    heading: str = ONE_FILE
    about: str = ""
    from_numbers: bool = False
