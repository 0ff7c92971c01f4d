"""Settings from a file and from flags, which win."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from align.settings import Settings, merge_onto


def settings_of(config: Path | None, **groups: Mapping[str, object]) -> Settings:
    """The settings of the file, with the flags that were given (neither None nor empty) over them, group by group.

    Raises SettingsError when the file cannot be read or names a setting that does not exist.
    """
    settings = Settings.load(config) if config else Settings()
    given = {
        name: {key: value for key, value in flags.items() if value is not None and value != []}
        for name, flags in groups.items()
    }
    return merge_onto(settings, given, "the command line")
