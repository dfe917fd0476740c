"""The steps of a report: each returns one line that says what it did, or why it did nothing."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rareaccess.core.errors import UserError
from rareaccess.core.files import (
    hash_files,
    lock_folder,
    remove_leftovers,
    remove_scratch,
    write_atomic,
)
from rareaccess.core.paths import build_root, project_root, relative
from rareaccess.params import SourceParams, load_pair, load_report, load_source

__all__ = [
    "attack", "check", "choose_pairs", "explain", "keep_release", "names", "prepare", "render",
    "report", "run", "synth",
]  # fmt: skip

Say = Callable[[str], object]
SCALES = ("full", "sample")
MADE_BY = "made-by.txt"  # the hash of the generator's own files, beside the data it made


def synth(
    scale: str,
    *,
    world: str = "published",
    out: str | None = None,
    seed: int | None = None,
    say: Say | None = None,
) -> str:
    """Make a synthetic England; see `synthetic_england.build`."""
    import synthetic_england

    if scale not in SCALES and not (scale.isdecimal() and int(scale) > 0):
        raise UserError(
            "This is not a scale of the synthetic data.",
            where="--scale",
            found=scale,
            expected="full, sample, or a whole number: 3 makes three times as many people",
        )
    folder = Path(out) if out else project_root() / "data-synthetic" / scale
    size = scale if scale in SCALES else int(scale)
    options = {} if seed is None else {"seed": seed}
    synthetic_england.build(folder, scale=size, world=world, progress=say, **options)
    write_atomic(folder / MADE_BY, _hash_generator() + "\n")
    return f"made the world {world!r} at scale {scale} in {relative(folder)}"


def _hash_generator() -> str:
    """Return one hash over the generator's code and declarations."""
    import synthetic_england

    folder = Path(synthetic_england.__file__).parent
    return hash_files(
        sorted(path for path in folder.rglob("*") if path.suffix in (".py", ".yml", ".sql"))
    )


def synth_if_missing(name: str, say: Say) -> str:
    """Make the synthetic data of a source if they are missing or the generator has changed."""
    source = load_source(name)
    if not source.synthetic:
        return "skipped: the source is not synthetic"
    if source.made_from:
        return _write_layout(name, source, say)
    folder = source.root_path()
    stamp = folder / MADE_BY
    if (folder / "manifest.json").is_file():
        if not stamp.is_file() or stamp.read_text(encoding="utf-8").strip() == _hash_generator():
            return f"skipped: {relative(folder)} already exists"
        say("the generator has changed since the data were made")
    if folder.name not in SCALES:
        raise UserError(
            "The synthetic data are missing, and the folder name does not give their scale.",
            where=relative(folder),
            found="no complete synthetic England",
            expected="a folder called full or sample, or data that are already there",
            mend=f"Run: rareaccess synth --scale full{_name_world(folder)} "
            f"--out {relative(folder)}",
        )
    return synth(folder.name, out=str(folder), say=say)


def _name_world(folder: Path) -> str:
    """Return the option that names the world of a folder; nothing where it has no world's name."""
    import synthetic_england

    return f" --world {folder.name}" if folder.name in synthetic_england.world_names() else ""


def _write_layout(name: str, source: SourceParams, say: Say) -> str:
    """Write the tables of a synthetic source in the layout of this one, where they are missing."""
    from rareaccess.pipeline.examples import write_layout
    from rareaccess.sources import open_source

    synth_if_missing(source.made_from, say)
    return write_layout(open_source(source.made_from), open_source(name), tell=say)


def check(
    source: str | None = None,
    pairs: Sequence[str] = (),
    *,
    engine: str | None = None,
    session: Any | None = None,
    again: bool = True,
) -> str:
    """Check params, then the tables of the source against their contracts.

    Parameters
    ----------
    again
        Whether tables that passed, and have not changed since, are read once more.
    session
        The session of Spark to use, such as `spark` in a notebook of Databricks, from any thread;
        without it the one of this process.
    """
    from rareaccess.params.unknown_codes import list_unused_codes
    from rareaccess.pipeline.check import check_source

    report = load_report()
    name = source or report.source
    loaded = [load_pair(pair, codes=True) for pair in pairs or report.pairs]
    if load_source(name).made_from:  # an example of a layout is written, as `report` does
        synth_if_missing(name, lambda _: None)
    found = str(check_source(name, loaded, engine=engine, session=session, again=again))
    unused = [f"  warning: {told}" for pair in loaded for told in list_unused_codes(pair)]
    return "\n".join([found, *unused])


def choose_pairs(pairs: Sequence[str] = ()) -> list[str]:
    """Return the pairs of a book: those asked for and the reference pair, whose numbers it quotes.

    With a pair that params/report.yml does not list it is all that are listed, and that one after
    them, so that a book can be made with it before anybody adds it there.

    Examples
    --------
    >>> choose_pairs(["hlh-anakinra"])
    ['sle-belimumab', 'hlh-anakinra']
    >>> choose_pairs() == [*load_report().pairs]
    True
    >>> choose_pairs(["new-pair"])[-2:]
    ['waldenstrom-ibrutinib', 'new-pair']
    """
    report = load_report()
    listed, asked = list(report.pairs), list(dict.fromkeys(pairs))
    new = [name for name in asked if name not in listed]
    if new or not asked:
        return [*listed, *new]
    return [name for name in listed if name in (*asked, report.reference_pair)]


