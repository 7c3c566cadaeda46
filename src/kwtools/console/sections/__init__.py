"""The sections, in the order in which the page lists them."""

from kwtools.console.section import Section
from kwtools.console.sections import hierarchy, inventory, overview

SECTIONS: tuple[Section, ...] = (overview.SECTION, hierarchy.SECTION, inventory.SECTION)
