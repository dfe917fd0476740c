"""The command line: one command for each step, and `report`, which runs them all."""

import os
import shlex
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import click

from rareaccess import __version__
from rareaccess.core.errors import UserError
from rareaccess.core.log import log, open_log
from rareaccess.core.machine import show_all

__all__ = ["cli", "main"]

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 96}

_each = partial(click.option, multiple=True)
_source = click.option(
    "--source",
    metavar="NAME",
    help="Where the tables are: a file params/sources/NAME.yml. "
    "[default: `source` in params/report.yml]",
)
_pair = _each(
    "--pair",
    "pairs",
    metavar="NAME",
    help="A condition-drug pair: a file params/pairs/NAME.yml. Give it more than once for several. "
    "[default: `pairs` in params/report.yml]",
)
_pairs = _each(
    "--pair",
    "pairs",
    metavar="NAME",
    help="A condition-drug pair: a file params/pairs/NAME.yml. The reference pair comes with it, "
    "because the book quotes its numbers. A pair that params/report.yml does not list is added "
    "to those it lists. [default: `pairs` in params/report.yml]",
)
_engine = click.option(
    "--engine",
    type=click.Choice(["duckdb", "spark"]),
    help="What reads the tables. [default: Spark if the tables are in its catalogue, "
    "otherwise DuckDB]",
)
_force = click.option(
    "--force", is_flag=True, help="Do the work again even if nothing has changed."
)
_with = click.option(
    "--with",
    "renderer",
    type=click.Choice(["auto", "quarto", "pandoc"]),
    default="auto",
    show_default=True,
    help="What makes the web pages: Quarto (1.4 or newer) or pandoc, which comes with the "
    "package. `auto` uses Quarto if it is installed.",
)


class _Format(click.ParamType[str]):
    """A format of the book; the list is loaded only where it is needed."""

    name = "format"

    def convert(self, value: str, *_: object) -> str:
        """Return the name of a known format."""
        from rareaccess.render.formats import FORMATS

        if value not in FORMATS:
            self.fail(f"{value!r} is not one of {', '.join(FORMATS)}.")
        return value

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """Return the names of the formats, for the help."""
        from rareaccess.render.formats import FORMATS

        return f"[{'|'.join(FORMATS)}]"


_to = _each(
    "--to",
    "formats",
    type=_Format(),
    help="Format of the book. Give it more than once for several. [default: all]",
)


@click.group(context_settings=CONTEXT)
@click.version_option(__version__, package_name="rareaccess")
@click.option("--debug", is_flag=True, help="Show the Python traceback of an error.")
@click.pass_context
def cli(context: click.Context, debug: bool) -> None:
    """Build the report on equity of access to high-cost drugs for rare conditions.

    `rareaccess report` does everything: it makes the synthetic data if they are missing, checks the
    params and the tables, prepares small marts for each pair, runs the notebooks that changed and
    typesets the book. The other commands run one step at a time. All messages are also written to
    build/log.txt.
    """
    if context.invoked_subcommand == "doctor":
        return
    try:
        open_log()
    except OSError as error:
        click.echo(f"Cannot write a log of this run: {os.strerror(error.errno or 0)}.", err=True)
    log(f"rareaccess {__version__}: {shlex.join(sys.argv[1:])}")


def _say(text: str) -> None:
    """Print a line, and keep it in the log."""
    click.echo(text)
    log(text)


def _tell(step: str) -> Callable[[str], None]:
    """Return a function that prints a line of a step, after the step's name."""
    return lambda text: _say(f"{step:<8} {text}")


def _do(step: str, options: dict[str, Any]) -> None:
    """Do a step with the options of its command, which are its arguments by name."""
    from rareaccess.pipeline import steps

    tell = _tell(step)
    tell(getattr(steps, step)(**options, say=tell))


@cli.command()
@click.option(
    "--scale",
    default="full",
    show_default=True,
    metavar="SCALE",
    help="full: reproduces every published number. sample: the small committed copy. "
    "A number N: N times the people, for benchmarks.",
)
@click.option("--world", default="published", show_default=True, help="The world to make.")
@click.option("--out", metavar="FOLDER", help="Where to write. [default: data-synthetic/SCALE]")
@click.option("--seed", type=int, help="Another seed makes another England of the same kind.")
def synth(**options: Any) -> None:
    """Make the synthetic England, with its planted faults.

    It has people, hospital records, applications for drugs, and the truth beside them.
    """
    _do("synth", options)


