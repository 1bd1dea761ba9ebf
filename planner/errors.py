"""What can go wrong between a question and its plan.

geo.errors.InputError
└── PlannerError
    ├── ScenarioError   a scenario's field, or its file
    ├── PlanError       the question cannot be answered, with the reason and the cheapest repair
    └── OutputError     files of a plan that cannot be written or read
        ├── MissingToolError   a font or a library that a file needs is not on this machine
        └── PackError   a file of packed scenarios: foreign, damaged, changed, dangerous, too new
"""

from __future__ import annotations

from geo.errors import InputError

__all__ = [
    "MissingToolError",
    "OutputError",
    "PackError",
    "PlanError",
    "PlannerError",
    "ScenarioError",
]


class PlannerError(InputError):
    """Base of every error raised on purpose by ``planner``."""


class ScenarioError(PlannerError):
    """A scenario's field is missing, unknown or out of range."""


class PlanError(PlannerError):
    """No plan answers the question; says why and what would help.

    Parameters
    ----------
    zh
        The same line in Chinese, for the front ends: this is the one error that a planner meets
        in daily work.
    """

    def __init__(self, what: str, *, zh: str, where: str = "", remedy: str = "") -> None:
        super().__init__(what, where=where, remedy=remedy)
        self.zh = zh


class OutputError(PlannerError):
    """A plan's files cannot be written or read."""


class MissingToolError(OutputError):
    """A font or a library that a file needs is not on this machine.

    Parameters
    ----------
    zh
        The same line in Chinese.
    """

    def __init__(self, what: str, *, zh: str, where: str = "", remedy: str = "") -> None:
        super().__init__(what, where=where, remedy=remedy)
        self.zh = zh


class PackError(OutputError):
    """A file of packed scenarios cannot be written, or must not be opened.

    Parameters
    ----------
    zh
        The same line in Chinese.
    """

    def __init__(self, what: str, *, zh: str, where: str = "", remedy: str = "") -> None:
        super().__init__(what, where=where, remedy=remedy)
        self.zh = zh
