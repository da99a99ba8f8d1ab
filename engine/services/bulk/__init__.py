"""What needs no case: tables read from files, reasons, tokens, many things at once."""
