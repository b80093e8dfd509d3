"""Everything that touches AWS, files, the network or the clock."""
