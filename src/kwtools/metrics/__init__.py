"""Metrics in Prometheus' exposition format: ``kwtools metrics``, docs/monitoring.md, ADR 47."""
