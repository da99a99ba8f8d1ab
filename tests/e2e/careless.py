"""The application with one bug planted: what should be escaped is handed on as it is.

Run with the command that serves the application behind it.
"""

import runpy
import sys

from ui.parts import words

words.plain = lambda text: text
sys.argv = sys.argv[sys.argv.index("ui.serve") :]
runpy.run_module("ui.serve", run_name="__main__", alter_sys=True)
