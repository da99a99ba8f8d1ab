"""FEEL, the language of decision tables, as far as decisions of a process need it.

Literals, arithmetic, comparisons, ranges, lists, paths, `if`, `between`, `in`, three-valued logic
and a fixed list of functions; no loops, no filters, no functions of one's own. A text is read
once into closures; nothing of it is ever executed as code, and its cost is bounded when read.

Source: DMN 1.5, chapters 9 (S-FEEL) and 10.3.
"""
