"""From files to documents, each problem with its place."""
