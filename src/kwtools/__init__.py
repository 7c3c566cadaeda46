"""The command ``kwtools``: installs the PostgreSQL extension of that name, and checks it."""
