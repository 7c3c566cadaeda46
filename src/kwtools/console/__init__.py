"""The read-only page of ``kwtools console``: what a database's keys, jobs and audit look like."""
