"""Briefing: curated articles in, a static briefing site with cross-links and feeds out.

Start reading at `generator.build`, which tells the whole story on one screen.
"""

from importlib.metadata import version

__version__ = version("briefing")
