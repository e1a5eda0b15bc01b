"""How a stage starts a module of ours as a process of its own. Which module, why, and what it is given is the stage's
business; what reads a return and what answers a question is locked in, and started by whoever locks it in.
"""

import sys

START = (sys.executable, "-P", "-m")
"""What goes before the module's name: this Python, which looks for modules where it is installed, and not in the folder
in which the process happens to work."""
