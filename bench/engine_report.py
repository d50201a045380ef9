"""The section of the engine's bench: tables of what was measured."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import ks_2samp

from bench.clock import PATIENCE, SLACK
from bench.generator import Background, statistics
from bench.measured import Figure, Measured
from bench.questions import FOREGROUND, SAMPLES

if TYPE_CHECKING:
    from bench.engine import Turns

HEAD = (
    "| Job | Brightway, wall | ours, wall | ratio | Brightway, CPU | ours, CPU | ratio |\n"
    "|---|---|---|---:|---:|---:|---:|"
)


def section(background: Background, one: Turns, two: Turns, alone: Turns | None) -> str:
    """All of it."""
    parts = [
        _about(background, one, two),
        "## One thread each",
        _table(background, one, alone),
        _ways(one),
        "## Two threads each",
        _table(background, two, None),
        _ways(two),
        "## Errors",
        _errors(one),
        "## Monte Carlo, equal in law",
        _law(one),
    ]
    return "\n\n".join(parts)


def _about(background: Background, one: Turns, two: Turns) -> str:
    theirs = one.theirs.last("versions")["found"]
    ours = {name: version(name) for name in ("numpy", "scipy", "numba")}
    facts = {name: f"{value:,.4g}" if value % 1 else f"{value:,}" for name, value in
             statistics(background).items()}  # fmt: skip
    loads = [*one.loads, *two.loads]
    rounds = len(one.theirs.of("storage"))
    return "\n".join([
        f"{datetime.now(UTC):%Y-%m-%d}, {_machine()}, Python {platform.python_version()}.",
        f"Brightway: {_versions(theirs)}. Ours: {_versions(ours)}.",
        f"Background of `bench/generator.py`: {_versions(facts)}.",
        "",
        f"Medians of {rounds} rounds in which both sides take turns (lowest – highest); every set",
        "of jobs is a process of its own, after the same jobs on a small background. CPU is the",
        f"processor time of all threads. Load average while measuring: {min(loads):.1f} –",
        f"{max(loads):.1f} on {os.cpu_count()} processors. Neighbours may slow a core to half:",
        f"each timed piece of either side waits (no process more than {PATIENCE:.0f} s in all)",
        f"until an empty loop takes at most {SLACK} of its shortest time.",
        "",
        "What is short is called several times and its median counts, on our side more often than",
        "on Brightway's, and before and after each of Brightway's ways of working. Both begin with",
        "the same plain arrays, which ours takes over as they are. A replaced process and a new",
        "product begin with plain arrays for Brightway, which makes datapackages of them, and with",
        "the engine's tables for us, of a new product with its matrix in supply order; what",
        "making the tables takes stands beside.",
    ])  # fmt: skip


def _machine() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def _versions(found: dict[str, str]) -> str:
    return ", ".join(f"{name} {value}" for name, value in found.items())


def _table(background: Background, turns: Turns, alone: Turns | None) -> str:
    n, theirs, ours = background.processes, turns.theirs, turns.ours
    first, sample = ours.best("first score"), ours.best("one sample")
    one_by_one = min(theirs.best("next product"), theirs.best("one of many")).times(n)
    many = theirs.best("one sample").times(SAMPLES)
    tree, stored = ours.best("tree"), len(background.technosphere.row)
    stored += len(background.interventions.row)
    fresh = ours.best("new product")
    rows = [
        _row("from raw arrays to the first score", theirs.best("first score"), first,
             ours_note=f"all products; by gas and kind {_time(ours.best('by gas and kind').wall)}"),
        _row("next product: inventory + score", theirs.best("next product"),
             ours.best("next product"), ours_note="a score alone is a look-up"),
        _row(f"all {n:,} scores, its adjoint class", theirs.best("all, adjoint class"), first,
             ours_note=f"again {_time(ours.best('all, warm').wall)}"),
        _row(f"all {n:,} scores, product by product", one_by_one, first, "extrapolated"),
        _row("one Monte Carlo sample, whole database", theirs.best("one sample"), sample,
             "one product", "all products"),
        _row(f"contribution tree, {ours.last('tree')['nodes']} nodes", theirs.best("tree"),
             first.plus(tree),
             ours_note=f"cold; {_time(ours.best('tree, again').wall)} once solved"),
        _row("replace one background process", theirs.best("replace"), ours.best("replace"),
             ours_note=f"again {_time(ours.best('replace, again').wall)}"),
        _row(f"new {FOREGROUND}-process product over the background", theirs.best("new product"),
             fresh, ours_note=f"tables {_time(ours.best('new product, tables').wall)}"),
        _row(f"its Monte Carlo, {SAMPLES:,} samples", many, ours.best("new product, samples"),
             "extrapolated", f"and {_time(sample.times(SAMPLES).wall)} once for the background"),
    ]  # fmt: skip
    if theirs.of("storage"):
        size, own = theirs.last("storage")["megabytes"], ours.last("storage")["megabytes"]
        rows.append(
            _row(f"storing {stored:,} exchanges", theirs.best("storage"), ours.best("storage"),
                 f"{size:.0f} MB",
                 f"{own:.0f} MB, opened in {_time(ours.best('opening').wall)}")
        )  # fmt: skip
    for kind in ("static", "Monte Carlo"):
        peak, own = theirs.least(f"peak, {kind}"), ours.least(f"peak, {kind}")
        rows.append(
            f"| peak memory, {kind} | {peak:.0f} MB | {own:.0f} MB | {peak / own:.2f} | | | |"
        )
    if alone:
        rows.append(_large(alone))
    return "\n".join([HEAD, *rows])


def _row(job: str, theirs: Figure, ours: Figure, note: str = "", ours_note: str = "") -> str:
    cells = [job, _cell(theirs, note), _cell(ours, ours_note), _ratio(theirs.wall, ours.wall)]
    cells += [_time(theirs.cpu), _time(ours.cpu), _ratio(theirs.cpu, ours.cpu)]
    return "| " + " | ".join(cells) + " |"


def _cell(figure: Figure, note: str) -> str:
    spread = f"{_time(figure.wall)} ({_time(figure.low)} – {_time(figure.high)})"
    return f"{spread}, {note}" if note else spread


def _time(seconds: float) -> str:
    factor, unit = (1.0, "s") if seconds >= 1 else (1e3, "ms") if seconds >= 1e-3 else (1e6, "µs")
    value = seconds * factor
    return f"{value:,.0f} {unit}" if value >= 100 else f"{value:.3g} {unit}"


def _ratio(theirs: float, ours: float) -> str:
    ratio = theirs / ours
    return f"{ratio:,.0f}" if ratio >= 10 else f"{ratio:.1f}"


def _large(alone: Turns) -> str:
    ours = alone.ours
    first, again, sample = (
        _time(ours.best(row).wall) for row in ("first score", "all, warm", "one sample")
    )
    peak = max(ours.least("peak, static"), ours.least("peak, Monte Carlo"))
    done = f"{first} to the first score, {again} for all products again, {sample} a sample, "
    return f"| n = 200,000 | not asked | {done} {peak:,.0f} MB | | | | |"


def _ways(turns: Turns) -> str:
    """What each way of Brightway's took, so that the choice can be seen."""
    rows = ["first score", "next product", "one of many", "all, adjoint class", "one sample"]
    rows += ["tree", "replace", "new product"]
    lines = [
        f"- {row}: "
        + "; ".join(
            f"{how} {_time(figure.wall)} (CPU {_time(figure.cpu)})"
            for how, figure in sorted(turns.theirs.ways(row).items(), key=lambda each: each[1])
        )
        for row in rows
    ]
    edited = min(turns.theirs.ways("replace, by hand").items(), key=lambda each: each[1])
    return "\n".join([
        "Brightway's ways of working, best first (`one of many` is a product in its class for many",
        "demands; ways that were slower throughout were measured in the first round only):",
        "",
        *lines,
        "",
        "By hand, with the entries of its matrices edited in place instead of a datapackage beside",
        f"the background's, Brightway replaces a process in {_time(edited[1].wall)} ({edited[0]}).",
    ])  # fmt: skip


