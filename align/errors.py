"""Every error a user can cause, as one tree. A message holds what was expected, what was found, and the next step.

AlignError
├── SettingsError   a setting, flag or config key that cannot be used (exit code 2)
├── ReadError       one input that cannot be read; carries a reason code for rejected.jsonl
├── ModelError      an encoder that cannot be had or does not fit
├── IndexError_     an index on disk that does not fit its manifest or the model
├── ResourceError   memory that the machine does not have
├── RunError        a run directory that cannot be continued (exit code 2)
├── WriteError      results that the disk does not take
├── ExportError     a corpus that cannot be read, written or combined as asked
├── GoldError       a gold file that breaks its own rules: nothing is scored against it
└── StoreError      the review store
"""


class AlignError(Exception):
    """Base of all errors that are the input's or the user's, not a bug; the command line prints it as one line."""

    exit_code = 1


class SettingsError(AlignError):
    """A setting that cannot be used."""

    exit_code = 2


class ReadError(AlignError):
    """One input that cannot be read. `reason` is the code that rejected.jsonl carries."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


class ModelError(AlignError):
    """An encoder that cannot be had."""


class ResourceError(AlignError):
    """The machine gives too little for the work, which can be gone on with where there is more."""


class IndexError_(AlignError):
    """A saved index that does not fit its manifest or the model in use (the underscore keeps the builtin visible)."""


class RunError(AlignError):
    """A run directory that cannot be continued with these settings."""

    exit_code = 2


class WriteError(AlignError):
    """Results that cannot be written: the disk is full, say."""


class GoldError(AlignError):
    """A gold file that cannot be scored against; the message names the article and the rule."""


class ExportError(AlignError):
    """A corpus that cannot be read, written or combined as asked."""


class StoreError(AlignError):
    """The review store cannot do what was asked."""
