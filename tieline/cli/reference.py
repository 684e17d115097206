"""What does the command line's reference say? Every command with its arguments, read from the parser itself.

Written from the parser's actions, not from its help texts, whose form differs between versions of Python.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator


def command_reference(parser: argparse.ArgumentParser) -> str:
    """The whole command line as Markdown, one section a command."""
    return "\n".join(line for command in _commands(parser, "") for line in _section(*command)).strip() + "\n"


def _commands(parser: argparse.ArgumentParser, meaning: str) -> Iterator[tuple[argparse.ArgumentParser, str]]:
    """Every parser that can be run as it is, with its one line of help, in the order of the help text."""
    group = next((action for action in parser._actions if isinstance(action, argparse._SubParsersAction)), None)
    if group is None:
        yield parser, meaning
        return
    helps = {choice.dest: choice.help or "" for choice in group._choices_actions}
    for name, inner in group.choices.items():
        yield from _commands(inner, helps.get(name, meaning))


def _section(parser: argparse.ArgumentParser, meaning: str) -> Iterator[str]:
    wanted = [action for action in parser._actions if not isinstance(action, argparse._HelpAction)]
    usage = " ".join([parser.prog, *map(_in_usage, sorted(wanted, key=_is_option))])
    yield from (f"### {parser.prog}", "", f"{_sentence(meaning)}", "", "```", usage, "```", "")
    told = [action for action in wanted if action.help]
    if told:
        yield from ("| argument | meaning |", "|---|---|", *map(_row, told), "")


def _is_option(action: argparse.Action) -> bool:
    return bool(action.option_strings)


def _in_usage(action: argparse.Action) -> str:
    words = " ".join([*action.option_strings[:1], *_metavar(action)])
    if action.nargs == argparse.REMAINDER:
        return f"[{words} …]"
    if action.nargs == argparse.ZERO_OR_MORE:
        return f"[{words} …]"
    is_needed = action.required if action.option_strings else action.nargs != argparse.OPTIONAL
    return words if is_needed else f"[{words}]"


def _metavar(action: argparse.Action) -> list[str]:
    if action.nargs == 0:
        return []
    return [str(action.metavar) if action.metavar else action.dest.upper()]


def _row(action: argparse.Action) -> str:
    name = ", ".join(action.option_strings) or " ".join(_metavar(action))
    return f"| `{name}` | {_sentence(action.help or '')} |"


def _sentence(words: str) -> str:
    """The help's words as a sentence."""
    return f"{words[:1].upper()}{words[1:]}." if words else ""
