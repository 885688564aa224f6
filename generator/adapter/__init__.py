"""Hands the site over to mkdocs and its theme, for a build and while it is served."""
