"""What a cell does, read from its code: names that hold raw values, and all that leads to a text.

What is raw is followed through names and calls. Where the reading cannot know, it takes it as raw.
"""

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from rareaccess.disclosure.numerals import find_typed
from rareaccess.pipeline.run.offered import (
    BUILTINS,
    CHECKED,
    CLOSED,
    COUNTERS,
    FIXED,
    KEEPS,
    MAKES,
    NOTES,
    OF_RELEASED,
    OF_SETTINGS,
    OFFERED,
    OPEN_MODULES,
    PUBLIC_MARTS,
    RELEASES,
    SETTLED,
    SHOWS,
    STUDY_SHOWS,
    list_public,
    list_releasing,
)

__all__ = ["Known", "Reading"]

CLEAN, TYPED, OBJECT, STUDY, RAW = range(5)


@dataclass(frozen=True)
class Known:
    """What is known of a value: how raw it is, and whether a function of the package counted it."""

    level: int = RAW
    counted: bool = False


@dataclass
class Reading:
    """The names of a notebook so far, and the offences of the cell that is read."""

    names: dict[str, Known] = field(default_factory=dict)
    imported: dict[str, str] = field(default_factory=dict)
    found: list[tuple[ast.AST, str, str]] = field(default_factory=list)

    # --- statements ---

    def read(self, tree: ast.Module) -> None:
        """Read the statements of a cell in their order."""
        for line in tree.body:
            if isinstance(line, ast.ImportFrom):
                self._import(line)
            elif isinstance(line, ast.Assign):
                self._assign(line)
            elif isinstance(line, ast.Expr):
                self._show(line.value)
            elif isinstance(line, ast.Assert):
                self.know(line.test)
            else:
                self._refuse(
                    line, "A cell does more than assign and show.",
                    "Move it into a function of the package, with a test.",
                )  # fmt: skip

    def _refuse(self, node: ast.AST, what: str, mend: str) -> None:
        self.found.append((node, what, mend))

    def _import(self, line: ast.ImportFrom) -> None:
        module = line.module or ""
        free = any(module == one or module.startswith(f"{one}.") for one in OPEN_MODULES)
        for name in line.names:
            offered = list_public(module) if free else OFFERED.get(module, ())
            allowed = name.name in offered
            if line.level or not allowed:
                self._refuse(
                    line, "A notebook imports what is not offered to notebooks.",
                    "Import `fmt`, `Plain` and `percent`, `tables`, `figures` and `diagram`, "
                    "and functions of `rareaccess.measures`.",
                )  # fmt: skip
            self.imported[name.asname or name.name] = f"{module}.{name.name}"

    def _assign(self, line: ast.Assign) -> None:
        known = self.know(line.value)
        for target in line.targets:
            self._bind(target, known, line.value)

    def _bind(self, target: ast.expr, known: Known, value: ast.expr | None = None) -> None:
        if isinstance(target, ast.Tuple | ast.List):
            same = isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(target.elts)
            for place, one in enumerate(target.elts):
                own = (
                    value.elts[place] if same and isinstance(value, ast.Tuple | ast.List) else None
                )
                self._bind(one, self._look(own) if own is not None else known, own)
        elif isinstance(target, ast.Starred):
            self._bind(target.value, known)
        elif isinstance(target, ast.Name):
            if target.id in self.imported or target.id in BUILTINS:
                self._refuse(target, "A cell gives another meaning to a name of the package.",
                             "Choose another name.")  # fmt: skip
            self.names[target.id] = known
        else:
            self._refuse(
                target, "A cell writes into something that it was given.",
                "Make a new value, and release what a function of the package has counted.",
            )  # fmt: skip

    def _show(self, node: ast.expr) -> None:
        self.know(node)
        owner, name = _owner(node.func) if isinstance(node, ast.Call) else ("", "")
        study = self.names.get(owner, Known()).level == STUDY
        if study and name in STUDY_SHOWS:
            return
        module = self.imported.get(owner, "").removeprefix("rareaccess.display.")
        if module in SHOWS and name.startswith(SHOWS[module]):
            return
        what = "printed" if owner == "" and name in ("print", "display") else "shown"
        self._refuse(
            node, f"Something is {what} that is no table, figure or sentence of the package.",
            "Say it with `study.say(…)`, made of released values, or show a released frame "
            "with `tables.build_…` or `figures.draw_…`.",
        )  # fmt: skip

    # --- expressions: each is looked at once, with all that is in it ---

    def know(self, node: ast.expr) -> Known:
        """Return what is known of an expression; note every offence in it."""
        self._inspect(node)
        return self._look(node)

    def _inspect(self, node: ast.expr) -> None:
        outer = dict(self.names)
        for one in ast.walk(node):
            if isinstance(one, ast.comprehension):
                self._bind(one.target, self._look(one.iter))
            elif isinstance(one, ast.Lambda):
                self.names |= {a.arg: Known(RAW) for a in one.args.args}
        called = {id(one.func) for one in ast.walk(node) if isinstance(one, ast.Call)}
        keys = {id(key) for one in ast.walk(node) if isinstance(one, ast.Dict | ast.DictComp)
                for key in (one.keys if isinstance(one, ast.Dict) else [one.key])}  # fmt: skip
        for one in ast.walk(node):
            if isinstance(one, ast.Attribute):
                self._check_attribute(one, called=id(one) in called)
            elif isinstance(one, ast.Name):
                self._check_name(one)
            elif isinstance(one, ast.Call):
                self._check_call(one)
            elif isinstance(one, ast.JoinedStr) and id(one) not in keys:  # a key is no text
                self._check_joined(one)
            elif isinstance(one, ast.BinOp) and isinstance(one.op, ast.Mod):
                if _is_text(one.left):
                    self._check_clean(one.right, "A text is made with %.")
            elif isinstance(one, ast.NamedExpr | ast.Await | ast.Yield | ast.YieldFrom):
                self._refuse(one, "A cell does more than assign and show.", "Write it plainly.")
        for text in _list_texts(node):
            if typed := find_typed(text.value):
                self._refuse(
                    text, f"A number is typed into a text: {', '.join(typed)}.",
                    "Take it from a released value, or from the settings as `Plain`; a number "
                    "that belongs to the words is declared in disclosure/numerals.py.",
                )  # fmt: skip
        self.names = outer

    def _check_attribute(self, node: ast.Attribute, *, called: bool) -> None:
        name = node.attr
        if name.startswith("_"):
            self._refuse(node, "A cell touches something private of the package.",
                         "Use what the package offers to notebooks.")  # fmt: skip
        elif name == "value" and not called:
            self._refuse(node, "A cell takes the bare number out of a released value.",
                         "Give the released value itself to `study.say(…)` or `fmt`.")  # fmt: skip
        elif name in CLOSED and not (name == "map" and self._look(node.value).level == CLEAN):
            self._refuse(node, f"A cell uses `.{name}`, which leads around disclosure control.",
                         CLOSED[name])  # fmt: skip
        owner = node.value.id if isinstance(node.value, ast.Name) else ""
        module = self.imported.get(owner, "")
        short = module.removeprefix("rareaccess.display.")
        closed = short in MAKES and not name.startswith(MAKES[short])
        if module == "rareaccess.disclosure.fmt" or (
            module.startswith("rareaccess.measures") and list_public(module)
        ):
            closed |= name not in list_public(module) and not name.isupper()
        if closed:
            self._refuse(node, "A cell uses what the package does not offer to notebooks.",
                         "Use `tables.build_…`, `figures.draw_…`, `diagram.draw_…` and the "
                         "functions of `fmt`.")  # fmt: skip

    def _check_name(self, node: ast.Name) -> None:
        known = node.id in self.names or node.id in self.imported or node.id in BUILTINS
        if not known:
            self._refuse(
                node, f"A cell uses `{node.id}`, which notebooks may not use.",
                "Use released values, and what the package offers to notebooks.",
            )  # fmt: skip

    def _check_call(self, node: ast.Call) -> None:
        owner, name = _owner(node.func)
        for word in node.keywords:
            if word.arg in FIXED and self.names.get(owner, Known()).level == STUDY:
                self._refuse(node, f"A call names `{word.arg}`, which the settings decide.",
                             "Leave it out: params/report.yml decides it.")  # fmt: skip
        given = [*node.args, *(one.value for one in node.keywords)]
        if name in ("with_pct", "with_ratio"):
            wholes = [*node.args[2:3], *(k.value for k in node.keywords if k.arg == "whole")]
            if any(self._look(one).level == TYPED for one in wholes):
                self._refuse(node, "The whole of a percentage is typed.",
                             "Give a column, a population or a released count.")  # fmt: skip
        origin = self.imported.get(owner if owner else name, "")
        if origin == "rareaccess.disclosure.Plain" or (owner == "" and name == "str"):
            for one in given:
                self._check_clean(one, f"`{name}` makes a text of it.")
        if origin == "rareaccess.disclosure.fmt" and name not in CHECKED:
            for one in given:
                self._check_clean(one, f"`fmt.{name}` makes a text of it.")
        if name == "format" and isinstance(node.func, ast.Attribute):
            for one in given:
                self._check_clean(one, "`format` makes a text of it.")
        self._check_printed(node, owner, name, origin)
        if name == "release" and self.names.get(owner, Known()).level == STUDY:
            frame = [*node.args[:1], *(k.value for k in node.keywords if k.arg == "frame")]
            if frame and not self._look(frame[0]).counted:
                self._refuse(
                    node, "A frame is released that the notebook has made itself.",
                    "Count it in a function of `rareaccess.measures`, which has a test, and "
                    "release what that returns.",
                )  # fmt: skip

    def _check_printed(self, node: ast.Call, owner: str, name: str, origin: str) -> None:
        """Refuse raw values where they would be printed as they are: templates, nouns and notes."""
        study = self.names.get(owner, Known()).level == STUDY
        words: list[ast.expr] = []
        if study and name == "publish":
            words += node.args[:1] + [k.value for k in node.keywords if k.arg == "frame"]
        if (study and name == "say") or (origin == "rareaccess.disclosure.fmt" and name == "fill"):
            words += node.args[:1]
        if origin == "rareaccess.disclosure.fmt" and name in ("plural", "counted"):
            words += node.args[1:]
        if origin.startswith("rareaccess.display.") and name == "Heading":
            words += [*node.args, *(k.value for k in node.keywords)]
        if study or origin.startswith("rareaccess.display.") or name in ("relabel", "select"):
            words += [k.value for k in node.keywords if k.arg in NOTES]
        for one in words:
            if self._look(one).level not in (CLEAN, TYPED):
                self._refuse(
                    one, f"What is not released is printed by `{name}`.",
                    "Give it a text of the settings, or of released values by `fmt`.",
                )  # fmt: skip

    def _check_joined(self, node: ast.JoinedStr) -> None:
        for one in node.values:
            if isinstance(one, ast.FormattedValue):
                self._check_clean(one.value, "An f-string makes a text of it.")

    def _check_clean(self, node: ast.expr, how: str) -> None:
        level = self._look(node).level
        if level == TYPED:
            self._refuse(node, f"A typed number becomes text: {how}",
                         "Take it from a released value or from the settings.")  # fmt: skip
        elif level != CLEAN:
            self._refuse(node, f"What is not released becomes text: {how}",
                         "Release it, and say it with `study.say(…)`.")  # fmt: skip

    # --- how raw an expression is ---

    def _look(self, node: ast.expr) -> Known:
        if isinstance(node, ast.Constant):
            number = isinstance(node.value, int | float) and not isinstance(node.value, bool)
            return Known(TYPED if number else CLEAN)
        if isinstance(node, ast.Name):
            inside = node.id in self.imported or node.id in BUILTINS
            return self.names.get(node.id, Known(CLEAN if inside else RAW))
        if isinstance(node, ast.Attribute):
            return self._look_attribute(node)
        if isinstance(node, ast.Subscript):
            base, part = self._look(node.value), self._look(node.slice)
            return Known(max(base.level, part.level if part.level > TYPED else CLEAN)
                         if base.level != RAW else RAW, base.counted)  # fmt: skip
        if isinstance(node, ast.Call):
            return self._look_call(node)
        if isinstance(node, ast.IfExp):
            one, two = self._look(node.body), self._look(node.orelse)
            return Known(_join([one.level, two.level]), one.counted and two.counted)
        if isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp):
            return self._look_comprehension(node)
        if isinstance(node, ast.Lambda):
            outer = dict(self.names)
            self.names |= {one.arg: Known(RAW) for one in node.args.args}
            known = self._look(node.body)
            self.names = outer
            return known
        parts = [self._look(one) for one in ast.iter_child_nodes(node)
                 if isinstance(one, ast.expr)]  # fmt: skip
        return Known(_join([one.level for one in parts]))

    def _look_attribute(self, node: ast.Attribute) -> Known:
        base = self._look(node.value)
        if base.level == STUDY:
            return Known(CLEAN if node.attr in (*OF_SETTINGS, *PUBLIC_MARTS) else RAW)
        if base.level == OBJECT:
            return Known(CLEAN if node.attr in ("words", "panels") else OBJECT)
        if node.attr == "ids":
            return Known(RAW)
        return Known(base.level, base.counted and node.attr in KEEPS)

    def _look_call(self, node: ast.Call) -> Known:
        owner, name = _owner(node.func)
        given = [self._look(one) for one in [*node.args, *(k.value for k in node.keywords)]]
        level = _join([RAW if one.level in (STUDY, OBJECT) else one.level for one in given])
        origin = self.imported.get(owner or name, "")
        if origin.startswith("rareaccess.study."):
            return Known(STUDY)
        if origin.startswith("rareaccess.measures"):
            module = origin.removesuffix(f".{name}")
            if name in SETTLED or name in list_releasing(module):
                return Known(CLEAN, True)
            made = OBJECT if name[:1].isupper() else RAW
            return Known(made if level == RAW else CLEAN, True)
        if origin == "rareaccess.disclosure.fmt":
            return Known(CLEAN if name in CHECKED else level)
        if origin.startswith(("rareaccess.disclosure.", "rareaccess.display.")):
            return Known(CLEAN)
        if not isinstance(node.func, ast.Attribute):
            return Known(level)
        base = self._look(node.func.value)
        if base.level == STUDY:
            return Known(CLEAN if name in RELEASES else RAW)
        if base.level == CLEAN and name in OF_RELEASED:
            return Known(CLEAN)
        if base.level == OBJECT:
            return Known(RAW, True)
        counted = name in COUNTERS or (base.counted and name in KEEPS)
        if name == "merge":
            counted &= bool(given) and given[0].counted
        return Known(_join([base.level, level]), counted)

    def _look_comprehension(
        self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp
    ) -> Known:
        outer = dict(self.names)
        for one in node.generators:
            self._bind(one.target, self._look(one.iter))
        made = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        parts = [self._look(one) for one in made]
        self.names = outer
        return Known(_join([one.level for one in parts]), all(one.counted for one in parts))


