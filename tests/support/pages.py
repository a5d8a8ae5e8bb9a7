"""What tests of HTML share: its elements and its words."""

from html.parser import HTMLParser


class Elements(HTMLParser):
    """Elements of a page with their attributes, and its text."""

    def __init__(self, text):
        super().__init__()
        self.found, self.words = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words.append(data)

    def every(self, tag):
        """The attributes of all elements of that kind."""
        return [attrs for name, attrs in self.found if name == tag]
