"""From the library to pages, as Markdown with its HTML."""
