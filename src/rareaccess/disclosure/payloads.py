"""What a notebook shows, by its hash: outputs that the package has made, and no others.

Whatever makes an output of released values (a table, a figure, a sentence) vouches for it here, in
the kernel. The notebook hands the hashes over with its results. The runner, and the renderer once
more, accept an output only if its hash is among them: a raw frame, a print, a number or a text as
the last line of a cell, and an executed notebook that was edited have none.
"""

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rareaccess.core.errors import UserError
from rareaccess.core.files import write_atomic
from rareaccess.disclosure.heard import find_unheard

__all__ = [
    "PLAIN_TWIN",
    "Fault",
    "check_outputs",
    "demand_numbers",
    "find_altered",
    "find_faults",
    "hash_payload",
    "is_sealed",
    "list_vouched",
    "read_payloads",
    "seal_notebook",
    "shown_path",
    "vouch",
    "write_payloads",
]

PLAIN_TWIN = "<IPython.core.display.Markdown object>"
"""The plain text beside every Markdown output: the name of its class."""
LABEL = re.compile(r"^#\| label: (\S+)$", re.MULTILINE)
_VOUCHED: dict[str, None] = {}  # one kernel runs one notebook
_DEMANDS = {"numbers": False}


@dataclass(frozen=True)
class Fault:
    """An output that may not be shown: the cell's index, its label, what it is and what to do.

    Nothing of the output itself is kept, since it may be of a person.
    """

    index: int
    label: str
    found: str
    mend: str


def hash_payload(kind: str, content: str) -> str:
    """Return the SHA-256 of an output, with its kind.

    Examples
    --------
    >>> hash_payload("text/html", "<p>a</p>")[:12]
    'c54f30cacaf5'
    """
    return hashlib.sha256(f"{kind}\n{content}".encode()).hexdigest()


def vouch(kind: str, content: str) -> str:
    """Register an output that the package has made of released values; return it as it is.

    Parameters
    ----------
    kind
        Its media type, such as `text/html`.
    content
        What is displayed, character by character.

    Raises
    ------
    UserError
        Under disclosure control, a number in it comes from no released value.

    Examples
    --------
    >>> vouch("text/markdown", "Two words"), hash_payload("text/markdown", "Two words") in (
    ...     list_vouched())
    ('Two words', True)
    """
    if _DEMANDS["numbers"] and (unheard := find_unheard(kind, content)):
        raise UserError(
            "A number is shown that comes from no released value.",
            expected="numbers of released values, and those declared in disclosure/numerals.py",
            found=f"{len(unheard)} such number{'s' * (len(unheard) > 1)}",
            mend="Make its text with `fmt`, of a released value.",
        )
    _VOUCHED[hash_payload(kind, content)] = None
    return content


def demand_numbers(wanted: bool) -> None:
    """Say whether every number that is shown must come from a released value: under control.

    Examples
    --------
    >>> demand_numbers(True)
    >>> vouch("text/markdown", "In all, 8,713 people")
    Traceback (most recent call last):
    rareaccess.core.errors.UserError: A number is shown that comes from no released value.
      Found:      1 such number
      Expected:   numbers of released values, and those declared in disclosure/numerals.py
      What to do: Make its text with `fmt`, of a released value.
    >>> demand_numbers(False)
    """
    _DEMANDS["numbers"] = wanted


def list_vouched() -> list[str]:
    """Return the hashes of all outputs that were vouched for, sorted."""
    return sorted(_VOUCHED)


def shown_path(results: Path) -> Path:
    """Return where a notebook hands over its hashes: beside its results.

    Examples
    --------
    >>> shown_path(Path("results/02-uptake.json")).as_posix()
    'results/02-uptake.shown'
    """
    return results.with_suffix(".shown")


def write_payloads(results: Path, files: Iterable[Path] = ()) -> None:
    """Hand over the hashes of everything that was vouched for so far, and of files of results.

    Parameters
    ----------
    results
        What the notebook has written; the hashes go beside it.
    files
        Its tables, in folders beside it, which readers can download.

    Notes
    -----
    A notebook that is run by hand with the same outcome stays sealed as the runner left it.
    """
    every = [one for one in (results, *files) if one.is_file()]
    hashes = {one.relative_to(results.parent).as_posix(): _hash_file(one) for one in every}
    content = {"files": hashes, "outputs": list_vouched()}
    if _read(results).items() >= content.items():  # run again by hand, and the same came of it
        return
    _write(results, content)


