"""What helps an editor to write: new documents, drafts of digests, changes in many files at once."""
