"""Examples in the documents are run as tests."""

from doctest import ELLIPSIS
from pathlib import Path

import pytest
from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser

pytest_collect_file = Sybil(
    parsers=[PythonCodeBlockParser(doctest_optionflags=ELLIPSIS)],
    patterns=["*.md"],
    excludes=["tests/**"],
).pytest()


@pytest.fixture(autouse=True, scope="session")
def _in_checkout() -> None:
    """Documents name files from the top of the checkout."""
    import os  # noqa: PLC0415  used here alone

    os.chdir(Path(__file__).parent)
