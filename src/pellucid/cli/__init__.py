"""The command line: one command per file, parse → call → print.

Nothing at the top of these files imports a room that loads NumPy or torch: help has to appear at once.
"""
