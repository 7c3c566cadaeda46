"""The read-only page of ``kwtools console``: what a database's keys, jobs and audit look like.

It needs the packages of the extra ``console``, which only this package imports.
"""
