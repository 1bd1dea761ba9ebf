"""How functions are compiled: kept on disk, without the interpreter's lock, C's division."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numba

__all__ = ["inner", "kernel"]

_Function = TypeVar("_Function", bound=Callable[..., Any])

_OPTIONS: dict[str, Any] = {"cache": True, "nogil": True, "error_model": "numpy"}
_ONLY_INSIDE: dict[str, Any] = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}


def kernel(function: _Function) -> _Function:
    """Compile a function that is called from Python."""
    compiled: _Function = numba.njit(**_OPTIONS)(function)
    return compiled


def inner(function: _Function) -> _Function:
    """Compile a function that is called from compiled ones only.

    It gets no way in from Python, which takes as long to compile as the function itself where
    the arguments are tuples of many arrays.
    """
    compiled: _Function = numba.njit(**_OPTIONS, **_ONLY_INSIDE)(function)
    return compiled
