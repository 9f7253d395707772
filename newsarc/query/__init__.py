"""The query language: the parser, and the evaluation of queries on single events."""
