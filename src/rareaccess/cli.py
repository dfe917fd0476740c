"""The command line: one command a step, and `report` that does them all."""

import sys
from collections.abc import Callable
from functools import wraps

import click

from rareaccess import __version__
from rareaccess.errors import UserError

__all__ = ["cli", "main"]

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 96}

_source = click.option(
    "--source",
    metavar="NAME",
    help="Where the tables are: a file params/sources/NAME.yml. [default: `source` in params/report.yml]",
)
_pair = click.option(
    "--pair",
    "pairs",
    multiple=True,
    metavar="NAME",
    help="A condition-drug pair: a file params/pairs/NAME.yml. Give it more than once for several. "
    "[default: `pairs` in params/report.yml]",
)
_force = click.option("--force", is_flag=True, help="Do the work again even where nothing changed.")
_with = click.option(
    "--with",
    "renderer",
    type=click.Choice(["auto", "quarto", "pandoc"]),
    default="auto",
    show_default=True,
    help="Who typesets: Quarto (1.4 or newer), or pandoc, which comes with the package. "
    "`auto` takes Quarto where it is found.",
)
_to = click.option(
    "--to",
    "formats",
    type=click.Choice(["html", "docx", "pdf"]),
    multiple=True,
    help="Formats of the book. Give it more than once for several. [default: all]",
)


@click.group(context_settings=CONTEXT)
@click.version_option(__version__, package_name="rareaccess")
@click.option("--debug", is_flag=True, help="Show the Python traceback of an error.")
def cli(debug: bool) -> None:
    """Build the report on equity of access to high-cost drugs for rare conditions.

    `rareaccess report` does everything: it makes the synthetic data when they are missing, checks
    params and tables, prepares one small mart for each pair, runs the notebooks that changed and
    typesets the book. The other commands are its steps, to be run one at a time.
    """


def step(name: str) -> Callable:
    """Print what a step did in one line; the function returns the line's text."""

    def decorate(function: Callable[..., str]) -> Callable[..., None]:
        @wraps(function)
        def wrapped(*args: object, **kwargs: object) -> None:
            click.echo(f"{name:<8} {function(*args, **kwargs)}")

        return wrapped

    return decorate


@cli.command()
@click.option(
    "--scale",
    default="full",
    show_default=True,
    metavar="SCALE",
    help="full: gives every published number. sample: the small committed copy. "
    "A number N: N times the people, for benchmarks.",
)
@click.option("--world", default="published", show_default=True, help="The world to make.")
@click.option("--out", metavar="FOLDER", help="Where to write. [default: data-synthetic/SCALE]")
@click.option("--seed", type=int, help="Another seed makes another England of the same kind.")
def synth(scale: str, world: str, out: str | None, seed: int | None) -> None:
    """Make the synthetic England: people, hospital records, applications, planted faults."""
    from rareaccess import steps

    click.echo(f"{'synth':<8} {steps.synth(scale, world=world, out=out, seed=seed)}")


@cli.command()
@_source
@_pair
def check(source: str | None, pairs: tuple[str, ...]) -> None:
    """Check the params files and the tables, and name what is wrong and how to mend it."""
    from rareaccess import steps

    click.echo(f"{'check':<8} {steps.check(source, pairs)}")


@cli.command()
@_source
@_pair
@_force
def prepare(source: str | None, pairs: tuple[str, ...], force: bool) -> None:
    """Extract, link and derive: one small mart of pseudonymised people for each pair."""
    from rareaccess import steps

    click.echo(f"{'prepare':<8} {steps.prepare(source, pairs, force=force)}")


@cli.command()
@_source
@_pair
@_force
def run(source: str | None, pairs: tuple[str, ...], force: bool) -> None:
    """Execute the notebooks that changed, each in a fresh kernel, top to bottom."""
    from rareaccess import steps

    click.echo(f"{'run':<8} {steps.run(source, pairs, force=force)}")


@cli.command()
@_source
@_with
@_to
@_force
def render(source: str | None, renderer: str, formats: tuple[str, ...], force: bool) -> None:
    """Typeset the book from the executed notebooks and the chapters."""
    from rareaccess import steps

    click.echo(f"{'render':<8} {steps.render(source, renderer=renderer, formats=formats, force=force)}")


@cli.command()
@_source
@_pair
@_with
@_to
@_force
def report(
    source: str | None,
    pairs: tuple[str, ...],
    renderer: str,
    formats: tuple[str, ...],
    force: bool,
) -> None:
    """Build the whole report: data, checks, marts, notebooks, book; only what changed."""
    from rareaccess import steps

    book = steps.report(source, pairs, renderer=renderer, formats=formats, force=force, say=click.echo)
    click.echo(f"\nOpen {book} in a browser.")


@cli.command("new-pair")
@click.argument("name")
@click.pass_context
def new_pair(context: click.Context, name: str) -> None:
    """Write a commented params file for the condition-drug pair NAME."""


@cli.command()
def doctor() -> None:
    """Say whether this machine can build the report, and what is missing."""
    from rareaccess.doctor import check_machine

    findings = check_machine()
    for finding in findings:
        mark = "ok     " if finding.ok else ("MISSING" if finding.needed else "absent ")
        click.echo(f"{mark} {finding.what:<28} {finding.found}")
        if not finding.ok and finding.mend:
            click.echo(f"{'':<8}{finding.mend}")
    sys.exit(any(finding.needed and not finding.ok for finding in findings))


def main() -> None:
    """Run the command line; a `UserError` is printed for people and ends with exit code 2."""
    try:
        cli(standalone_mode=True)
    except UserError as error:
        if "--debug" in sys.argv:
            raise
        click.echo(f"Stopped. {error}", err=True)
        sys.exit(2)
