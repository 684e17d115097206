"""Tests that look across contexts, and the cast they share."""
