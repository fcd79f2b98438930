"""``python -m diffexplain`` is the command ``diffexplain``."""

from diffexplain.cli import main

main()
