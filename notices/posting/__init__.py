"""Print runs: many letters printed together, carried to the post office, and recorded as posted; and how records are mended."""
