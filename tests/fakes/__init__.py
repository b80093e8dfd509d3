"""In-memory stand-ins for the ports. The contract suite holds them to what the real adapters do."""
