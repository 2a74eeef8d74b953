"""The page's templates, compiled once.

Voilà makes a new template environment for every page, which compiles 15 templates anew: half of
what the server computes for a page. It offers no setting for that, so the name under which its
renderer finds the exporter is given ours, in this process.
"""

from types import CodeType

import voila.notebook_renderer
from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket
from voila.exporter import VoilaExporter


class Compiled(BytecodeCache):
    """Keeps compiled templates in memory, each as long as its source is the same."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[str, CodeType | None]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Put the kept code into the bucket, if it was made from this source."""
        checksum, code = self._kept.get(bucket.key, ("", None))
        if checksum == bucket.checksum:
            bucket.code = code

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        self._kept[bucket.key] = bucket.checksum, bucket.code


_compiled = Compiled()


class Exporter(VoilaExporter):
    """Voilà's own, with templates that stay compiled."""

    def _create_environment(self) -> Environment:
        environment: Environment = super()._create_environment()
        environment.bytecode_cache = _compiled
        return environment


def keep_compiled() -> None:
    """Have Voilà's pages made by :class:`Exporter` from now on."""
    voila.notebook_renderer.VoilaExporter = Exporter
