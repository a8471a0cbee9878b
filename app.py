"""The entry: language, pages and what every page shares."""

from explorer.widgets import downloads, shell

shell.enter().run()
downloads.pictures_button()
