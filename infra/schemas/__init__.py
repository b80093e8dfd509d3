"""Makes the published JSON Schemas of the ledger's and the reports' files, out of the types that are written."""
