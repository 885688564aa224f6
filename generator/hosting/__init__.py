"""What those who serve the site are told."""
