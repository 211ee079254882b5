"""The command line: one command per file, parse → call → print.

Nothing at the top of these files imports a room that loads NumPy or torch: help has to appear at once.
"""

import gc

# Nothing that the commands import is garbage, and looking for some costs a tenth of the start; ``main`` looks again.
gc.disable()
