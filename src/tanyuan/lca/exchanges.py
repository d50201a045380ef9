"""Exchanges as arrays: what goes between processes, or between processes and nature.

One exchange is a row (product or elementary flow), a column (process), an amount with the sign of
the matrix, the way the amount scatters, and a key under which its random draws are made.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Indices = NDArray[np.int32]
Keys = NDArray[np.uint64]
Mask = NDArray[np.bool_]
Order = NDArray[np.intp]


class Shape(IntEnum):
    """The distribution of an amount, as it stands in an array of bytes."""

    CERTAIN = 0
    LOGNORMAL = 1
    NORMAL = 2
    TRIANGULAR = 3
    UNIFORM = 4
    EMPIRICAL = 5


_LARGEST_LOGARITHM = 100.0
"""Standard deviation of a logarithm beyond which draws leave the range of double precision."""


@dataclass(frozen=True, eq=False)
class Scatters:
    """How m amounts scatter, as ratios to the amount.

    Attributes:
        shape: (m,) a `Shape` each.
        spread: (m,) ln(geometric standard deviation) of a lognormal, whose median is the amount, so
            that its mean is larger by exp(spread²/2); relative standard deviation of a normal.
        low: (m,) or (0,) lower limit of a triangular (mode 1) or uniform; for an empirical one the
            first of its ratios in `values`. Empty where no exchange has such a shape.
        high: as `low`, the upper limit; for an empirical one the count of its ratios.
        values: (v,) ratios of the empirical exchanges, each equally likely.
    """

    shape: NDArray[np.uint8]
    spread: Floats
    low: Floats
    high: Floats
    values: Floats

    def __post_init__(self) -> None:
        _freeze(self, shape=np.uint8, spread=np.float64)
        _freeze(self, low=np.float64, high=np.float64, values=np.float64)
        _same_length("spread", self.spread, len(self.shape))
        limited = (self.shape >= Shape.TRIANGULAR) & (self.shape <= Shape.EMPIRICAL)
        for name, limits in (("low", self.low), ("high", self.high)):
            if len(limits) or limited.any():
                _same_length(name, limits, len(self.shape))

    def __len__(self) -> int:
        return len(self.shape)

    @classmethod
    def none(cls, count: int) -> Self:
        """Amounts that are certain."""
        no = np.zeros(0)
        return cls(np.zeros(count, np.uint8), np.zeros(count), no, no, no)

    @classmethod
    def lognormal(cls, spread: ArrayLike) -> Self:
        """Lognormal amounts from ln(GSD); zero is certain."""
        spread = np.array(spread, np.float64)
        no = np.zeros(0)
        shape = np.where(spread > 0, Shape.LOGNORMAL, Shape.CERTAIN).astype(np.uint8)
        return cls(shape, spread, no, no, no)

    def take(self, order: Order) -> Self:
        """The scatters in another order, by position; empirical ratios follow their exchanges."""
        shape, spread = self.shape.take(order), self.spread.take(order)
        if not len(self.low):
            return replace(self, shape=shape, spread=spread)
        low, high = self.low.take(order), self.high.take(order)
        if not len(self.values):
            return replace(self, shape=shape, spread=spread, low=low, high=high)
        empirical = shape == Shape.EMPIRICAL
        counts = high[empirical].astype(np.intp)
        first = np.cumsum(counts) - counts
        shift = low[empirical].astype(np.intp) - first
        values = self.values[np.arange(counts.sum()) + np.repeat(shift, counts)]
        low[empirical] = first
        return type(self)(shape, spread, low, high, values)

    def followed_by(self, other: Self) -> Self:
        """These scatters, then the others."""
        limits = [(self.low, self.high), (other.low, other.high)]
        if len(self.low) or len(other.low):
            for place, part in enumerate((self, other)):
                if not len(part.low):
                    limits[place] = (np.ones(len(part)), np.ones(len(part)))
        (low, high), (other_low, other_high) = limits
        moved = np.where(other.shape == Shape.EMPIRICAL, len(self.values), 0)[: len(other_low)]
        return type(self)(
            np.concatenate((self.shape, other.shape)),
            np.concatenate((self.spread, other.spread)),
            np.concatenate((low, other_low + moved)),
            np.concatenate((high, other_high)),
            np.concatenate((self.values, other.values)),
        )

    def ranks(self) -> tuple[NDArray[np.generic], ...]:
        """Arrays (m,) by which scatters can be sorted, whatever order they were given in."""
        if not len(self.low):
            return (self.spread, self.shape)
        empirical = np.flatnonzero(self.shape == Shape.EMPIRICAL)
        low = self.low.copy()
        low[empirical] = self.values[low[empirical].astype(np.intp)]
        return (self.high, low, self.spread, self.shape)

    def unusable(self) -> Mask:
        """(m,) which are no distribution: unknown shape, limits in disorder or off the mode."""
        bad: Mask = (self.shape > max(Shape)) | ~((self.spread >= 0) & (self.spread < np.inf))
        bad |= (self.shape == Shape.LOGNORMAL) & (self.spread > _LARGEST_LOGARITHM)
        if not len(self.low):
            return bad
        low, high, shape = self.low, self.high, self.shape
        finite = np.isfinite(low) & np.isfinite(high)
        mode = (shape == Shape.TRIANGULAR) & ~((low <= 1) & (high >= 1) & (low < high) & finite)
        width = (shape == Shape.UNIFORM) & ~((low <= high) & finite)
        some = (low >= 0) & (high >= 1) & (low + high <= len(self.values))
        whole = (np.floor(low) == low) & (np.floor(high) == high)
        bad |= mode | width | ((shape == Shape.EMPIRICAL) & ~(some & whole))
        if not bad.any() and not np.isfinite(self.values).all():
            wrong = np.concatenate(([0], np.cumsum(~np.isfinite(self.values))))
            empirical = np.flatnonzero(shape == Shape.EMPIRICAL)
            first = low[empirical].astype(np.intp)
            last = first + high[empirical].astype(np.intp)
            bad[empirical] = wrong[last] > wrong[first]
        return bad


@dataclass(frozen=True, eq=False)
class Exchanges:
    """m exchanges in coordinate form.

    A pair of row and column may occur more than once: the matrix holds the sum, draws are made for
    each. The arrays become read-only and belong to the exchanges from then on.

    Attributes:
        row: (m,) product or elementary flow.
        column: (m,) process.
        amount: (m,) with the sign of the matrix.
        scatter: how the amounts scatter.
        key: (m,) identity of each exchange for its draws, see `exchange_keys`; (0,) where none has
            been given yet.
    """

    row: Indices
    column: Indices
    amount: Floats
    scatter: Scatters
    key: Keys

    def __post_init__(self) -> None:
        _freeze(self, row=np.int32, column=np.int32, amount=np.float64, key=np.uint64)
        count = len(self.amount)
        _same_length("row", self.row, count)
        _same_length("column", self.column, count)
        _same_length("scatter", self.scatter.shape, count)
        if len(self.key):
            _same_length("key", self.key, count)

    def __len__(self) -> int:
        return len(self.amount)

    @classmethod
    def of(
        cls,
        row: ArrayLike,
        column: ArrayLike,
        amount: ArrayLike,
        scatter: Scatters | None = None,
        key: ArrayLike = (),
    ) -> Self:
        """Exchanges from anything like an array, copied; without scatter they are certain.

        Raises:
            ValueError: lengths differ, or an index is not a whole number of 32 bits.
        """
        amounts = np.array(amount, np.float64)
        scatter = Scatters.none(len(amounts)) if scatter is None else scatter
        keys = np.array(key, np.uint64)
        return cls(_indices("row", row), _indices("column", column), amounts, scatter, keys)

    def take(self, order: Order) -> Self:
        """The exchanges in another order, or some of them, by position."""
        key = self.key.take(order) if len(self.key) else self.key
        row, column = self.row.take(order), self.column.take(order)
        return type(self)(row, column, self.amount.take(order), self.scatter.take(order), key)

    @property
    def keyed(self) -> bool:
        """Whether every exchange has a key."""
        return len(self.key) == len(self)

    def with_keys(self, keys: Keys) -> Self:
        """The same exchanges with these keys, unless they have keys."""
        return self if self.keyed else replace(self, key=keys)

    def followed_by(self, other: Self) -> Self:
        """These exchanges, then the others; keys are kept where both have them."""
        both = self.keyed and other.keyed
        return type(self)(
            np.concatenate((self.row, other.row)),
            np.concatenate((self.column, other.column)),
            np.concatenate((self.amount, other.amount)),
            self.scatter.followed_by(other.scatter),
            np.concatenate((self.key, other.key)) if both else np.zeros(0, np.uint64),
        )

    def sorted(self) -> Self:
        """The exchanges by column, then row; equal pairs by amount, so that input order is lost."""
        ordered = in_order(self.row, self.column)
        found = self if ordered else self.take(pair_order(self.row, self.column))
        same = _same_pair(found.row, found.column)
        if not same.any():
            return found
        twins = np.flatnonzero(np.append(same, False) | np.append(False, same))
        twin = found.take(twins)
        by = (*twin.scatter.ranks(), twin.amount, twin.row, twin.column)
        order = np.arange(len(found))
        order[twins] = twins[np.lexsort(by)]
        return found.take(order)


def pair_order(rows: Indices, columns: Indices) -> Order:
    """The stable order by column, then row, of indices that are not negative.

    Column, row and place are sorted as one whole number, which is faster than sorting places by
    them; where they do not fit into 63 bits, that is done instead.
    """
    place = np.arange(len(rows), dtype=np.uint32)
    row_bits, bits = int(rows.max(initial=0)).bit_length(), len(rows).bit_length()
    if int(columns.max(initial=0)).bit_length() + row_bits + bits > 63:
        return np.lexsort((rows, columns))
    packed = columns.astype(np.int64)
    packed <<= row_bits
    packed |= rows
    packed <<= bits
    packed |= place
    packed.sort()
    packed &= (1 << bits) - 1
    return packed


def exchange_keys(
    row_ids: Sequence[str], column_ids: Sequence[str], rows: Indices, columns: Indices
) -> Keys:
    """Keys of exchanges: a function of the ids of both ends, never of positions.

    Each id counts by the first 64 bits of its SHA-256; both and the number of the exchange among
    those of equal ends are mixed by the finaliser of SplitMix64 (Steele, Lea & Flood 2014, Fast
    splittable pseudorandom number generators, OOPSLA; constants of Stafford's variant 13). Two of a
    million exchanges share a key with a probability of 3e-8.
    """
    hashes = _hashes(column_ids)
    row_hashes = hashes if row_ids is column_ids else _hashes(row_ids)
    mixed = _mix(row_hashes)[rows] ^ hashes[columns]
    steps = occurrences(rows, columns).astype(np.uint64) + np.uint64(1)
    return _mix(_mix(mixed) + steps * _GOLDEN)


_GOLDEN = np.uint64(0x9E3779B97F4A7C15)


def _mix(values: Keys) -> Keys:
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def _hashes(ids: Sequence[str]) -> Keys:
    sha256 = hashlib.sha256
    digests = b"".join([sha256(name.encode()).digest()[:8] for name in ids])
    return np.frombuffer(digests, "<u8").astype(np.uint64)


def occurrences(rows: Indices, columns: Indices) -> Order:
    """Which exchange of its pair each is, counted from 0."""
    ordered = in_order(rows, columns)
    order = np.arange(len(rows)) if ordered else pair_order(rows, columns)
    starts = np.ones(len(rows), bool)
    starts[1:] = ~_same_pair(rows[order], columns[order])
    occurrence = np.zeros(len(rows), np.intp)
    if not starts.all():
        places = np.arange(len(rows))
        occurrence[order] = places - np.maximum.accumulate(np.where(starts, places, 0))
    return occurrence


def _same_pair(row: Indices, column: Indices) -> Mask:
    """(m - 1,) whether an exchange has the row and column of the one before it."""
    return np.asarray((row[1:] == row[:-1]) & (column[1:] == column[:-1]))


def in_order(row: Indices, column: Indices) -> bool:
    """Whether exchanges stand by column, then row."""
    further = (column[1:] == column[:-1]) & (row[1:] >= row[:-1])
    return bool((further | (column[1:] > column[:-1])).all())


def _indices(name: str, values: ArrayLike) -> Indices:
    given = np.asarray(values)
    found = given.astype(np.int32)
    if given.size and (given.dtype.kind not in "iu" or (found != given).any()):
        raise ValueError(f"{name}: indices are whole numbers of 32 bits")
    return found


def _freeze(owner: object, **dtypes: type) -> None:
    for name, dtype in dtypes.items():
        array = getattr(owner, name)
        if array.dtype != dtype or array.ndim != 1:
            raise ValueError(f"{name}: one axis of {np.dtype(dtype)}, not {array.dtype}")
        view = array.view()
        view.flags.writeable = False
        object.__setattr__(owner, name, view)


def _same_length(name: str, array: NDArray[np.generic], length: int) -> None:
    if len(array) != length:
        raise ValueError(f"{name}: {len(array)} values for {length} exchanges")


def sums(place: NDArray[np.integer], amount: Floats, count: int) -> Floats:
    """(count,) Σ of the amounts at each place."""
    return np.asarray(np.bincount(place, amount, count), np.float64)
