ARTICLE_URL = "w/{date:%Y}/{slug}/"
raise SystemExit("configuration is never run")
