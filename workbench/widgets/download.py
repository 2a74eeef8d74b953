"""A button that saves a text or a workbook as a file."""

import traitlets as t

from workbench.widgets._esm import OneWay


class Download(OneWay):
    """The file is made in the page from ``content``; nothing is written on the server."""

    script = "download.js"
    sheet = "download.css"

    label = t.Unicode("").tag(sync=True)
    """What the button says, in the page's language."""

    filename = t.Unicode("download.txt").tag(sync=True)
    """The file's name as saved; a ``.csv`` gets the mark that tells spreadsheets it is UTF-8."""

    content = t.Unicode("").tag(sync=True)
    """The file's text, or its bytes in base64."""

    base64 = t.Bool(False).tag(sync=True)
    """Whether ``content`` is base64. Default False."""

    mime = t.Unicode("text/plain;charset=utf-8").tag(sync=True)
    """The media type of ``content``. Default plain text in UTF-8."""

    disabled = t.Bool(False).tag(sync=True)
    """Whether the button can't be pressed. Default False."""
