SITEURL = "https://town.example"
