"""The version of the engine, as results name it."""

VERSION = "0.1.0"
