"""How the demo tells its steps: each statement, what it gave, and whether that is right."""

import sys

import psycopg

from kwtools.cluster import Place

SHOWN = 3  # rows of a result
BOLD, DIM, PLAIN = ("\033[1m", "\033[2m", "\033[0m") if sys.stdout.isatty() else ("", "", "")


class Story:
    """Prints and runs the steps in one session."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.warnings: list[str] = []  # of the latest statement
        self.steps = 0
        self.connection = self._connected()

    def step(self, title: str) -> None:
        """Begin a step."""
        self.steps += 1
        print(f"\n{BOLD}{self.steps}. {title}{PLAIN}")

    def sql(self, query: str) -> list[tuple[object, ...]]:
        """Show a statement, run it, show what it gave."""
        show_query(query)
        rows = self._run(query)
        for row in rows[:SHOWN]:
            if any(row):  # a function that returns void gives one empty value
                print("   " + " | ".join(_shorten(value) for value in row))
        if len(rows) > SHOWN:
            print(f"   … {len(rows)} rows")
        return rows

    def refused(self, query: str, sqlstate: str) -> None:
        """Show a statement that must fail with this SQLSTATE, and its error."""
        show_query(query)
        try:
            self._run(query)
        except psycopg.Error as error:
            expect(error.sqlstate == sqlstate, f"{sqlstate}, not {error.sqlstate}: {error}")
            print(f"   ERROR {error.sqlstate}:  {error.diag.message_primary}")
            if error.diag.message_hint:
                print(f"   HINT:  {error.diag.message_hint}")
        else:
            expect(False, f"refused: {query}")

    def new_session(self) -> None:
        """Go on in another session, which keeps no opened key."""
        self.connection.close()
        self.connection = self._connected()
        print(f"   {DIM}\\connect{PLAIN}")

    def _connected(self) -> psycopg.Connection:
        connection = self.place.connect()
        connection.add_notice_handler(self._notice)
        return connection

    def _run(self, query: str) -> list[tuple[object, ...]]:
        self.warnings.clear()
        cursor = self.connection.execute(query)
        return cursor.fetchall() if cursor.description else []

    def _notice(self, notice: psycopg.errors.Diagnostic) -> None:
        if notice.severity_nonlocalized == "WARNING":
            self.warnings.append(notice.message_primary or "")
            print(f"   WARNING:  {notice.message_primary}")


def expect(holds: bool, what: str) -> None:
    """End the demo where ``what`` should be and is not."""
    if not holds:
        sys.exit(f"demo: unexpected result. Expected: {what}")


def show_query(query: str) -> None:
    for line in query.strip().splitlines():
        print(f"   {DIM}{line}{PLAIN}")


def _shorten(value: object) -> str:
    text = "\\x" + value.hex() if isinstance(value, bytes) else str(value)
    return text if len(text) <= 60 else f"{text[:57]}…"