def _errors(turns: Turns) -> str:
    theirs, ours = turns.theirs, turns.ours
    lines = [
        f"| {each['what']} | SuperLU | {each['error']:.0e} | {each['median']:.0e} |"
        for each in ours.of("error")
    ]
    for row in ("first score", "next product", "tree", "replace", "new product"):
        right, found = _scores(theirs, row), _scores(ours, row)
        apart = np.abs(found / right - 1.0) if found.shape == right.shape else np.array([np.inf])
        lines.append(f"| {row} | Brightway | {apart.max():.0e} | {np.median(apart):.0e} |")
    head = "| What | against | largest relative error | median |\n|---|---|---:|---:|"
    return "\n".join([head, *lines])


def _scores(measured: Measured, row: str) -> np.ndarray:
    line = measured.last(row)
    return np.array(line.get("scores", [line.get("score")]), dtype=float)


def _law(turns: Turns) -> str:
    theirs, ours = turns.theirs.last("law"), turns.ours.last("law")
    drawn, own = np.array(theirs["drawn"]), np.array(ours["drawn"])
    lines = []
    for column, product in enumerate(theirs["products"]):
        p = ks_2samp(drawn[:, column], own[:, column]).pvalue
        spread = [np.log(np.abs(each[:, column])).std() for each in (drawn, own)]
        median = np.median(own[:, column]) / np.median(drawn[:, column])
        lines.append(f"| {product} | {median:.4f} | {spread[0]:.3f} | {spread[1]:.3f} | {p:.2f} |")
    return "\n".join([
        f"Two-sample Kolmogorov–Smirnov test on the scores of {len(lines)} products in",
        f"{len(drawn):,} samples of Brightway's and {len(own):,} of ours. The products share",
        "suppliers, so that their p go together; one of eight below 0.05 is no surprise.",
        "",
        "| Product | median, ours / Brightway | sd of ln, Brightway | ours | p |",
        "|---|---:|---:|---:|---:|",
        *lines,
    ])  # fmt: skip
