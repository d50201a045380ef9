"""Packages with one thing changed."""

from dataclasses import replace
from decimal import Decimal


def with_process(package, key, **changes):
    """The package with a process changed."""
    return replace(
        package, processes={**package.processes, key: replace(package.processes[key], **changes)}
    )


def with_exchange(package, key, number, **changes):
    """The package with an exchange of a process changed."""
    exchanges = tuple(
        replace(each, **changes) if each.number == number else each
        for each in package.processes[key].exchanges
    )
    return with_process(package, key, exchanges=exchanges)


def with_flow(package, key, **changes):
    """The package with a flow changed."""
    return replace(package, flows={**package.flows, key: replace(package.flows[key], **changes)})


def codes(report):
    """The codes of a report, each once."""
    return {finding.code for finding in report}


def one(report, code):
    """The only finding of a code."""
    (found,) = [finding for finding in report if finding.code == code]
    return found


def decimals(**values):
    """Decimals by name."""
    return {name: Decimal(value) for name, value in values.items()}
