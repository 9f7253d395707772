DEFAULT_LANG = "de"
TIMEZONE = "UTC"
ARTICLE_URL = "{date:%Y}/{slug}/"
ARTICLE_LANG_URL = "{lang}/{date:%Y}/{slug}/"
