"""Why a kernel can't be forked."""


class UnavailableError(RuntimeError):
    """No kernel can be forked here and now; the text says why, and the ordinary way remains."""


class ParentGoneError(ConnectionError):
    """The parent ended or retired before it answered; another one may be started."""
