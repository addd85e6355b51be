"""From files of all kinds to pages, and from records to files."""
