"""The stores that the settings choose. Commands that need nothing else start in a third of the time."""

from livecontent.config import Settings
from livecontent.errors import ConfigError
from livecontent.runtime.private_files import make_data_folder
from livecontent.storage.base import Storage
from livecontent.storage.sqlite.storage import SqliteStorage

PRESENCE = "server.lock"  # in the data folder, as long as a server runs
RESTORE = "restore"  # a folder in it, as long as a restore is under way


def open_storage(settings: Settings) -> Storage:
    """The stores that the settings choose, each opened when it is first asked for.

    Raises `ConfigError` while a backup is put in their place.
    """
    make_data_folder(settings.data)
    if (settings.data / RESTORE).is_dir():
        raise ConfigError(f"{settings.data}: a restore is under way, or was interrupted; if it was, restore again")
    return SqliteStorage(settings.data, settings.consent)
