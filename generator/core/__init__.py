"""What all others speak in: errors, dates, settings, addresses; and work that takes long."""
