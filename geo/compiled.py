"""How inner loops are compiled: beside other threads, the machine code kept where it may be.

Nothing is checked at run time: indices are to be within their arrays, divisors not zero.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

__all__ = ["compiled", "inner"]

Function = TypeVar("Function", bound=Callable[..., Any])

_OPTIONS: dict[str, Any] = {"nogil": True, "boundscheck": False, "error_model": "numpy"}
_ONLY_INSIDE: dict[str, Any] = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}


def compiled(function: Function) -> Function:
    """Compile a function that is called from Python."""
    return _compiled(function, _OPTIONS)


def inner(function: Function) -> Function:
    """Compile a function that is called from compiled ones only.

    A way in from Python takes longer to compile than most functions.
    """
    return _compiled(function, {**_OPTIONS, **_ONLY_INSIDE})


def _compiled(function: Function, options: dict[str, Any]) -> Function:
    """Keep the machine code if there is a place for it."""
    try:
        fast = numba.njit(cache=True, **options)(function)
    except RuntimeError:  # neither beside the source nor in the user's home may be written
        fast = numba.njit(**options)(function)
    return cast("Function", fast)
