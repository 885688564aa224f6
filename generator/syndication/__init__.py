"""Feeds: RSS, Atom and JSON Feed, and telling a hub of them."""
