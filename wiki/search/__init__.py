from wiki.search.hits import Hit
from wiki.search.queries import QUERY_LENGTH
from wiki.search.results import SearchResults, search

__all__ = ["QUERY_LENGTH", "Hit", "SearchResults", "search"]
