"""The fields of the record: what a page declares and shows, and which of it is believed."""
