"""The rules of `docs/architecture.md`, executed: what linters cannot see in code, tables and doors."""
