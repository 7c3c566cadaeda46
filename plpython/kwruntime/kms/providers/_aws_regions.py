"""Where AWS has its services: each partition has a domain of its own.

botocore has the same list, in its data; a test compares them.
"""

_DOMAINS = (
    ("cn-", "amazonaws.com.cn"),
    ("us-iso-", "c2s.ic.gov"),
    ("us-isob-", "sc2s.sgov.gov"),
    ("us-isof-", "csp.hci.ic.gov"),
    ("eu-isoe-", "cloud.adc-e.uk"),
    ("eusc-", "amazonaws.eu"),
)
_COMMERCIAL = "amazonaws.com"  # GovCloud (us-gov-) is a partition of its own with the same domain


def host_of(service: str, region: str) -> str:
    """Return the host of a service in a region."""
    domain = next((domain for prefix, domain in _DOMAINS if region.startswith(prefix)), None)
    return f"{service}.{region}.{domain or _COMMERCIAL}"
