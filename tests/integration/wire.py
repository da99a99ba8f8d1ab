"""A wire between a program and PostgreSQL that can be cut at the moment that matters most."""

import select
import socket
from collections.abc import Callable
from contextlib import closing, suppress
from enum import Enum
from threading import Thread

_COMMIT = b"COMMIT\0"
"""How both a query and the answer to it end."""
_SLICE = 65_536
_LOOK_EVERY = 0.2


class Cut(Enum):
    """When the wire is cut."""

    BEFORE = "before the server hears that it is to commit"
    AFTER = "after the server has committed, before its answer arrives"


class Wire:
    """Carries what is said between any number of clients and one server of this machine."""

    def __init__(self, server_port: int) -> None:
        self._server = ("127.0.0.1", server_port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(_LOOK_EVERY)
        self._threads = [Thread(target=self._accept, daemon=True)]
        self._is_open = True
        self._next: Cut | None = None
        self.cuts: list[Cut] = []
        self._threads[0].start()

    @property
    def port(self) -> int:
        """Where clients connect."""
        port: int = self._listener.getsockname()[1]
        return port

    def cut_next(self, when: Cut) -> None:
        """Cut the connection that commits next."""
        self._next = when

    def close(self) -> None:
        """Cut everything."""
        self._is_open = False
        for thread in self._threads:
            thread.join(10)
        self._listener.close()

    def _accept(self) -> None:
        while self._is_open:
            with suppress(TimeoutError):
                client, _ = self._listener.accept()
                thread = Thread(target=self._carry, args=(client,), daemon=True)
                self._threads.append(thread)
                thread.start()

    def _carry(self, client: socket.socket) -> None:
        with closing(client), closing(socket.create_connection(self._server)) as server:
            client.settimeout(None)
            link = _Link(client, server)
            with suppress(ConnectionError):
                while self._is_open and link.carry(self._take_cut):
                    pass

    def _take_cut(self) -> Cut | None:
        when, self._next = self._next, None
        if when is not None:
            self.cuts.append(when)
        return when


class _Link:
    """One connection of a client to the server."""

    def __init__(self, client: socket.socket, server: socket.socket) -> None:
        self._other = {client: server, server: client}
        self._client = client
        self._is_doomed = False

    def carry(self, take_cut: Callable[[], Cut | None]) -> bool:
        """Carry what is said at the moment; False when nobody says anything any more."""
        readable, _, _ = select.select(list(self._other), [], [], _LOOK_EVERY)
        return all(self._carry_from(end, take_cut) for end in readable)

    def _carry_from(self, end: socket.socket, take_cut: Callable[[], Cut | None]) -> bool:
        said = end.recv(_SLICE)
        if end is self._client and _COMMIT in said:
            when = take_cut()
            self._is_doomed = when is Cut.AFTER
            if when is Cut.BEFORE:
                return False
        elif self._is_doomed and _COMMIT in said:
            return False
        self._other[end].sendall(said)
        return bool(said)
