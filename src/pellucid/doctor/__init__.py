"""The doctor: names what makes training go silently wrong, in Pellucid's own runs and in anybody's PyTorch program.

Observers collect facts (``facts``), rules look at facts or at source (``rules``), and the diagnosis puts in order what
they found (``diagnosis``).
"""
