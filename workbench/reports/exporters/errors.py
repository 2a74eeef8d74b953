"""What can go wrong while a page becomes another file."""

from typing import Self

from workbench.domain.errors import WorkbenchError
from workbench.domain.text import Text


class ExportError(WorkbenchError):
    """A brief can't be written in the format that was asked for."""

    @classmethod
    def saying(cls, text: Text) -> Self:
        """The error with a text that is marked for translation."""
        return cls(text.msgid, **text.values)


class BrowserError(ExportError):
    """Chromium is missing, fails, or takes too long."""
