"""Words that typer can't read, as errors of ours; imported when there are some."""

import re
from typing import Any

import typer

from workbench.domain.errors import InputError

USAGE_ERROR: type[Exception] = typer.BadParameter.__mro__[1]
"""What typer raises where options and commands can't be read; it has no public name there."""


def usage_problem(error: Exception) -> InputError:
    """Words that can't be read, as an error of ours: value, rule, remedy."""
    said = str(getattr(error, "message", error))
    context = getattr(error, "ctx", None)
    option = getattr(error, "option_name", "")
    if not option:
        return _command_problem(error, said, context)
    if hasattr(error, "possibilities"):
        return InputError(
            "There is no option {option}; the options of {command} are: {names}.",
            option=option,
            command=_path(context),
            names=", ".join(_options(context)),
        )
    if "requires" in said:
        return InputError(
            "Option {option} needs a value; write it after the option.", option=option
        )
    return InputError("Option {option} takes no value; leave it out.", option=option)


def _command_problem(error: Exception, said: str, context: Any) -> InputError:
    command = _path(context)
    found = re.search(r"No such command '(.*?)'", said)
    if found:
        return InputError(
            "There is no command {name!r}; the commands of {command} are: {names}.",
            name=found[1],
            command=command,
            names=", ".join(getattr(getattr(context, "command", None), "commands", ())),
        )
    found = re.search(r"extra argument.*?\(([^()]+)\)$", said)
    if found:
        return InputError(
            "{given!r} stands without an option; see {command} --help.",
            given=found[1],
            command=command,
        )
    names = getattr(getattr(error, "param", None), "opts", None)
    if names and re.search(r"[Mm]issing", said):
        return InputError(
            "Option {option} is needed; see {command} --help.", option=names[-1], command=command
        )
    if names:  # the few that are not texts
        return InputError("Option {option} needs a number, such as 20.", option=names[-1])
    return InputError("The command can't be read; see {command} --help.", command=command)


def _path(context: Any) -> str:
    return str(getattr(context, "command_path", "workbench"))


def _options(context: Any) -> list[str]:
    params = getattr(getattr(context, "command", None), "params", ())
    found = [option for each in params for option in each.opts if option.startswith("--")]
    return [*found, "--help"]
