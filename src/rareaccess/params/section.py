"""What all sections of settings share: unknown keys refused, values fixed, keys that agree."""

from collections.abc import Iterator
from typing import Any, NoReturn, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from rareaccess.params.faults import Fault

__all__ = ["FrozenDict", "Section", "keyed"]


class FrozenDict(dict[str, Any]):
    """A dictionary that cannot be changed, for the frozen models.

    Examples
    --------
    >>> FrozenDict({"410": "rheumatology"})["410"]
    'rheumatology'
    """

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise TypeError("settings cannot be changed after they are read")

    __setitem__ = __delitem__ = __ior__ = clear = pop = popitem = setdefault = update = _refuse

    def __hash__(self) -> int:  # type: ignore[override]  # a dict has no hash
        """Hash by the content, which cannot change."""
        return hash(tuple(self.items()))

    def __reduce__(self) -> tuple[type["FrozenDict"], tuple[dict[str, Any]]]:
        """Copy and pickle by the content."""
        return FrozenDict, (dict(self),)


class Section(BaseModel):
    """A section of a settings file: unknown keys refused, values fixed once read."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    def find_faults(self) -> Iterator[Fault]:
        """Yield the rules between the keys of the section that do not hold."""
        return iter(())

    @model_validator(mode="after")
    def _check(self) -> Self:
        """Return the section when its keys fit together; otherwise raise every clash at once."""
        if faults := list(self.find_faults()):
            raise PydanticCustomError("faults", "the keys clash", {"faults": faults})
        return self


def keyed(meaning: str, example: str = "", **options: Any) -> Any:
    """Return a field with its meaning (one line) and, where the kind's does not do, an example."""
    return Field(description=meaning, examples=[example] if example else None, **options)
