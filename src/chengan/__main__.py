"""`python -m chengan` is the command line."""

from chengan.city.site.cli.main import main

main()
