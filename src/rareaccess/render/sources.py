"""The markdown of each chapter: includes brought in, variables filled, cells turned into text."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from rareaccess.core.errors import UserError
from rareaccess.core.tokens import TOKEN
from rareaccess.render.cells import notebook_markdown
from rareaccess.render.subset import SUBSET

__all__ = ["chapter_markdown", "fill_shortcodes"]

SHORTCODE = re.compile(r"\{\{<\s*(\S+)\s*(.*?)\s*>\}\}")
FENCE = re.compile(r"^(\s*)(`{3,}|~{3,})(.*)$")
FRONT = re.compile(r"\A---\n(.*?)\n---\s*\n", re.S)


def _variable(name: str, variables: Mapping[str, Any], where: str) -> str:
    value: Any = variables
    for step in name.split("."):
        if not isinstance(value, Mapping) or step not in value:
            known = sorted(map(str, value)) if isinstance(value, Mapping) else []
            raise UserError(
                "A variable in the text has no value.",
                where=where,
                found=f"{{{{< var {name} >}}}}",
                expected="one of " + ", ".join(known) if known else "",
                mend="The names are in _variables.yml, which `rareaccess run` writes.",
            )
        value = value[step]
    return str(value)


def fill_shortcodes(
    text: str, *, file: str, root: Path, variables: Mapping[str, Any], depth: int = 0
) -> str:
    """Return the text with its `include` and `var` shortcodes filled, as Quarto fills them.

    Code blocks are left as they are.

    Raises
    ------
    UserError
        Any other shortcode, an unknown variable, a missing include, or a token left over.

    Examples
    --------
    >>> fill_shortcodes("{{< var a.n >}} people", file="x.qmd", root=Path(),
    ...                 variables={"a": {"n": "924"}})
    '924 people'
    """

    def fill(match: re.Match[str]) -> str:
        name, rest = match.group(1), match.group(2).strip("\"'")
        if name == "var":
            return _variable(rest, variables, file)
        if name == "include" and depth < 5:
            path = (root / file).parent / rest
            if not path.is_file():
                raise UserError("An included file is missing.", where=file, found=rest)
            inner = path.relative_to(root).as_posix()
            return fill_shortcodes(
                path.read_text(encoding="utf-8"),
                file=inner, root=root, variables=variables, depth=depth + 1,
            )  # fmt: skip
        raise UserError(
            "A shortcode is not in the subset that both renderers share.",
            where=file,
            found=match.group(0),
            expected=", ".join(SUBSET.shortcodes),
        )

    lines, fence = [], ""
    for line in text.split("\n"):
        mark = FENCE.match(line)
        if mark and (not fence or (mark.group(2).startswith(fence) and not mark.group(3).strip())):
            fence = "" if fence else mark.group(2)
            _check_fence(mark.group(3), bool(fence), file)
        elif not fence:
            line = SHORTCODE.sub(fill, line)
            _check_tokens(line, file)
        lines.append(line)
    return "\n".join(lines)


def _check_fence(info: str, opening: bool, file: str) -> None:
    if opening and re.match(r"\s*\{[a-z]+[\s,}]", info):
        raise UserError(
            "A chapter contains a code cell; only notebooks are run.",
            where=file,
            found=f"```{info}",
        )


def _check_tokens(line: str, file: str) -> None:
    if left := TOKEN.search(line):
        raise UserError(
            "The text contains a token: only notebook templates have tokens.",
            where=file,
            found=left.group(0),
            mend="Use a variable, {{< var … >}}, or write the word.",
        )


def chapter_markdown(root: Path, file: str, variables: Mapping[str, Any], figures: Path) -> str:
    """Return the markdown of one chapter, from a `.qmd` file or an executed notebook.

    Parameters
    ----------
    root, file
        The project's folder and the chapter's path in it.
    variables
        The values of `{{< var >}}`.
    figures
        The folder, laid out like the project, to which the figures of notebooks are written.

    Raises
    ------
    UserError
        The chapter uses something outside the subset.
    """
    if file.endswith(".ipynb"):
        text = notebook_markdown(root, file, figures)
        return fill_shortcodes(text, file=file, root=root, variables=variables)
    text = (root / file).read_text(encoding="utf-8")
    if front := FRONT.match(text):
        settings = yaml.safe_load(front.group(1)) or {}
        if unknown := sorted(set(settings) - {"title"}):
            raise UserError(
                "The front matter of a chapter has a key that is not in the shared subset.",
                where=file,
                found=", ".join(unknown),
                expected="title",
            )
        text = f"# {settings['title']}\n\n{text[front.end() :]}"
    return fill_shortcodes(text, file=file, root=root, variables=variables)
