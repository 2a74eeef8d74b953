"""Why a file can't be read or written, as messages of ours.

The system and the parsers say it in English, and for programmers; here each reason that a user
can meet has a sentence with its remedy, which can be translated.
"""

import csv
import errno
import re
from json import JSONDecodeError

from yaml import YAMLError
from yaml.reader import ReaderError

from workbench.domain.text import T_, Text

_SYSTEM = {
    errno.ENOENT: T_("no such folder or file"),
    errno.EACCES: T_("this account may not; change the permissions or choose another place"),
    errno.EPERM: T_("this account may not; change the permissions or choose another place"),
    errno.EROFS: T_("the disk can only be read; choose another place"),
    errno.EISDIR: T_("there is a folder of that name; choose another name"),
    errno.ENOTDIR: T_("a part of the path is a file, not a folder"),
    errno.EEXIST: T_("a part of the path is a file, not a folder"),
    errno.ENOSPC: T_("the disk is full"),
    errno.EDQUOT: T_("this account's space on the disk is used up"),
    errno.EFBIG: T_("the file is too large for the disk"),
    errno.ENAMETOOLONG: T_("the name is too long"),
    errno.ELOOP: T_("its links lead in a circle"),
    errno.EMFILE: T_("too many files are open; close some programs"),
    errno.ENFILE: T_("too many files are open; close some programs"),
    errno.EBUSY: T_("another program uses it; close that program"),
    errno.EIO: T_("the disk reports a fault"),
}

_YAML_FALLBACK = T_("can't be parsed; check the indentation, the brackets and the quotes")
_SIGN = T_("a text starts with a sign that means something else; put it in quotes")
_PARSERS: tuple[tuple[type[Exception], str, Text], ...] = (
    (JSONDecodeError, "^Expecting ',' delimiter", T_("a comma or a closing bracket is missing")),
    (JSONDecodeError, "^Expecting ':' delimiter", T_("a colon is missing after the name")),
    (
        JSONDecodeError,
        "^Expecting property name|trailing comma",
        T_('a name in quotes is expected, such as "market"; the last entry ends without a comma'),
    ),
    (JSONDecodeError, "^Expecting value", T_("a value is missing, or a text lacks its quotes")),
    (JSONDecodeError, "^Extra data", T_("something stands after the end; keep one object")),
    (JSONDecodeError, "^Unterminated string", T_("a quote is not closed")),
    (
        JSONDecodeError,
        "^Invalid control",
        T_(r"a line break or tab stands inside quotes; write \n or \t"),
    ),
    (JSONDecodeError, "^Invalid .*escape", T_(r"a backslash stands alone; write \\")),
    (ReaderError, "", T_("it holds a character that can't be printed; take it out")),
    (YAMLError, r"character '\\t'", T_("a tab indents the line; use spaces")),
    (YAMLError, "found character|alphabetic or numeric|chomping", _SIGN),
    (
        YAMLError,
        "mapping values are not allowed",
        T_("a colon stands where none may; put a text that holds a colon in quotes"),
    ),
    (YAMLError, "could not find expected ':'", T_("a colon is missing after the name")),
    (
        YAMLError,
        "expected ',' or",
        T_("a bracket is not closed, or a comma between two entries is missing"),
    ),
    (
        YAMLError,
        "expected <block end>|expected '<document start>'",
        T_("the line does not fit the one above; check the indentation, the dashes and the quotes"),
    ),
    (YAMLError, "unexpected end of stream", T_("a quote is not closed")),
    (YAMLError, "undefined alias", T_("a text that starts with * needs quotes")),
    (YAMLError, "a constructor for|tag", T_("a text that starts with ! needs quotes")),
    (YAMLError, "unhashable key", T_("a name that starts with a bracket needs quotes")),
    (YAMLError, "another document", T_("a line --- starts a second document; keep one")),
    (
        YAMLError,
        "unknown escape|expected escape",
        T_("a backslash stands in double quotes; use single quotes"),
    ),
    (YAMLError, "", _YAML_FALLBACK),
    (
        csv.Error,
        r"field limit \((?P<most>\d+)\)",
        T_("a cell is longer than {most} characters; a quote may lack its end"),
    ),
    (RecursionError, "", T_("it is nested too deeply")),
    (ValueError, "digits", T_("a number in it has too many digits")),
    (Exception, "null|NUL", T_("there is a null character in it; take it out")),
    (Exception, "", T_("can't be parsed")),
)
"""Kind of error, pattern of the parser's words -> reason; the first that fits, groups fill it."""


def system_reason(error: OSError) -> Text:
    """Why the system refuses a file."""
    known = _SYSTEM.get(error.errno or 0)
    code = errno.errorcode.get(error.errno or 0, type(error).__name__)
    return known or T_("the system answers {code}", code=code)


def parser_reason(error: Exception) -> Text:
    """Why a parser gives up: JSON, YAML, CSV, or Python on what they hand it."""
    carried = getattr(error, "problem", None) or (error.args[0] if error.args else "")
    if isinstance(carried, Text):  # raised by ourselves, inside the parser
        return carried
    return next(
        Text(reason.msgid, found.groupdict())
        for kind, pattern, reason in _PARSERS
        if isinstance(error, kind) and (found := re.search(pattern, str(carried)))
    )
