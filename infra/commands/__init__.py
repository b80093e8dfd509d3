"""One module for each subcommand of `python -m infra`; see infra.cli for what a module offers."""
