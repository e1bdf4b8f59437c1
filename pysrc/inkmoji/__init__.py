"""Updatable models for drawings, in plain Python and NumPy."""

__version__ = "0.1.0"
