"""The sections, in the order in which the page lists them."""

from kwtools.console.section import Section
from kwtools.console.sections import (
    audit,
    doctor,
    health,
    hierarchy,
    inventory,
    jobs,
    overview,
    unprotected,
)

SECTIONS: tuple[Section, ...] = (
    overview.SECTION,
    hierarchy.SECTION,
    inventory.SECTION,
    health.SECTION,
    jobs.SECTION,
    audit.SECTION,
    unprotected.SECTION,
    doctor.SECTION,
)
