"""A report of ``kwtools verify`` as JUnit XML, which CI systems show."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from kwtools.output import printable
from kwtools.verifying import Verification

_CLASS = "kwtools.verify"
# What XML 1.0 cannot hold, not even escaped.
_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Case(NamedTuple):
    """A check beside the wrappers, and why it failed; null where it did not."""

    name: str
    failure: str | None


def write(
    path: Path, work: Verification, summary: str, seconds: float, checks: Sequence[Case] = ()
) -> None:
    """Write a suite: a case for the whole run, for each check, and for each problem listed."""
    suites = Element("testsuites")
    suite = SubElement(suites, "testsuite", name="kwtools verify")
    properties = SubElement(suite, "properties")
    for name, value in work.report().items():
        if name not in ("causes", "listed"):
            text = ", ".join(value) if isinstance(value, list) else str(value)
            SubElement(properties, "property", name=name, value=_text(text))
    _add_run(suite, work, summary, seconds)
    for check in checks:
        case = SubElement(suite, "testcase", classname=_CLASS, name=_text(check.name), time="0")
        if check.failure is not None:
            message = _text(check.failure)
            SubElement(case, "failure", type="check", message=message).text = message
    for one in work.listed:
        leg = "" if one.leg is None else f" leg {one.leg}"
        name = f"{one.wrapper or 'signing key'}{leg}"
        case = SubElement(suite, "testcase", classname=_CLASS, name=name, time="0")
        message = _text(one.problem)
        SubElement(case, "failure", type=one.sqlstate, message=message).text = message
    failures = len(suite.findall("testcase/failure"))
    errors = len(suite.findall("testcase/error"))
    for element in (suites, suite):
        element.set("tests", str(len(suite.findall("testcase"))))
        element.set("failures", str(failures))
        element.set("errors", str(errors))
        element.set("time", f"{seconds:.3f}")
    suite.set("skipped", "0")
    tree = ElementTree.ElementTree(suites)
    ElementTree.indent(tree)
    tree.write(path, encoding="utf-8", xml_declaration=True)


def _add_run(suite: Element, work: Verification, summary: str, seconds: float) -> None:
    case = SubElement(
        suite, "testcase", classname=_CLASS, name="all wrappers", time=f"{seconds:.3f}"
    )
    message = _text(summary)
    if not work.is_complete:
        SubElement(case, "error", type="incomplete", message=message).text = message
    elif work.problems:
        SubElement(case, "failure", type="problems", message=message).text = message


def _text(text: str) -> str:
    return _NOT_XML.sub("?", printable(text))
