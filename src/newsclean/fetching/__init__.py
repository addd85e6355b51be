"""From addresses, feeds and sitemaps to pages, politely and safely."""
