"""Documents that are printed from the code: `make docs` writes them, a test finds stale ones."""
