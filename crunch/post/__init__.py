"""A notebook as a blog post."""
