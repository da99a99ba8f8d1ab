"""Reading mails that came in: bytes in, a frozen result out, whatever the bytes are.

Nothing here has input or output. The standard library's reader is handed a mail only after its
size, the length of its headers and how deep it nests were found to be those of an honest mail:
beyond that it takes half a minute for a header, or all the stack.
"""
