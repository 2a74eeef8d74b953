"""The state of a page in its address, so that the address can be sent to somebody."""

import traitlets as t

from workbench.widgets._esm import OneWay


class Query(OneWay):
    """Writes ``query`` into the page's address; shows nothing.

    Display it anywhere, or only keep it: it works as soon as the page has loaded it. What a visitor
    brought in the address is read from the environment variable ``QUERY_STRING``.
    """

    script = "url.js"

    query = t.Dict(value_trait=t.Unicode(), key_trait=t.Unicode()).tag(sync=True)
    """Parameter names and values; the address holds these and no others. Default empty."""
