"""The rules of `docs/architecture.md`, executed: what linters cannot see in the source, the tables and the doors."""
