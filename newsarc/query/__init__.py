"""The query language and its evaluation: what a query asks for, and where its words stand in a text."""
