"""What a test does without a real part that it needs."""

import os
from typing import NoReturn

import pytest


def lacking(what: str) -> NoReturn:
    """Skip and say why; in CI, which must have every part, fail."""
    if os.environ.get("CI"):
        pytest.fail(what)
    pytest.skip(what)
