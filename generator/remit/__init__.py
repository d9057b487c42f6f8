"""Remit: who does what, from one source."""

__version__ = "0.1.0"
