"""A small world for a test: a practice's database, the daemon that watches it, a subscriber."""
import itertools

import daemon as daemons
import opendental
from api_client import Api
from inbox import RESOURCES, Inbox
from receiver import Receiver
from waiting import until

_numbers = itertools.count(1)


def new_database(mariadb, seed=opendental.seed):
    """The name of a fresh practice database, and the practice in it."""
    name = f"practice_{next(_numbers)}"
    mariadb.create_database(name, opendental.DDL)
    practice = opendental.OpenDental(mariadb.connect(name))
    seed(practice)
    return name, practice


class Office:
    """Everything is there after open(); close() ends it and checks what must always hold.

    `source`: settings of the one source, beside its URL.
    """

    def __init__(self, mariadb, folder, seed=opendental.seed, config=None, **source):
        folder.mkdir(parents=True, exist_ok=True)
        self.database, self.practice = new_database(mariadb, seed)
        self.url = mariadb.url(self.database)
        self.config = config or daemons.one_source(folder, self.url, **source)
        self.daemon = daemons.Daemon(self.config)
        self.receiver = Receiver(folder / "journal")
        self.api = Api(lambda: self.daemon.url, self.config.api_keys[0].key)
        self.endpoints = {}
        self.inbox = None

    def open(self):
        self.daemon.start_ready()
        self.inbox = self.subscribe("/events")
        return self

    def subscribe(self, path, events=tuple(RESOURCES)):
        """An endpoint at that path of the receiver, subscribed to these events; its inbox."""
        endpoint = self.endpoint_at(path)
        for event in events:
            self.api.subscribe(endpoint["id"], RESOURCES[event], event)
        return Inbox(self.receiver, path)

    def endpoint_at(self, path):
        """A new endpoint at that path, with no subscription yet."""
        self.endpoints[path] = self.api.new_endpoint(self.receiver.url(path))
        return self.endpoints[path]

    def fence(self, inbox=None):
        """Returns when every change made before the call has been scanned and its event taken off.

        The appointment is the last kind of a scan. Its first event may come from a scan that was
        under way; the second one's scan began after that.
        """
        inbox = inbox or self.inbox
        key = self.practice.appointment(1, Note="fence")
        inbox.take("appointment_created", foreign_id=str(key))
        self.practice.update("appointment", key, Note="fence 2")
        inbox.take("appointment_updated", foreign_id=str(key))

    def expect_silence(self):
        """No event is owed for what was done."""
        self.fence()
        assert self.inbox.untaken() == []

    def wait_read_status(self, color, seconds=20):
        return until(lambda: self.api.sync_status()[0]["read_status"] == color, seconds,
                     lambda: f"{color}: {self.api.sync_status()}\n{self.daemon.output()}")

    def forgeries(self):
        """Deliveries whose signatures do not fit their endpoint's secret."""
        return [(request.path, problems)
                for path, endpoint in self.endpoints.items()
                for request in self.receiver.at(path)
                if (problems := request.problems(endpoint["secret_key"]))]

    def close(self):
        """The daemon ends cleanly; every delivery was signed; nobody is owed an explanation."""
        try:
            if self.daemon.running:
                self.daemon.stop()
            assert self.forgeries() == []
        finally:
            self.daemon.kill()
            self.receiver.close()
