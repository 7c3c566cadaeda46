"""Connections to the servers of this command: waitress counts any byte as activity."""

from waitress.channel import HTTPChannel


class WholeRequests(HTTPChannel):  # type: ignore[misc]
    """A connection, whose request must arrive within the time limit as a whole."""

    last_activity: float

    def handle_read(self) -> None:
        """Read what has arrived; only the end of a request counts as activity."""
        before = self.last_activity
        super().handle_read()
        if self.request is not None:
            self.last_activity = before