@cli.command()
@_source
@_pair
@_engine
def check(**options: Any) -> None:
    """Check the settings and the tables, and say what to do."""
    from rareaccess.pipeline import steps

    _tell("check")(steps.check(**options))


@cli.command()
@_source
@_pair
@_engine
@_force
def prepare(**options: Any) -> None:
    """Extract and link records, and derive marts for each pair.

    A mart is a small table of pseudonymised people.
    """
    _do("prepare", options)


@cli.command()
@_source
@_pair
@_engine
def names(**options: Any) -> None:
    """Write typed drug names that were not read to a file, and take your answers.

    The file is build/names/SOURCE/PAIR.csv. Answer accept or reject, with a reason, and run the
    command again: it writes the answers into the pair's settings file, and what is left into the
    file. What is typed may name a person, so that the screen shows only counts.
    """
    from rareaccess.pipeline import steps

    for line in steps.names(**options).splitlines():
        _tell("names")(line)


@cli.command()
@_source
@_pairs
@_force
@click.option(
    "--cold-kernels", "cold", is_flag=True, help="Start each kernel from scratch (slower)."
)
def run(cold: bool, **options: Any) -> None:
    """Run the notebooks that changed, each in a fresh kernel."""
    from rareaccess.pipeline import steps

    _tell("run")(steps.run(**options, warm=False if cold else None, say=_say))


_repair = click.option(
    "--repair",
    is_flag=True,
    help="Where a reader could add up what is hidden, hide the least besides, and run the "
    "notebooks again. [default: list what could be told, and stop]",
)


@cli.command()
@_source
@_pairs
@_repair
def attack(**options: Any) -> None:
    """Try to deduce the counts that the report hides, from all that it shows.

    Under a profile of disclosure control that promises something. The book is not made while the
    promise is broken.
    """
    from rareaccess.pipeline import steps

    _tell("attack")(steps.attack(**options, say=_say))


@cli.command()
@click.argument("number", metavar="ID")
@_source
@_pairs
def explain(number: str, **options: Any) -> None:
    """Say of a number of the report whom it counts, by which rule, from which version.

    ID is pair/notebook/label/row/column, or a part of it. The whole register is written to
    build/register.
    """
    from rareaccess.pipeline import steps

    click.echo(steps.explain(number, **options))


@cli.command("keep-release")
@click.argument("path", metavar="FILE.parquet")
@_source
@_pairs
def keep_release(path: str, **options: Any) -> None:
    """Keep what a release shows, so that the attack on the next one can compare both.

    Nothing hidden is in the file. Name it as `last_release` in params/report.yml.
    """
    from rareaccess.pipeline import steps

    _tell("keep")(steps.keep_release(path, **options))


@cli.command()
@_source
@_with
@_to
@_force
def render(**options: Any) -> None:
    """Typeset the book from the notebooks and the chapters."""
    _do("render", options)


@cli.command()
@_source
@_pairs
@_engine
@_with
@_to
@_force
@_repair
def report(**options: Any) -> None:
    """Build the whole report, but only what has changed.

    The steps are data, checks, marts, notebooks, an attack on what is hidden, and book.
    """
    from rareaccess.pipeline import steps

    book = steps.report(**options, say=_say)
    click.echo(f"\nOpen {book} in a browser.")  # the one line with a whole path: not in the log


