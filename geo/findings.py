"""What the data made us notice: facts for the planner, in data rather than in words.

``geo`` reports a *kind* with its values; the words, Chinese and English, live in the planner's
text table, so that nothing noticed is ever shown in only one language.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

__all__ = ["Finding"]

Value = str | int | float


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One thing noticed about the data.

    Parameters
    ----------
    kind
        Stable identifier in kebab-case, e.g. ``"boundary-overlap"``.
    where
        Code or name of the township, file or feature; empty for the whole region.
    values
        The numbers and names that the sentence about it needs.
    """

    kind: str
    where: str = ""
    values: dict[str, Value] = field(default_factory=dict)

    def record(self) -> dict[str, Any]:
        """Plain form for JSON."""
        return {"kind": self.kind, "where": self.where, "values": dict(self.values)}

    @classmethod
    def of(cls, record: dict[str, Any]) -> Finding:
        """Inverse of :meth:`record`."""
        return cls(kind=record["kind"], where=record["where"], values=dict(record["values"]))
