"""What can be wrong with a value that another tool encrypted."""

NOT_TRIED = "not tried"
NOT_THIS_FORMAT = "not in this format"
DOES_NOT_OPEN = "does not open"
NOT_TEXT = "not text"
IN_THE_CLEAR = "in the clear"
KEY_IN_THE_CLEAR = "session key in the clear"


class NotOpened(Exception):
    """A value that does not open; it names the finding, and nothing of the value or the key."""

    def __init__(self, finding: str) -> None:
        self.finding = finding
        super().__init__(finding)