def _hash_file(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _write(results: Path, content: Mapping[str, object]) -> None:
    write_atomic(shown_path(results), json.dumps(content, indent=1, sort_keys=True) + "\n")


def _read(results: Path) -> dict[str, Any]:
    path = shown_path(results)
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def find_altered(results: Path) -> list[str]:
    """Return the files of results that are not as the notebook wrote them, by their paths.

    Examples
    --------
    >>> import tempfile
    >>> results = Path(tempfile.mkdtemp()) / "02-uptake.json"
    >>> _ = results.write_text("{}")
    >>> write_payloads(results)
    >>> find_altered(results)
    []
    >>> _ = results.write_text("{ }")
    >>> find_altered(results)
    ['02-uptake.json']
    """
    files = _read(results).get("files", {})
    there = {name: results.parent / name for name in files}
    return [name for name, file in there.items()
            if not file.is_file() or _hash_file(file) != files[name]]  # fmt: skip


def seal_notebook(results: Path, text: str) -> None:
    """Keep, with the hashes of its outputs, the hash of an executed notebook as it was written.

    Parameters
    ----------
    results
        What the notebook has written.
    text
        The whole of the executed notebook.
    """
    _write(results, {**_read(results), "notebook": hash_payload("notebook", text)})


def is_sealed(results: Path, text: str) -> bool:
    """Tell whether an executed notebook is as the runner wrote it.

    Examples
    --------
    >>> import tempfile
    >>> results = Path(tempfile.mkdtemp()) / "02-uptake.json"
    >>> seal_notebook(results, "{}")
    >>> is_sealed(results, "{}"), is_sealed(results, "{ }")
    (True, False)
    """
    return bool(_read(results).get("notebook") == hash_payload("notebook", text))


def read_payloads(results: Path) -> frozenset[str]:
    """Read the hashes that a notebook handed over; none where it handed over nothing."""
    return frozenset(_read(results).get("outputs", ()))


def find_faults(cells: Collection[Any], vouched: Collection[str]) -> Iterator[Fault]:
    r"""Yield a fault for each output of the cells that nobody vouched for.

    Parameters
    ----------
    cells
        Of an executed notebook, clean.
    vouched
        Hashes of what may be shown.

    Examples
    --------
    >>> import nbformat
    >>> made = nbformat.v4.new_output("stream", text="924")
    >>> cell = nbformat.v4.new_code_cell("#| label: tbl-x\nprint(n)", outputs=[made])
    >>> [(one.label, one.found) for one in find_faults([cell], ())]
    [('tbl-x', 'text that was printed')]
    """
    for index, cell in enumerate(cells):
        label = LABEL.search("".join(cell.get("source", "")))
        for output in cell.get("outputs", []):
            if told := _judge(output, vouched):
                yield Fault(index, label[1] if label else "", *told)


def _judge(output: Mapping[str, Any], vouched: Collection[str]) -> tuple[str, str] | None:
    """Return what an output is and what to do about it; None where it may be shown."""
    kind = output["output_type"]
    if kind == "stream":
        return "text that was printed", "Say it with `study.say(…)`, made of released values."
    if kind == "error":
        return "an error", "Mend the cell and run the notebook again."
    data = {name: "".join(one) if isinstance(one, list) else one
            for name, one in output.get("data", {}).items()}  # fmt: skip
    if "text/markdown" in data and data.get("text/plain") == PLAIN_TWIN:
        del data["text/plain"]
    if data and all(isinstance(one, str) and hash_payload(name, one) in vouched
                    for name, one in data.items()):  # fmt: skip
        return None
    if "text/html" in data:
        return (
            "a frame or a table that no function of the package has set",
            "Put the frame through `study.release(…)`, and set it with `tables.build_…`.",
        )
    if any(name.startswith("image/") for name in data):
        return (
            "a figure that no function of the package has drawn",
            "Draw it with `figures.draw_…`, from a released frame.",
        )
    if "text/markdown" in data:
        return (
            "a text that `study.say` has not said",
            "Say it with `study.say(…)`, made of released values.",
        )
    return (
        "a value as the last line of the cell",
        "Assign it to a name, or say it with `study.say(…)`.",
    )


def check_outputs(
    cells: Collection[Any], vouched: Collection[str], *, where: str, first: int = 1
) -> None:
    """Stop unless the package vouches for every output.

    Parameters
    ----------
    cells, vouched
        As for `find_faults`.
    where
        Name of the notebook, for messages.
    first
        Number of the first of the cells.

    Raises
    ------
    UserError
        It names the cell of each output that may not be shown.
    """
    faults = list(find_faults(cells, vouched))
    if not faults:
        return
    places = [f"cell {one.index + first}" + (f" ({one.label})" if one.label else "")
              for one in faults]  # fmt: skip
    told = [f"{place}: {one.found}" for place, one in zip(places, faults, strict=True)]
    raise UserError(
        "A notebook shows what has not passed disclosure control.",
        f"{where}, {places[0]}",
        found=faults[0].found if len(faults) == 1 else "\n".join(told),
        expected="tables, figures and sentences that the package has made of released values",
        mend=faults[0].mend,
    )
