"""Tieline: the client-services platform for electricity market operators."""

__version__ = "0.1.0"
