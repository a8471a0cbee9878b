"""The entry: language, pages and what every page shares."""

from explorer.widgets import shell

shell.enter().run()
