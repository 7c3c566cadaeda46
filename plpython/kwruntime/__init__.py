"""The server side of kwtools: what the PL/Python functions of schema ``kw`` call.

An ordinary package: everything but ``spi`` imports without a server.
"""
