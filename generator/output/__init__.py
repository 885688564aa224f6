"""Writes the site: all of it or nothing, and only what has changed."""
