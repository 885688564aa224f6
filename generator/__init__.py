"""Briefing: curated articles in, a static briefing site with cross-links and feeds out.

Start reading at `generator.build`, which tells the whole story on one screen.
"""

from importlib.metadata import version
from pathlib import Path

DISTRIBUTION = "briefing-generator"  # what the package is called where packages are had from

__version__ = version(DISTRIBUTION)

PACKAGE = Path(__file__).parent  # all of its code
