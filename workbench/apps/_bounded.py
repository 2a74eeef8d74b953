"""No more connections than this process has descriptors for."""

import contextlib
import resource
from typing import Any

from tornado.httpserver import HTTPServer
from tornado.iostream import IOStream


class Bounded(HTTPServer):
    """Holds no more connections than there are descriptors for; others are closed at once.

    Without a limit the listening socket itself fails, again and again, with a line in the log
    each time, once there is no descriptor left for one more.
    """

    most = 0

    def handle_stream(self, stream: IOStream, address: tuple[Any, ...]) -> None:
        """One more connection."""
        if len(self._connections) >= self.most:
            stream.close()
        else:
            super().handle_stream(stream, address)


def most_connections() -> int:
    """Half of the descriptors that this process may have; kernels and files need the others."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = hard if hard != resource.RLIM_INFINITY else max(soft, 65_536)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(wanted, 65_536)), hard))
    return max(16, resource.getrlimit(resource.RLIMIT_NOFILE)[0] // 2)
