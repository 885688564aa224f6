"""What content is, as values: documents with their front matter, records and prose, and what they are known by."""
