"""What a panel shows: drawn, told in a sentence, given again as code."""

REFRESH = object()  # what an action returns that changed the scene instead of its values


class Scene:
    """What a panel shows: subclass it and draw.

    Attributes
    ----------
    title : str
        What the panel is called, for those who cannot see it.
    size : (float, float)
        Inches; a hundred pixels of the page each.
    lines : int
        Lines of text that the sentence is given room for, so that the page never jumps; 0 for none.
    file : str
        The name that an exported chart gets unless another is typed.
    """

    title, size, file, lines = "Panel", (8.0, 4.5), "chart", 0

    def draw(self, ax, **values):
        """Draw everything; return a function that moves what changed, as `Stage` says, or None."""
        raise NotImplementedError

    def sentence(self, **values):
        """The finding, in a sentence."""
        return ""

    def alt(self, **values):
        """What the picture shows."""
        return f"{self.title}. {self.sentence(**values)}".strip()

    def code(self, **values):
        """Python that gives the same answer again."""
        return ""

    def table(self, **values):
        """What is drawn, as a tidy table; None where there is none."""
        return None

    def said(self, **values):
        """What controls are called where they stand, when that hangs on more than their position; by name."""
        return {}
