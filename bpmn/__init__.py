"""The diagrams and decision tables that Redress ships."""
