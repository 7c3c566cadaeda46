"""The sections, in the order in which the page lists them."""

from kwtools.console.section import Section
from kwtools.console.sections import (
    audit,
    hierarchy,
    inventory,
    overview,
    unprotected,
)

SECTIONS: tuple[Section, ...] = (
    overview.SECTION,
    hierarchy.SECTION,
    inventory.SECTION,
    audit.SECTION,
    unprotected.SECTION,
)
