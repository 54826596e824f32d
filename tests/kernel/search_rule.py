"""The rule of the search box (`khcn.kernel.search.search_words`), read for one text: what every search is compared with."""

SHORTEST_INSIDE_A_WORD = 3


def occur_in(text, words):
    """Do all words occur in a folded text: long ones anywhere, short ones at the beginning of a word?"""
    return all(
        word in text if len(word) >= SHORTEST_INSIDE_A_WORD else f" {word}" in f" {text}"
        for word in words.words
    )