@contextmanager
def _alone() -> Iterator[None]:
    """Keep other runs out of the build folder, and remove what killed ones left half-written."""
    root = project_root()
    with lock_folder(build_root()):
        for folder in (build_root(), root / "report"):
            remove_leftovers(folder)
        remove_leftovers(root, below=False)
        remove_scratch()
        yield


def prepare(
    source: str | None = None,
    pairs: Sequence[str] = (),
    *,
    engine: str | None = None,
    session: Any | None = None,
    force: bool = False,
    say: Say | None = None,
) -> str:
    """Write the marts of each pair, where something changed.

    Parameters
    ----------
    session
        The session of Spark to use, as in `check`.
    """
    from rareaccess.pipeline.prepare import prepare as prepare_marts

    report = load_report()
    how = {"progress": say, "force": force, "engine": engine, "session": session}
    with _alone():
        return str(prepare_marts(source or report.source, pairs or report.pairs, **how))


def names(
    source: str | None = None,
    pairs: Sequence[str] = (),
    *,
    engine: str | None = None,
    session: Any | None = None,
) -> str:
    """Write the typed names that were not read for review, and take the answers."""
    from rareaccess.pipeline.names import review_names

    report = load_report()
    with _alone():
        how = {"engine": engine, "session": session}
        return str(review_names(source or report.source, pairs or report.pairs, **how))


def run(
    source: str | None = None,
    pairs: Sequence[str] = (),
    *,
    force: bool = False,
    warm: bool | None = None,
    say: Say = print,
) -> str:
    """Execute the notebooks, where something changed."""
    from rareaccess.pipeline.run import run_notebooks

    with _alone():
        return str(run_notebooks(source, choose_pairs(pairs), force=force, warm=warm, say=say))


def attack(
    source: str | None = None, pairs: Sequence[str] = (), *, repair: bool = False, say: Say = print
) -> str:
    """Try to deduce what the report hides; with `repair`, hide more and run again till none can."""
    from rareaccess.pipeline.attack import ROUNDS, attack_book

    name, chosen = source or load_report().source, choose_pairs(pairs)
    for _ in range(ROUNDS):
        with _alone():
            found = attack_book(name, chosen, repair=repair)
        if not found.changed:
            if found.protected:  # the page on the attack
                run(name, chosen, say=lambda _: None)
            return str(found)
        say(f"{'attack':<8} {found.withheld} counts are hidden to protect others")
        say(f"{'run':<8} {run(name, chosen, say=say)}")
    with _alone():
        found = attack_book(name, chosen)
    run(name, chosen, say=lambda _: None)
    return str(found)


def explain(wanted: str, source: str | None = None, pairs: Sequence[str] = ()) -> str:
    """Return what is known of a number of the report; see `pipeline.register`."""
    from rareaccess.pipeline.register import explain as tell
    from rareaccess.pipeline.register import write_register

    with _alone():
        return tell(write_register(source or load_report().source, choose_pairs(pairs)), wanted)


def keep_release(path: str, source: str | None = None, pairs: Sequence[str] = ()) -> str:
    """Keep what this release shows, for the comparison with the next one."""
    from rareaccess.pipeline.attack import keep_book

    with _alone():
        kept = keep_book(source or load_report().source, choose_pairs(pairs), Path(path))
    return f"kept {kept} counts in {path}; set last_release in params/report.yml for the next one"


def render(
    source: str | None = None,
    *,
    renderer: str = "auto",
    formats: Sequence[str] = (),
    force: bool = False,
    say: Say = print,
) -> str:
    """Typeset the book, where something changed."""
    from rareaccess.render import render_book

    with _alone():
        return str(render_book(renderer, tuple(formats), source=source, force=force, say=say))


def report(
    source: str | None = None,
    pairs: Sequence[str] = (),
    *,
    engine: str | None = None,
    renderer: str = "auto",
    formats: Sequence[str] = (),
    force: bool = False,
    repair: bool = False,
    say: Say = print,
) -> Path:
    """Do all steps, saying what each did; return the book's first page."""
    source, pairs = source or load_report().source, choose_pairs(pairs)

    def tell(name: str) -> Say:
        return lambda text: say(f"{name:<8} {text}")

    for name, step in {
        "synth": lambda say: synth_if_missing(source, say),
        "check": lambda _: check(source, pairs, engine=engine, again=force),
        "prepare": lambda say: prepare(source, pairs, engine=engine, force=force, say=say),
        "run": lambda _: run(source, pairs, force=force, say=say),
        "attack": lambda _: attack(source, pairs, repair=repair, say=say),
        "render": lambda say: render(
            source, renderer=renderer, formats=formats, force=force, say=say
        ),
    }.items():
        tell(name)(step(tell(name)))
    return project_root() / "_book" / "index.html"
