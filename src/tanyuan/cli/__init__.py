"""The command line: `tanyuan`."""

from tanyuan.cli.app import main

__all__ = ["main"]
