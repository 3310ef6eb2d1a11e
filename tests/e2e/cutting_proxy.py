"""A unix socket in front of a MariaDB server, which loses one COMMIT or its answer when told to."""
import socket
import threading

ANSWER, QUESTION = "answer", "question"


class CuttingProxy:
    def __init__(self, path, server_socket):
        self.path, self._server = str(path), str(server_socket)
        self.cut = None  # what is lost next; None: nothing
        self.cuts = 0
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(self.path)
        self._listener.listen()
        threading.Thread(target=self._accept, daemon=True).start()

    def url(self, server, database, user):
        return server.url(database, user=user).replace(
            f"socket={server.socket}", f"socket={self.path}")

    def close(self):
        self._listener.close()

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.socket(socket.AF_UNIX)
            server.connect(self._server)
            gate = threading.Event()  # set: the server's answers are lost from now on
            threading.Thread(target=self._ask, args=(client, server, gate), daemon=True).start()
            threading.Thread(target=self._answer, args=(client, server, gate), daemon=True).start()

    def _ask(self, client, server, gate):
        while data := self._take(client):
            lost = self.cut if b"\x03COMMIT" in data else None
            if lost:
                self.cut, self.cuts = None, self.cuts + 1
                gate.set()
            if lost == QUESTION or not self._give(server, data):
                return self._end(client, server)
        if not gate.is_set():
            self._end(client, server)

    def _answer(self, client, server, gate):
        while data := self._take(server):
            if gate.is_set() or not self._give(client, data):
                break
        self._end(client, server)

    @staticmethod
    def _give(end, data):
        try:
            end.sendall(data)
            return True
        except OSError:
            return False

    @staticmethod
    def _take(end):
        try:
            return end.recv(1 << 16)
        except OSError:
            return b""

    @staticmethod
    def _end(*ends):
        for end in ends:
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            end.close()
