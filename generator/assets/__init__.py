"""Files beside the pages: calendar, previews, cards, the index of the search."""
