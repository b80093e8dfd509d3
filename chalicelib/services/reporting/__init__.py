"""Parts of making reports: reading the closed ledger, and signing what was made."""