def _join(levels: Sequence[int]) -> int:
    """Return how raw a value is that is made of others; one of settings and numbers is clean."""
    if not levels:
        return CLEAN
    worst = max(levels)
    return worst if worst != TYPED or min(levels) == TYPED else CLEAN


def _owner(node: ast.expr) -> tuple[str, str]:
    """Return the name before a dot and that after it; of a plain name nothing and the name."""
    if isinstance(node, ast.Attribute):
        return (node.value.id if isinstance(node.value, ast.Name) else "?"), node.attr
    return "", node.id if isinstance(node, ast.Name) else "?"


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


KEY = re.compile(r"[A-Za-z_][\w-]*|\d\d-[a-z-]+|\d+")


def _list_texts(node: ast.expr) -> Iterator[ast.Constant]:
    """Yield the texts that people may read: with a space in them, or said by themselves."""
    said: set[int] = set()
    for one in ast.walk(node):
        if isinstance(one, ast.Call) and _owner(one.func)[1] in ("Plain", "say", "fill", "plural",
                                                                 "counted", "whole"):  # fmt: skip
            said |= {id(given) for given in one.args}
        elif isinstance(one, ast.JoinedStr):
            said |= {
                id(part)
                for part in one.values
                if not re.fullmatch(r"\w*[A-Za-z]\w*", str(getattr(part, "value", "")))
            }
    for one in ast.walk(node):
        text = isinstance(one, ast.Constant) and isinstance(one.value, str)
        if (
            isinstance(one, ast.Constant)
            and text
            and (id(one) in said or not KEY.fullmatch(str(one.value)))
        ):
            yield one
