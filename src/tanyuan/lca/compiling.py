"""How the loops of the engine are compiled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """Compile a function at its first call, without the interpreter lock, kept on disk.

    Products and sums may fuse, but nothing is reordered and no NaN is assumed away; a division by
    zero is infinite, as in numpy.
    """
    compile_it = njit(cache=True, nogil=True, fastmath={"contract"}, error_model="numpy")
    return cast("Function", compile_it(function))
