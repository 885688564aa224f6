"""From documents to a library: what refers to what, what was ever published, and what is wrong between documents."""
