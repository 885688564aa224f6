"""What was found out about a site that is there, and an edit that is taken into it without a build."""
