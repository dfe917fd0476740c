"""Write into a pair's file which typed names were accepted and rejected on review."""

from collections.abc import Mapping, Sequence

import yaml

from rareaccess.core.errors import UserError
from rareaccess.params.load import parse_pair
from rareaccess.params.yaml_writer import scalar

__all__ = ["add_reviewed"]

KEYS = ("names_accepted", "names_rejected")
Answers = Mapping[str, Sequence[Mapping[str, str]]]


def add_reviewed(text: str, slug: str, answers: Answers) -> str:
    """Return the text of a pair's file with further answers; comments and all else stay.

    Parameters
    ----------
    text, slug
        The file, and the short name of the pair.
    answers
        `names_accepted` and `names_rejected`: each a mapping of `name`, `reason` and, of an
        accepted name of a group, `member`.

    Raises
    ------
    UserError
        The keys are there in a form that cannot be added to, or an answer does not fit.

    Examples
    --------
    >>> from rareaccess.core.paths import project_root
    >>> text = (project_root() / "params/pairs/anca-avacopan.yml").read_text(encoding="utf-8")
    >>> answer = {"name": "avacopan own stock", "reason": "a note of the pharmacy"}
    >>> new = add_reviewed(text, "anca-avacopan", {"names_accepted": [answer]})
    >>> [one.name for one in parse_pair(new, "anca-avacopan").drug.names_accepted]
    ['avacopan own stock']
    """
    before = parse_pair(text, slug).drug
    for key in KEYS:
        items = [f"    - {scalar(dict(one))}" for one in answers.get(key, ())]
        if items:
            text = _insert(text, key, items)
    after = parse_pair(text, slug).drug
    for key in KEYS:
        held = {one.name for one in getattr(after, key)}
        wanted = {one.name for one in getattr(before, key)}
        if held != wanted | {one["name"] for one in answers.get(key, ())}:
            raise _refuse(slug, key)
    return text


def _insert(text: str, key: str, items: list[str]) -> str:
    """Add items to a key of the section `drug`, which is made where it is missing."""
    lines = text.splitlines()
    section = _find(yaml.compose(text, Loader=yaml.SafeLoader), "drug")
    assert isinstance(section, yaml.MappingNode), "the file has been read as a pair's"
    found = _find(section, key)
    mark = (found or section.value[-1][1]).end_mark
    end = mark.line + (1 if mark.column else 0)
    while not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#"):
        end -= 1
    if found is None:
        items = [f"  {key}:", *items]
    return "\n".join([*lines[:end], *items, *lines[end:]]) + "\n"


def _find(node: yaml.Node | None, key: str) -> yaml.Node | None:
    """Return the value of a key of a mapping, none where it is missing."""
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    return next((value for name, value in pairs if name.value == key), None)


def _refuse(slug: str, key: str) -> UserError:
    return UserError(
        "The answers could not be written into the pair's file, which is unchanged.",
        where=f"params/pairs/{slug}.yml, key drug.{key}",
        found="a list in another form",
        expected="a list with one item a line, or no such key",
        mend="Write the key as docs/params.md shows, each item on a line of its own.",
    )
