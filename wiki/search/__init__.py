from wiki.search.hits import Hit
from wiki.search.queries import QUERY_LENGTH
from wiki.search.results import SearchResults, found_questions, search

__all__ = ["QUERY_LENGTH", "Hit", "SearchResults", "found_questions", "search"]
