"""Many pages: workers, journal, duplicates; each input ends in exactly one outcome."""
