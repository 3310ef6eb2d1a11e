"""An office over any record system: the daemon, a subscriber to everything, and an inbox."""
import daemon as daemons
from api_client import Api
from office import Office
from receiver import Receiver


class Clinic(Office):
    """`practice` changes rows; `url` and `mapping`, a name or a path, are how they are read."""

    def __init__(self, folder, practice, url, mapping, location, **source):
        folder.mkdir(parents=True, exist_ok=True)
        self.practice, self.url = practice, url
        self.config = daemons.one_source(
            folder, url, mapping=str(daemons.ROOT / "mappings" / f"{mapping}.toml")
            if isinstance(mapping, str) else str(mapping), **source)
        self.config.institutions[0].locations = [location]
        self.daemon = daemons.Daemon(self.config)
        self.receiver = Receiver(folder / "journal")
        self.api = Api(lambda: self.daemon.url, self.config.api_keys[0].key)
        self.endpoints = {}
        self.inbox = None
