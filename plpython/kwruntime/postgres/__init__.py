"""The server: the only room that knows plpy."""
