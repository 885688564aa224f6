"""The documentation looks like a briefing, and the same faults of the theme's HTML are put right in it."""

from mkdocs.structure.files import File

from generator.adapter.mending import mend
from generator.adapter.theming import THEME


def on_files(files, config):
    """Add the style of briefing sites to the files of the documentation."""
    files.append(File("assets/briefing.css", str(THEME), config.site_dir, config.use_directory_urls))
    return files


def on_post_page(output, **_):
    """Put a finished page right."""
    return mend(output)
