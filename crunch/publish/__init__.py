"""Charts that leave the house: files, sizes, words and snippets for a blog."""
