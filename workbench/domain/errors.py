"""One base class for every error a user can cause; each names value, rule and remedy."""

from functools import partial
from typing import Any


class WorkbenchError(Exception):
    """An error whose text is meant for the user.

    Parameters
    ----------
    msgid
        English template with ``{name}`` placeholders; also the key of the translation catalogue.
    values
        What fills the placeholders. Kept apart so that an upper layer can translate the template.
    """

    def __init__(self, msgid: str, **values: Any) -> None:
        self.msgid = msgid
        self.values = values
        super().__init__(msgid.format(**values))

    def __reduce__(self) -> tuple[Any, ...]:
        """So that an error crosses from a worker process whole."""
        return partial(type(self), self.msgid, **self.values), ()


class InputError(WorkbenchError, ValueError):
    """A value given by the user breaks a rule (exit code 2 on the command line)."""


class TableError(InputError):
    """A table does not have the columns, types or values that its schema asks for."""


class MixedCurrenciesError(InputError):
    """Amounts of several currencies would be added up."""


class ReadOnlyError(WorkbenchError, PermissionError):
    """Something was asked to be saved through a read-only handle."""


class ConflictError(WorkbenchError):
    """Someone else changed the same thing meanwhile; nothing was saved."""


class StoreError(WorkbenchError):
    """The workspace can't be read or written: full disk, damaged file, no connection."""