@cli.command("new-pair")
@click.argument("name")
@click.option("--condition", prompt="Condition, as in a sentence", help="Name of the condition.")
@click.option("--drug", prompt="Drug, as in a sentence", help="Generic name of the drug.")
@_each(
    "--code",
    "codes",
    metavar="ICD10",
    help="ICD-10 code that finds the condition, without its dot, such as M313. Repeat for each.",
)
@_each(
    "--specialty",
    "specialties",
    metavar="CODE=NAME",
    help="Main specialty that treats it, such as 410=rheumatology. Repeat for each.",
)
@click.option(
    "--approved",
    prompt="First recommended for this condition on (YYYY-MM-DD)",
    metavar="DATE",
    help="First day on which the drug was recommended for the condition.",
)
@click.option("--brand", help="Brand name.")
@click.option("--short", "condition_short", help="Short name of the condition.")
@click.option("--people", help="The people who have the condition, such as 'people with SLE'.")
@click.option("--route", type=click.Choice(["IV", "SC", "oral"]), help="How the drug is given.")
@_each(
    "--misspelling",
    "misspellings",
    help="Audited misspelling of a name. Repeat for each.",
)
@click.option("--indication", help="The indication on the form, if it is not the condition.")
@_each(
    "--wording",
    "indication_wordings",
    help="Another audited wording of the indication. Repeat for each.",
)
@_each("--form-code", "form_codes", help="Code of the drug's prior-approval form. Repeat for each.")
@_each(
    "--shared-form-code",
    "shared_form_codes",
    help="Code of a form shared with other uses of the drug: the indication decides. "
    "Repeat for each.",
)
@click.option("--criterion", help="The appraisal that set the criteria, such as TA825.")
@click.option("--summary", help="What the appraisal asks for, in one line.")
@click.option("--source", help="Key of the appraisal in report/references.bib.")
@click.option("--service", help="Value of `service` in the centres table.")
@click.option("--centres", type=int, help="How many centres give the service.")
@click.option("--centre-label", help="What the book calls one centre.")
@click.option("--like", default="", help="The pair to copy windows and centres from.")
def new_pair(
    name: str, codes: tuple[str, ...], specialties: tuple[str, ...], approved: str, **given: object
) -> None:
    """Write the settings file of a new condition-drug pair.

    The file is params/pairs/NAME.yml, and explains every key. The command asks for what you do not
    give, or fills in a value marked ASSUMED for you to check. It checks the file before writing it.
    `rareaccess report --pair NAME` makes a book with the pair. To keep it in the book, add NAME to
    `pairs` in params/report.yml. Nothing else changes.
    """
    from rareaccess.core.paths import relative
    from rareaccess.params.new_pair import write_pair

    ask = "ICD-10 codes without dots, separated by commas"
    codes = codes or tuple(click.prompt(ask).split(","))
    ask = "Main specialties such as 410=rheumatology, separated by commas"
    pairs = [entry.partition("=") for entry in specialties or click.prompt(ask).split(",")]
    told: dict[str, Any] = {
        key: list(value) if isinstance(value, tuple) else value for key, value in given.items()
    }
    path = write_pair(
        name,
        codes=[code.strip() for code in codes],
        specialties={code.strip(): label.strip() for code, _, label in pairs},
        approval_date=approved,
        **told,
    )
    assumed = path.read_text(encoding="utf-8").count("; ASSUMED")
    _say(f"Wrote {relative(path)}. Check the {assumed} values marked ASSUMED.")
    click.echo(f"Check it against the tables: rareaccess check --pair {name}")
    click.echo(f"Make a book with it:         rareaccess report --pair {name}")
    click.echo(f"To keep it in the book, add {name} to `pairs` in params/report.yml.")


@cli.command()
def doctor() -> None:
    """Say whether this computer can build the report.

    Where something is missing, say what to do.
    """
    from rareaccess.pipeline.doctor import check_machine

    findings = check_machine()
    for finding in findings:
        mark = "ok     " if finding.ok else ("MISSING" if finding.needed else "absent ")
        click.echo(f"{mark} {finding.what:<28} {finding.found}")
        if not finding.ok and finding.mend:
            click.echo(f"{'':<8}{finding.mend}")
    sys.exit(any(finding.needed and not finding.ok for finding in findings))


def main() -> None:
    """Run the command line; a `UserError` is printed for people and ends with exit code 2.

    So is a fault of the file system, such as a disk that is full.
    """
    begun, end = time.monotonic(), "stopped by an error in the program"
    show_all()
    try:
        cli(standalone_mode=True)
    except (UserError, OSError) as error:
        told = error if isinstance(error, UserError) else _tell_system_fault(error)
        log(f"Stopped. {told}")
        end = "stopped"
        if "--debug" in sys.argv:
            raise
        click.echo(f"Stopped. {told}", err=True)
        sys.exit(2)
    except SystemExit as leaving:
        end = "stopped" if leaving.code else "done"
        raise
    finally:
        log(f"{end} after {time.monotonic() - begun:.0f} s")


def _tell_system_fault(error: OSError) -> UserError:
    """Return a file-system error in our words, without the error's own text."""
    from rareaccess.core.paths import relative

    return UserError(
        "A file could not be read or written.",
        where=relative(Path(error.filename)) if isinstance(error.filename, str) else "",
        found=os.strerror(error.errno) if error.errno else type(error).__name__,
        expected="folders that can be written, and enough disk space for the build folder and "
        "temporary files",
        mend="Free disk space, correct the permissions, or name other folders in the environment "
        "variables RAREACCESS_BUILD and TMPDIR. Earlier results are unchanged.",
    )
