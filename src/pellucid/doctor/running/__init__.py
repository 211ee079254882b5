"""Running a person's script or notebook as Python would, with somebody watching."""
