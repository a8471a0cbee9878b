"""The entry: to the server the app with its headers, to a reader the page that the menu names."""

if __name__ == "__main__":
    # Streamlit runs this file anew for each reader and each change.
    from explorer.widgets import downloads, shell

    shell.enter().run()
    downloads.pictures_button()
else:
    # `streamlit run` finds this name, and serves it.
    from streamlit.starlette import App

    from explorer.widgets import web

    app = App(__file__, middleware=web.MIDDLEWARE, on_script_error=web.told)
